"""Pages of accounts. Signing in itself is django-allauth's; see urls.py."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in
from django.conf import settings
from django.contrib import auth, messages
from django.core.mail import send_mail
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.platform.access import ANYONE, rule
from chemsec.platform.sent import once
from chemsec.platform.steps import GET_AND_POST, done, tried

from . import access, demo, flows, forms, queries
from .access import ACTS_FOR, actor_of
from .gate import fresh_factor, fresh_proof, known, signed_in, when_sent
from .models import Admission, Person

# ── my desk and my account ──


@rule("account.own")
@require_safe
@signed_in
def desk(request):
    return render(request, "accounts/desk.html", {"desk": queries.my_desk(actor_of(request))})


@rule("account.own")
@require_POST
@signed_in
def desk_read(request):
    flows.read_notices(request.user, by=actor_of(request))
    return redirect("desk")


@rule("account.own")
@GET_AND_POST
@signed_in
def account(request):
    """Who I am here: name, language, news; the organisations that I act for; how I sign in."""
    actor = actor_of(request)
    form = forms.ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        flows.change_profile(request.user, **form.cleaned_data, by=actor)
        messages.success(request, _("Saved."))
        return redirect("account")
    context = {
        "form": form,
        "admissions": access.admissions_for(actor).filter(person=actor.person),
    }
    return render(request, "accounts/account.html", context)


@rule("account.own")
@require_POST
@known
def act_for(request):
    """Choose the organisation to act for, among one's own; from a page that it may open, go on to that."""
    if not access.change_seat(request, request.POST.get("organisation", "")):
        raise Http404
    wanted = request.POST.get("next", "")
    return redirect(wanted if url_has_allowed_host_and_scheme(wanted, None) else "desk")


@rule("account.own")
@GET_AND_POST
@signed_in
@once
def admission_new(request):
    form = forms.AdmissionForm(request.POST or None)
    if request.method == "POST" and done(form, flows.ask_admission, request.user, by=actor_of(request)):
        messages.success(request, _("The registrar has your request and will decide on it."))
        return redirect("desk")
    return render(request, "accounts/admission_new.html", {"form": form})


@rule("account.own")
@require_POST
@signed_in
def session_end(request, key):
    """Sign out in another browser."""
    actor = actor_of(request)
    if tried(request, flows.end_session, access.session_of(actor, key), by=actor):
        messages.success(request, _("Signed out there."))
    return redirect("usersessions_list")


# ── closing an account ──


@rule("account.own")
@GET_AND_POST
@signed_in
@fresh_proof
def account_close(request):
    """Close one's own account, once nobody needs it to manage their organisation."""
    if request.method == "POST" and tried(request, flows.close_account, request.user, by=actor_of(request)):
        request.session.flush()
        messages.success(request, _("Your account is closed. Thank you for what you gave."))
        return redirect("home")
    return render(request, "accounts/account_close.html", queries.closing(request.user))


@rule("account.close")
@GET_AND_POST
@signed_in
def person_find(request):
    """Find somebody by their e-mail address, which is sent where no log keeps it."""
    actor = actor_of(request)
    if not access.can_close_others(actor):
        raise Http404
    form = forms.PersonForm(request.POST or None, among=access.others_closed_by(actor))
    if request.method == "POST" and form.is_valid():
        return redirect("person_close", form.cleaned_data["person"].pk)
    return render(request, "accounts/person_find.html", {"form": form})


@rule("account.close")
@GET_AND_POST
@signed_in
@fresh_factor
def person_close(request, key):
    """Close somebody else's account, with a reason that they are told."""
    actor = actor_of(request)
    found = access.other_person(actor, key)
    form = forms.CloseForm(request.POST or None)
    if request.method == "POST" and done(form, flows.close_account, found, by=actor):
        messages.success(request, _("The account is closed, from the person’s next click on."))
        return redirect("person_find")
    return render(request, "accounts/person_close.html", {"form": form, **queries.closing(found)})


# ── my organisation ──


@rule("organisation.read")
@GET_AND_POST
@signed_in
@when_sent(fresh_proof)
def organisation(request):
    """Who belongs to the organisation that one acts for; whoever manages it invites."""
    actor = actor_of(request)
    found = access.own(actor)
    roles = access.roles_given_by(actor, found)
    if request.method == "POST" and not roles:
        raise Http404
    form = forms.InviteForm(request.POST or None, roles=roles)
    if request.method == "POST" and (sent := done(form, flows.invite_person, found, by=actor)):
        _send_invitation(request, *sent)
        return redirect("organisation")
    context = {
        "organisation": found,
        "members": queries.members(found),
        "invitations": queries.open_invitations(found),
        "form": form if roles else None,
    }
    return render(request, "accounts/organisation.html", context)


@rule("organisation.manage")
@GET_AND_POST
@signed_in
@fresh_factor
def membership_end(request, key):
    actor = actor_of(request)
    membership = access.membership_of(actor, key)
    if request.method == "POST":
        tried(request, flows.end_membership, membership, by=actor)
        return redirect("desk" if membership.person_id == actor.person else "organisation")
    return render(request, "accounts/membership_end.html", {"membership": membership})


