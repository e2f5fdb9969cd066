"""What responses put on My desk, the notices that they send, and their histories of acts."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.needs.exercises.models import Exercise, Response
from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.desk import Item, Offer, Section
from chemsec.platform.audit import histories

from . import access


def _response(key: str) -> str:
    return reverse("response", args=[key])


def _submission(key: str) -> str:
    return reverse("submission", args=[key])


for _name, _sentence in {
    "response.signed": gettext_lazy("Your State’s response to a needs assessment is signed: submit it."),
    "response.asked_back": gettext_lazy("The Secretariat asks your State to clarify its response."),
    "response.done": gettext_lazy("Nothing is left to clarify of your State’s response."),
}.items():
    notices.register(_name, _sentence, _response)
for _name, _sentence in {
    "response.submitted": gettext_lazy("A State’s response to a needs assessment was submitted."),
    "response.remark": gettext_lazy("Somebody wrote about a response to a needs assessment."),
}.items():
    notices.register(_name, _sentence, _submission)
notices.register(
    "response.withdrawn",
    gettext_lazy("A State took back its consent to what it submitted."),
    lambda key: reverse("exercise", args=[key]),
)
notices.register(
    "response.extension",
    gettext_lazy("A State asks for more time for its response."),
    lambda key: reverse("response_extend", args=[key]),
)

histories.name_verbs(
    {
        "open_response": gettext_lazy("It was begun."),
        "choose_reply": gettext_lazy("Of two versions of an answer one was chosen."),
        "set_visibilities": gettext_lazy("It was chosen who may see what."),
        "ask_extension": gettext_lazy("More time was asked for."),
        "sign_response": gettext_lazy("It was signed."),
        "unsign_response": gettext_lazy("The signature was taken back."),
        "submit_response": gettext_lazy("It was submitted."),
        "withdraw_consent": gettext_lazy("The consent was taken back."),
        "read_response": gettext_lazy("It was read."),
        "ask_back": gettext_lazy("Sections were sent back."),
        "settle_response": gettext_lazy("Nothing is left to clarify, it was said."),
        "remark": gettext_lazy("Something was said about it."),
    }
)


def _history(actor: Actor, key: str) -> histories.Subject:
    """Its State sees all of it, officers once it is submitted."""
    uuid = histories.uuid_of(key)
    found = access.visible_to(actor).filter(pk=uuid).first()
    if found is not None:
        return histories.Subject(str(found), _response(key))
    if not access.reviews(actor):
        raise Http404
    submission = access.submission(actor, uuid)
    return histories.Subject(submission.response.owner.name, _submission(key))


histories.register("response", _history)
ANSWER = gettext_lazy("Answer: what is in place, what is needed")
NEXT = {  # state -> what those of its State do next
    Response.State.INVITED: ANSWER,
    Response.State.OPENED: ANSWER,
    Response.State.IN_PROGRESS: ANSWER,
    Response.State.CLARIFICATION: gettext_lazy("Clarify what the Secretariat asks"),
    Response.State.SIGNED: gettext_lazy("Submit what a colleague signed"),
}


@desk.register
def responses(actor: Actor) -> Iterable[Item]:
    """What a State is asked; what officers read."""
    if access.reviews(actor):
        yield from _submitted(actor)
    if actor.kind != access.STATE or not actor.has(*access.WRITERS):
        return
    going = access.visible_to(actor).filter(exercise__state=Exercise.State.RUNNING)
    asked = going.exclude(state=Response.State.DONE).order_by("exercise__closes_on")
    for one in asked[: desk.MOST]:
        yield _item(actor, one)


def _item(actor: Actor, response: Response) -> Item:
    """Who signed waits for a colleague, and everybody for the Secretariat once it is submitted."""
    title, url = str(response), _response(str(response.pk))
    if response.state == Response.State.SUBMITTED:
        return Item(Section.AWAITED, _("The Secretariat reads your response"), title, url, response.since)
    if response.state == Response.State.SIGNED and response.signed_by_id == actor.person:
        return Item(Section.AWAITED, _("A colleague submits what you signed"), title, url, response.since)
    due = datetime.combine(response.closes_on, time.max, UTC)
    what = str(NEXT[Response.State(response.state)])
    return Item(Section.WAITING, what, title, url, response.since, due)


def _submitted(actor: Actor) -> Iterable[Item]:
    found = access.submissions_visible_to(actor).filter(response__state=Response.State.SUBMITTED)
    for one in found.order_by("submitted_at")[: desk.MOST]:
        response = one.response
        name, url = response.owner.name, _submission(str(response.pk))
        yield Item(
            Section.WAITING, _("Read a State’s response"), name, url, one.submitted_at, is_confidential=True
        )


@desk.offer
def answering(actor: Actor) -> Iterable[Offer]:
    if actor.kind == access.STATE:
        yield Offer(_("What we are asked"), reverse("responses"))
