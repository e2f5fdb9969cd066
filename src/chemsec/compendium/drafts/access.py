"""Who may write, see, review and publish a draft."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from chemsec.compendium.models import Comment, Draft, Practice
from chemsec.platform.access import SYSTEM, Actor, declare

declare("draft.read", "The members of its owner; editors once it was submitted.")
declare(
    "draft.write",
    "Focal points, contributors and editors, for the organisation that they act for; the next edition of a "
    "practice that has an owner only its owner and editors.",
)
declare("draft.review", "An editor who wrote nothing of it and declared no conflict of interest.")
declare("draft.publish", "A second editor: neither a writer of it nor whoever accepted it.")

EDITOR = "editor"
WRITERS = ("focal_point", "contributor", EDITOR)
State = Draft.State
OPEN = (State.DRAFT, State.CHANGES_ASKED)  # its writers may change it
UNSEEN = (State.DRAFT, State.GIVEN_UP)  # by editors
UNDER_WAY = (*OPEN, State.SUBMITTED, State.IN_REVIEW, State.ACCEPTED)


def visible_to(user: Actor) -> QuerySet[Draft]:
    every = Draft.objects.all()
    if user is SYSTEM:
        return every
    if not user.organisation:
        return every.none()
    own = Q(owner=user.organisation)
    return every.filter(own | ~Q(state__in=UNSEEN) if user.has(EDITOR) else own)


def can_read(user: Actor, draft: Draft) -> bool:
    if user is SYSTEM or (user.organisation and user.organisation == draft.owner_id):
        return True
    return user.has(EDITOR) and draft.state not in UNSEEN


def get(user: Actor, draft_id: UUID) -> Draft:
    """Fetch and authorise in one step; what may not be seen doesn't exist."""
    people = ("owner", "author", "reviewer", "practice")
    draft = visible_to(user).select_related(*people).filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    return draft


def comment_of(user: Actor, draft_id: UUID, key: int) -> Comment:
    """A comment that the user may see, on the draft that the address names."""
    draft = get(user, draft_id)
    comment = draft.comments.filter(pk=key).first()
    if comment is None:
        raise Http404
    comment.draft = draft
    return comment


def can_begin(user: Actor, practice: Practice | None = None) -> bool:
    """Whether the user may write a new practice, or the next edition of this one."""
    if not user.organisation or not user.has(*WRITERS):
        return False
    return practice is None or practice.owner_id in {None, user.organisation} or user.has(EDITOR)


def writes(user: Actor, draft: Draft) -> bool:
    """Whether the user is one of its writers, whatever its state."""
    return can_begin(user) and user.organisation == draft.owner_id


def can_write(user: Actor, draft: Draft) -> bool:
    return writes(user, draft) and draft.state in OPEN


def can_judge(user: Actor, draft: Draft) -> bool:
    """Whether the user may have a part in its review: never in one's own, nor with a conflict of interest."""
    if not user.has(EDITOR) or user.person == draft.author_id:
        return False
    wrote = draft.revisions.filter(by=user.person)
    return not wrote.exists() and not draft.conflicts.filter(person=user.person).exists()


def can_take_up(user: Actor, draft: Draft) -> bool:
    return draft.state == State.SUBMITTED and can_judge(user, draft)


def can_review(user: Actor, draft: Draft) -> bool:
    return draft.state == State.IN_REVIEW and user.person == draft.reviewer_id and can_judge(user, draft)


def can_publish(user: Actor, draft: Draft) -> bool:
    return draft.state == State.ACCEPTED and user.person != draft.accepted_by_id and can_judge(user, draft)


def can_comment(user: Actor, draft: Draft) -> bool:
    may = can_read(user, draft) and (writes(user, draft) or can_judge(user, draft))
    return may and draft.state in UNDER_WAY
