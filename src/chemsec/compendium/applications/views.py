"""Pages of applications, and the signals that visitors leave."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.compendium import access as compendium
from chemsec.compendium import queries as practices
from chemsec.platform import languages
from chemsec.platform.access import ANYONE, rule
from chemsec.platform.accounts.public import actor_of, fresh_factor, signed_in
from chemsec.platform.forms import ReasonForm
from chemsec.platform.limits import first_today
from chemsec.platform.sent import once
from chemsec.platform.steps import GET_AND_POST, done, tried

from . import access, flows, forms, queries


@rule("application.read")
@require_safe
@signed_in
def applications(request):
    return render(
        request,
        "compendium/applications.html",
        {"found": queries.applications(actor_of(request), request.GET)},
    )


@rule("application.write")
@GET_AND_POST
@signed_in
@once
def application_new(request, practice_id):
    """Tell that one's organisation took a practice over."""
    actor = actor_of(request)
    practice = compendium.get(actor, practice_id)
    if not access.can_write(actor) or practice.is_withdrawn:
        raise Http404
    numbers = list(range(practice.current, 0, -1))
    start = {"language": languages.current().code, "edition": practice.current}
    form = forms.ApplicationForm(request.POST or None, initial=start, editions=numbers)
    if request.method == "POST" and (sent := done(form, flows.report_application, practice, by=actor)):
        messages.success(request, _("Thank you. An editor looks at it; then it is shown as you chose."))
        return redirect("application", key=sent.pk)
    card = practices.cards([practice])[0]
    return render(request, "compendium/application_new.html", {"form": form, "card": card})


@rule("application.read")
@require_safe
@signed_in
def application(request, key):
    return _page(request, access.get(actor_of(request), key))


def _page(request, found, decline=None):
    actor = actor_of(request)
    context = {
        "line": queries.one(actor, found),
        "application": found,
        "owns": access.owns(actor, found),
        "can_decide": access.can_decide(actor, found),
        "has_history": compendium.can_read_history(actor, found.owner_id),
        "decline": decline or ReasonForm(label=_("Why it isn’t shown")),
    }
    return render(request, "compendium/application.html", context)


@rule("application.decide")
@require_POST
@signed_in
@fresh_factor
def application_show(request, key):
    actor = actor_of(request)
    tried(request, flows.show_application, access.get(actor, key), by=actor)
    return redirect("application", key=key)


@rule("application.decide")
@require_POST
@signed_in
def application_decline(request, key):
    actor = actor_of(request)
    found = access.get(actor, key)
    if not access.can_decide(actor, found):
        raise Http404
    form = ReasonForm(request.POST, label=_("Why it isn’t shown"))
    if not form.is_valid():
        return _page(request, found, form)
    tried(request, flows.decline_application, found, form.cleaned_data["text"], by=actor)
    return redirect("application", key=key)


@rule("application.write")
@require_POST
@signed_in
def application_withdraw(request, key):
    actor = actor_of(request)
    tried(request, flows.withdraw_application, access.get(actor, key), by=actor)
    return redirect("application", key=key)


@rule("practice.signal")
@GET_AND_POST
def signal(request, practice_id):
    """Let anybody say that a practice is useful, applied or wrong. Counted, never kept by whom."""
    practice = compendium.get(ANYONE, practice_id)
    if practice.is_withdrawn:
        raise Http404
    form = forms.SignalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        if first_today(request, f"signal {practice.pk} {kind}"):
            flows.send_signal(practice, kind, by=actor_of(request))
        messages.success(request, _("Thank you. It was counted."))
        return redirect("practice", practice_id=practice.pk)
    context = {"form": form, "card": practices.cards([practice])[0]}
    return render(request, "compendium/signal.html", context)
