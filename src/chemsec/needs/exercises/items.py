"""What exercises put on My desk, the notices that they send, their reminders, and their histories of acts."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.platform import jobs
from chemsec.platform.access import SYSTEM, Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.desk import Item, Offer, Section
from chemsec.platform.audit import histories

from . import access, flows
from .models import Exercise, Response


def _response(key: str) -> str:
    return reverse("response", args=[key])


for _name, _sentence in {
    "exercise.invited": gettext_lazy("Your State is asked to take part in a needs assessment."),
    "exercise.close": gettext_lazy("A needs assessment in which your State is asked was closed."),
    "exercise.cancel": gettext_lazy("A needs assessment in which your State is asked was cancelled."),
    "exercise.reopen": gettext_lazy("A needs assessment in which your State is asked is open again."),
    "response.extended": gettext_lazy("Your State has more time for its response to a needs assessment."),
    "response.reminded": gettext_lazy("The time for your State’s response to a needs assessment ends soon."),
}.items():
    notices.register(_name, _sentence, _response)

histories.name_verbs(
    {
        "make_exercise": gettext_lazy("It was prepared."),
        "change_exercise": gettext_lazy("It was changed."),
        "invite_states": lambda facts: _("%(n)s States were asked.") % {"n": len(facts["states"])},
        "close_exercise": gettext_lazy("It was closed."),
        "cancel_exercise": gettext_lazy("It was cancelled."),
        "reopen_exercise": gettext_lazy("It was opened again."),
        "remind_states": lambda facts: _("%(states)s States were reminded.") % facts,
        "extend_response": lambda facts: _("More time was given: until %(until)s.") % facts,
    }
)


def _history(actor: Actor, key: str) -> histories.Subject:
    exercise = access.get(actor, histories.uuid_of(key))
    return histories.Subject(str(exercise), reverse("exercise", args=[key]))


histories.register("exercise", _history)


@desk.offer
def running(actor: Actor) -> Iterable[Offer]:
    if access.can_manage(actor):
        yield Offer(_("Exercises of needs assessment"), reverse("exercises"))


@desk.register
def asked_for_time(actor: Actor) -> Iterable[Item]:
    if not access.can_manage(actor):
        return
    asking = Response.objects.filter(extension_asked_at__isnull=False).select_related("owner")
    for one in asking.order_by("extension_asked_at")[: desk.MOST]:
        yield Item(
            Section.WAITING,
            _("A State asks for more time"),
            one.owner.name,
            reverse("response_extend", args=[one.pk]),
            one.extension_asked_at or one.since,
        )


@jobs.hourly
def remind_states() -> int:
    """Tell those whose response is out, as often as each exercise says; a day's reminder goes out once."""
    going = Exercise.objects.filter(state__in=[Exercise.State.RUNNING, Exercise.State.CLOSED])
    return sum(flows.remind(exercise, timezone.localdate(), by=SYSTEM) for exercise in going)
