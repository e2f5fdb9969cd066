"""What drafts put on My desk, and the notices that they send."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.compendium.models import Draft
from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.desk import Item, Offer, Section

from . import access, queries

State = Draft.State


def _draft(key: str) -> str:
    return reverse("draft", args=[key])


notices.register("draft.submitted", gettext_lazy("“%(title)s” waits for review."), _draft)
notices.register("draft.in_review", gettext_lazy("An editor has taken up “%(title)s”."), _draft)
notices.register("draft.changes_asked", gettext_lazy("Changes are asked for in “%(title)s”."), _draft)
notices.register(
    "draft.accepted", gettext_lazy("“%(title)s” was accepted and waits for publication."), _draft
)
notices.register("draft.published", gettext_lazy("“%(title)s” was published."), _draft)
notices.register("draft.declined", gettext_lazy("“%(title)s” was declined; the reason stands there."), _draft)
notices.register("draft.given_up", gettext_lazy("“%(title)s” was given up by its writers."), _draft)
notices.register("draft.comment", gettext_lazy("Somebody commented on “%(title)s”."), _draft)

MINE = {
    State.DRAFT: gettext_lazy("Finish and submit it"),
    State.CHANGES_ASKED: gettext_lazy("Revise and submit it again"),
}
FOR_THE_AUTHOR = {State.DRAFT: Section.DRAFTS, State.CHANGES_ASKED: Section.WAITING}


@desk.register
def drafts(actor: Actor) -> Iterable[Item]:
    """What its author goes on with or waits for, and what an editor may take up, review or publish."""
    found = access.visible_to(actor).filter(state__in=access.UNDER_WAY)
    mine = found.filter(author=actor.person, owner=actor.organisation)
    for draft in _first(mine.select_related("reviewer")):
        section = FOR_THE_AUTHOR.get(draft.state, Section.AWAITED)
        yield _item(section, str(MINE.get(draft.state) or queries.next_step(draft)), draft)
    if actor.has(access.EDITOR):
        yield from _to_review(actor, found)


@desk.offer
def writing(actor: Actor) -> Iterable[Offer]:
    if access.can_begin(actor):
        yield Offer(_("Write a practice"), reverse("draft_new"), is_main=True)
    if actor.organisation:
        yield Offer(_("Practices being written"), reverse("drafts"))


def _to_review(actor: Actor, found) -> Iterable[Item]:
    theirs = access.judged_by(actor, found)
    for draft in _first(theirs.filter(state=State.SUBMITTED)):
        yield _item(Section.WAITING, _("Take up a review"), draft)
    for draft in _first(theirs.filter(state=State.IN_REVIEW, reviewer=actor.person)):
        yield _item(Section.WAITING, _("Review"), draft)
    for draft in _first(access.published_by(actor, found.filter(state=State.ACCEPTED))):
        yield _item(Section.WAITING, _("Publish as the second person"), draft)


def _first(found: QuerySet[Draft]) -> QuerySet[Draft]:
    return found.order_by("due", "since")[: desk.MOST]


def _item(section: Section, what: str, draft: Draft) -> Item:
    title = str(draft) or _("Without a title yet")
    language = draft.content["source_language"] if str(draft) else ""
    page = "draft_edit" if draft.state in access.OPEN else "draft"
    return Item(section, what, title, reverse(page, args=[draft.pk]), draft.since, draft.due, language)
