"""What drafts put on My desk, and the notices that they send."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.compendium.models import Draft
from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.desk import Item, Offer, Section
from chemsec.platform.audit import histories
from chemsec.platform.sharing import public as sharing

from . import access, queries

State = Draft.State


def _draft(key: str) -> str:
    return reverse("draft", args=[key])


def _named(actor: Actor, keys: Iterable[UUID | str]) -> QuerySet[Draft]:
    return access.visible_to(actor).filter(pk__in=list(keys))


def _titles(actor: Actor, keys: Iterable[str]) -> dict[str, str]:
    return {str(draft.pk): str(draft) for draft in _named(actor, keys) if not draft.is_locked}


for _kind, _said, _titled in (
    (
        "submitted",
        gettext_lazy("A practice was submitted for review."),
        gettext_lazy("“%(title)s” was submitted for review."),
    ),
    (
        "in_review",
        gettext_lazy("An editor has taken up a practice of yours."),
        gettext_lazy("An editor has taken up “%(title)s”."),
    ),
    (
        "changes_asked",
        gettext_lazy("Changes are asked for in a practice of yours."),
        gettext_lazy("Changes are asked for in “%(title)s”."),
    ),
    (
        "accepted",
        gettext_lazy("A practice was accepted, for a second editor to publish."),
        gettext_lazy("“%(title)s” was accepted, for a second editor to publish."),
    ),
    ("published", gettext_lazy("A practice was published."), gettext_lazy("“%(title)s” was published.")),
    (
        "declined",
        gettext_lazy("A practice of yours was declined; the reason stands there."),
        gettext_lazy("“%(title)s” was declined; the reason stands there."),
    ),
    (
        "given_up",
        gettext_lazy("A practice was given up by its writers."),
        gettext_lazy("“%(title)s” was given up by its writers."),
    ),
    (
        "comment",
        gettext_lazy("Somebody commented on a practice."),
        gettext_lazy("Somebody commented on “%(title)s”."),
    ),
):
    notices.register(f"draft.{_kind}", _said, _draft, named=_titled, titles=_titles)

notices.register(
    "draft.no_second",
    gettext_lazy("A practice was accepted, and no other editor may publish it. Invite one more."),
    lambda _key: reverse("organisation"),
)

# ── history ──

# verbs of what its writers do with it before anybody else sees it, and of what only concerns its owner
AMONG_WRITERS = frozenset(
    {"refresh_draft", "refuse", "share", "end_share", "share_over", "comment_among", "settle_among"}
)
histories.name_verbs(
    {
        "begin_draft": gettext_lazy("The draft was begun."),
        "submit": gettext_lazy("It was submitted for review."),
        "take_up": gettext_lazy("An editor took up the review."),
        "hand_back": gettext_lazy("It went back into the queue, for another editor."),
        "ask_changes": gettext_lazy("Changes were asked for."),
        "accept": gettext_lazy("It was accepted."),
        "decline": gettext_lazy("It was declined."),
        "publish": gettext_lazy("It was published."),
        "give_up": gettext_lazy("Its writers gave it up."),
        "declare_conflict": gettext_lazy("An editor stepped aside for a conflict of interest."),
        "comment": gettext_lazy("Somebody commented."),
        "settle": gettext_lazy("A comment was dealt with."),
        "comment_among": gettext_lazy("Somebody commented, not for the editors."),
        "settle_among": gettext_lazy("A comment that isn’t for the editors was dealt with."),
        "refresh_draft": gettext_lazy("What a newer edition changed was brought in."),
        "refuse": gettext_lazy("Somebody tried what they may not do, and was refused."),
    }
)


def _history(actor: Actor, key: str) -> histories.Subject:
    """Who sees a draft as its owner's or the Secretariat's sees what was done with it. What was refused, and
    what its writers did among themselves, only its owner's members.
    """
    draft = access.find(actor, histories.uuid_of(key))
    if access.is_guest(actor, draft):
        raise Http404
    hidden = frozenset() if access.can_read_all(actor, draft) else AMONG_WRITERS
    return histories.Subject(str(draft), reverse("draft", args=[draft.pk]), draft.language, hidden)


histories.register(access.KIND, _history)


def _things(actor: Actor, keys: Iterable[UUID]) -> dict[UUID, sharing.Thing]:
    return {draft.pk: _thing(actor, draft) for draft in _named(actor, keys)}


def _thing(actor: Actor, draft: Draft) -> sharing.Thing:
    url, may_share = reverse("draft", args=[draft.pk]), access.can_share(actor, draft)
    return sharing.Thing(draft.owner_id, str(draft), url, draft.language, may_share)


sharing.register(access.KIND, _things)

# ── My desk ──

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
    page = "draft_edit" if draft.state in access.OPEN else "draft"
    url = reverse(page, args=[draft.pk])
    return Item(section, what, str(draft), url, draft.since, draft.due, draft.language, is_confidential=True)
