"""What accounts put on My desk, and the notices that they send."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.platform import languages
from chemsec.platform.access import Actor
from chemsec.platform.audit import histories
from chemsec.platform.files import public as files

from . import access, desk, notices
from .desk import Item, Offer, Section
from .models import Admission, Role

files.register(access.APPOINTMENT, access.can_see_appointment)

notices.register(
    "admission.asked", gettext_lazy("%(name)s asks to be admitted."), lambda _key: reverse("registry")
)
notices.register(
    "admission.admitted", gettext_lazy("You have been admitted for %(name)s."), lambda _key: reverse("desk")
)
notices.register(
    "admission.declined",
    gettext_lazy("You haven’t been admitted for %(name)s."),
    lambda _key: reverse("account"),
)
notices.register(
    "membership.began",
    gettext_lazy("%(name)s has joined your organisation."),
    lambda _key: reverse("organisation"),
)
notices.register(
    "membership.ended", gettext_lazy("Your role in %(name)s has ended."), lambda _key: reverse("account")
)
notices.register(
    "membership.left",
    gettext_lazy("The account of %(name)s was closed: they no longer act for your organisation."),
    lambda _key: reverse("organisation"),
)
notices.register(
    "membership.unused",
    gettext_lazy("%(name)s hasn’t signed in for long: their roles in your organisation have ended."),
    lambda _key: reverse("organisation"),
)
notices.register(
    "account.unused",
    gettext_lazy("You haven’t signed in for long. Do so within a month, or your roles end."),
    lambda _key: reverse("account"),
)
notices.register(
    "account.unused_ended",
    gettext_lazy(
        "Your roles have ended, since nobody used your account for long. Whoever manages your organisation "
        "can invite you again."
    ),
    lambda _key: reverse("account"),
)
notices.register(
    "account.unused_alone",
    gettext_lazy(
        "%(name)s, who alone manages %(organisation)s, hasn’t signed in for long. See to it that it is "
        "handed over."
    ),
    lambda _key: reverse("registry"),
)
notices.register(
    "appointment.entered",
    gettext_lazy("A focal point of %(name)s is to be confirmed."),
    lambda _key: reverse("registry"),
)


notices.register(
    "key.made",
    gettext_lazy("An API key was made in your name: %(name)s. If it wasn’t you, revoke it."),
    lambda _key: reverse("api_keys"),
)
notices.register(
    "key.revoked", gettext_lazy("Your API key was revoked: %(name)s."), lambda _key: reverse("api_keys")
)
notices.register(
    "calendar.made",
    gettext_lazy("Your calendar got a secret address. If it wasn’t you, revoke it."),
    lambda _key: reverse("calendar_feed"),
)
notices.register(
    "calendar.revoked",
    gettext_lazy("The secret address of your calendar was revoked."),
    lambda _key: reverse("calendar_feed"),
)


AMONG_MANAGERS = frozenset({"invite_person", "withdraw_invitation"})
AMONG_REGISTRARS = frozenset({"enter_focal_point", "withdraw_focal_point"})
histories.name_verbs(
    {
        "invite_person": gettext_lazy("Somebody was invited."),
        "withdraw_invitation": gettext_lazy("An invitation was taken back."),
        "begin_membership": lambda facts: (
            _("Somebody got a role: %(role)s.") % {"role": Role(facts["role"]).label}
        ),
        "end_membership": lambda facts: _("A role ended: %(role)s.") % {"role": Role(facts["role"]).label},
        "enter_focal_point": gettext_lazy("A focal point was entered, on the State’s word."),
        "confirm_focal_point": gettext_lazy("A second registrar confirmed the focal point."),
        "withdraw_focal_point": gettext_lazy("The entry of a focal point was taken back."),
    }
)


def _history(actor: Actor, key: str) -> histories.Subject:
    """Of the organisation that one acts for: what its members may know."""
    found = access.acted_for(actor).filter(pk=histories.uuid_of(key)).first()
    if found is None:
        raise Http404
    of_registrars = frozenset() if access.can_admit(actor) else AMONG_REGISTRARS
    of_managers = frozenset() if access.can_manage(actor, found) else AMONG_MANAGERS
    return histories.Subject(found.name, reverse("organisation"), hidden=of_registrars | of_managers)


histories.register("organisation", _history)


MEANS = {
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery codes"),
}


def _with_means(sentence: str | Promise) -> Callable[[Mapping[str, Any]], str]:
    """What makes the sentence of an act that was done with a password or second factors."""
    return lambda facts: (
        str(sentence) % {"means": languages.listed(str(MEANS.get(one, one)) for one in facts["means"])}
    )


histories.name_verbs(
    {
        "sign_in": _with_means(gettext_lazy("You signed in: %(means)s.")),
        "sign_out": gettext_lazy("You signed out."),
        "end_session": gettext_lazy("You signed out in another browser."),
        "fail_second_factor": gettext_lazy(
            "A wrong code was given for the second factor. If that wasn’t you, somebody knows your password: "
            "change it."
        ),
        "warn_unused": gettext_lazy("You were told that nobody uses the account."),
        "add_factor": _with_means(gettext_lazy("A second factor was added: %(means)s.")),
        "remove_factor": _with_means(gettext_lazy("A second factor was taken away: %(means)s.")),
        "renew_recovery_codes": gettext_lazy("New recovery codes were made; those from before are void."),
        "change_password": gettext_lazy("The password was changed."),
        "reset_password": gettext_lazy("A new password was set, by a link sent to the e-mail address."),
        "change_email": gettext_lazy("The e-mail address was changed."),
        "change_profile": gettext_lazy("Name, language or news were saved."),
    }
)


def _own_history(actor: Actor, key: str) -> histories.Subject:
    """Of one's own account: nobody else's."""
    if actor.person is None or key != str(actor.person):
        raise Http404
    return histories.Subject(_("My account"), reverse("account"), tells_origin=True)


histories.register("person", _own_history)


@desk.offer
def looking_after(actor: Actor) -> Iterable[Offer]:
    """The pages of whoever decides who comes in, or who acts for an organisation."""
    if access.can_admit(actor):
        yield Offer(_("Registry"), reverse("registry"))
    if actor.organisation and actor.has(Role.FOCAL_POINT, Role.ADMINISTRATOR):
        yield Offer(_("My organisation"), reverse("organisation"))
    if access.can_close_others(actor):
        yield Offer(_("Close an account"), reverse("person_find"))


@desk.register
def coming_in(actor: Actor) -> Iterable[Item]:
    """Requests to be admitted: for a registrar to decide, for whoever asked to wait for."""
    waiting = access.admissions_for(actor).filter(state=Admission.State.WAITING).select_related("person")
    for one in waiting:
        if one.person_id == actor.person:
            what, url = _("The registrar decides on your admission"), reverse("account")
            yield Item(Section.AWAITED, what, one.name, url, one.asked_at)
        else:
            what, url = _("Decide on an admission"), reverse("admission", args=[one.pk])
            yield Item(Section.WAITING, what, one.person.name, url, one.asked_at)
    entered = access.appointments_for(actor).exclude(entered_by=actor.person)
    for appointment in entered.select_related("organisation"):
        url = reverse("focal_point", args=[appointment.pk])
        name, since = appointment.organisation.name, appointment.entered_at
        yield Item(Section.WAITING, _("Confirm a focal point"), name, url, since)