@rule("organisation.manage")
@require_POST
@signed_in
def invitation_withdraw(request, key):
    actor = actor_of(request)
    if tried(request, flows.withdraw_invitation, access.invitation_of(actor, key), by=actor):
        messages.success(request, _("The invitation was taken back; its link no longer works."))
    return redirect("organisation")


def _send_invitation(request, invitation, secret):
    """Mail the link, and show it once to whoever invites, who may hand it over otherwise."""
    link = settings.CHEMSEC_BASE_URL + reverse("invitation", args=[secret])
    context = {"invitation": invitation, "link": link, "inviter": request.user}
    body = render_to_string("accounts/mail/invitation.txt", context)
    try:
        send_mail(_("Invitation to the Chemical Security Portal"), body, None, [invitation.email])
        told = _("An invitation was sent to %(email)s. You can also hand over its link: %(link)s")
    except OSError:  # the mail server is away: nothing is lost, the link can be handed over
        told = _("No e-mail could be sent to %(email)s. Hand over the link of the invitation: %(link)s")
    messages.info(request, told % {"email": invitation.email, "link": link})


@rule("account.enter")
@GET_AND_POST
def invitation(request, secret):
    """What one is invited to; accepting it needs an account with the address that the invitation went to."""
    found = flows.open_invitation(secret)
    if found is None:
        return render(request, "accounts/invitation_over.html", status=404)
    actor = actor_of(request)
    is_theirs = actor is not ANYONE and request.user.email == found.email
    if request.method == "POST":
        if not is_theirs:
            raise Http404
        if tried(request, flows.accept_invitation, secret, request.user, by=actor):
            request.session[ACTS_FOR] = str(found.organisation_id)
        return redirect("desk")
    context = {"invitation": found, "is_theirs": is_theirs, "is_signed_in": actor is not ANYONE}
    return render(request, "accounts/invitation.html", context)


# ── the registry: who comes in ──


@rule("organisation.admit")
@require_safe
@signed_in
def registry(request):
    actor = actor_of(request)
    if not access.can_admit(actor):
        raise Http404
    context = {
        "admissions": access.admissions_for(actor)
        .filter(state=Admission.State.WAITING)
        .select_related("person"),
        "appointments": access.appointments_for(actor).select_related("organisation", "entered_by"),
    }
    return render(request, "accounts/registry.html", context)


@rule("organisation.admit")
@GET_AND_POST
@signed_in
@fresh_factor
def admission(request, key):
    actor = actor_of(request)
    found = access.admission_of(actor, key)
    admit = forms.AdmitForm(request.POST if "admit" in request.POST else None, admission=found)
    decline = forms.DeclineForm(request.POST if "decline" in request.POST else None)
    if done(admit, flows.admit_person, found, by=actor) or done(
        decline, flows.decline_admission, found, by=actor
    ):
        messages.success(request, _("Decided; the person has been told."))
        return redirect("registry")
    context = {"admission": found, "admit": admit, "decline": decline}
    return render(request, "accounts/admission.html", context)


@rule("organisation.admit")
@GET_AND_POST
@signed_in
@fresh_factor
@once
def focal_point_new(request):
    actor = actor_of(request)
    if not access.can_admit(actor):
        raise Http404
    form = forms.FocalPointForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and done(form, flows.enter_focal_point, by=actor):
        messages.success(request, _("Entered. A second registrar confirms it; then the invitation goes out."))
        return redirect("registry")
    return render(request, "accounts/focal_point_new.html", {"form": form})


@rule("organisation.admit")
@GET_AND_POST
@signed_in
@fresh_factor
def focal_point(request, key):
    """Confirm a State's focal point as the second person, or take the entry back."""
    actor = actor_of(request)
    found = access.appointment_of(actor, key)
    if request.method == "POST":
        if "confirm" in request.POST:
            if sent := tried(request, flows.confirm_focal_point, found, by=actor):
                _send_invitation(request, *sent)
        else:
            tried(request, flows.withdraw_focal_point, found, by=actor)
        return redirect("registry")
    is_second = found.entered_by_id != actor.person
    return render(request, "accounts/focal_point.html", {"appointment": found, "is_second": is_second})


# ── the demonstration ──


@rule("account.demo")
@require_POST
def demo_enter(request, person_id):
    """Sign in as an invented person, for the organisation that was chosen: counts as both factors, shown just
    now.
    """
    if not settings.CHEMSEC_DEMO:
        raise Http404
    person = get_object_or_404(demo.persons(), pk=person_id)
    auth.logout(request)
    auth.login(request, person)
    record_authentication(request, person, method="mfa", type="totp", reauthenticated=True)
    user_logged_in.send(Person, request=request, user=person)
    access.change_seat(request, request.POST.get("organisation", ""))
    return redirect("desk")
