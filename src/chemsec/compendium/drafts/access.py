"""Who may write, see, review and publish a draft."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.compendium.access import EDITOR, is_member, theirs_elsewhere, writes_for, writes_for_organisation
from chemsec.compendium.models import Comment, Draft, Practice
from chemsec.platform.access import SYSTEM, Actor, declare
from chemsec.platform.accounts import public as accounts
from chemsec.platform.sharing import public as sharing
from chemsec.platform.vault.public import opened

declare(
    "draft.read",
    _("The members of its owner and of organisations that it is shared with; editors once it was submitted."),
)
declare(
    "draft.write",
    _(
        "Focal points, contributors and editors, for the organisation that they act for; the next edition of "
        "a practice that has an owner only its owner and editors."
    ),
)
declare(
    "draft.review",
    _(
        "An editor who neither wrote nor submitted it, isn't a member of its owner, and declared no conflict "
        "of interest."
    ),
)
declare(
    "draft.publish",
    _("A second editor: likewise, none of whose words were taken, and not whoever accepted it."),
)

KIND = "draft"  # as the log and shares name it
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
    seen = Q(owner=user.organisation) | Q(pk__in=sharing.shared_with(user, KIND))
    return every.filter(seen | ~Q(state__in=UNSEEN) if user.has(EDITOR) else seen)


def can_read(user: Actor, draft: Draft) -> bool:
    return visible_to(user).filter(pk=draft.pk).exists()


def is_guest(user: Actor, draft: Draft) -> bool:
    """Whether the user sees it only because it is shared: the words, and nothing of how they are judged."""
    return not can_read_all(user, draft) and (not user.has(EDITOR) or draft.state in UNSEEN)


def find(user: Actor, draft_id: UUID) -> Draft:
    """Fetch and authorise in one step; what may not be seen doesn't exist. Its words may be locked."""
    people = ("owner", "author", "reviewer", "practice")
    draft = visible_to(user).select_related(*people).filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    return draft


def get(user: Actor, draft_id: UUID) -> Draft:
    """The same, to be read or changed: LockedError where its owner's key isn't there."""
    draft = find(user, draft_id)
    opened(draft.content)
    return draft


def can_read_all(user: Actor, draft: Draft) -> bool:
    """Whether the user may know what its writers did among themselves."""
    return user is SYSTEM or is_member(user, draft.owner_id)


def comments_for(user: Actor, draft: Draft) -> QuerySet[Comment]:
    """What the user may see of what was said: its writers all, editors what wasn't said among writers and
    guests, guests what their organisation said and what was answered.
    """
    every = draft.comments.all()
    if can_read_all(user, draft):
        return every
    own = Q(said_for=user.organisation) | Q(answers__said_for=user.organisation)
    return every.filter(own if is_guest(user, draft) else own | Q(is_internal=False))


def comment_of(user: Actor, draft_id: UUID, key: int) -> Comment:
    """A comment that the user may see, on the draft that the address names."""
    draft = get(user, draft_id)
    comment = comments_for(user, draft).filter(pk=key).first()
    if comment is None:
        raise Http404
    comment.draft = draft
    return comment


# ── writing ──


def can_begin(user: Actor, practice: Practice | None = None) -> bool:
    """Whether the user may write a new practice, or the next edition of this one."""
    if not writes_for_organisation(user):
        return False
    return practice is None or practice.owner_id in {None, user.organisation} or user.has(EDITOR)


def writes(user: Actor, draft: Draft) -> bool:
    """Whether the user is one of its writers, whatever its state."""
    return writes_for(user, draft.owner_id)


def is_overtaken(draft: Draft) -> bool:
    """Whether its practice has come to belong to another organisation meanwhile."""
    practice = draft.practice
    return practice is not None and practice.owner_id not in {None, draft.owner_id}


def can_write(user: Actor, draft: Draft) -> bool:
    return writes(user, draft) and draft.state in OPEN and can_begin(user, draft.practice)


# ── review ──


def judged_by(user: Actor, drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    """Those of these drafts in whose review the user may have a part: never in what one had a hand in, nor in
    what editors only see because it is shared with the Secretariat.
    """
    if not user.has(EDITOR):
        return drafts.none()
    person = user.person
    had_a_hand = Q(author=person) | Q(submitted_by=person) | Q(conflicts__person=person)
    had_a_hand |= Q(revisions__by=person, revisions__is_merge=False)
    not_theirs_to_judge = Draft.objects.filter(had_a_hand | theirs_elsewhere(user))
    return drafts.exclude(state__in=UNSEEN).exclude(pk__in=not_theirs_to_judge.values("pk"))


def published_by(user: Actor, drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    """Those that the user may publish as the second person, once they are accepted."""
    taken = Draft.objects.filter(comments__author=user.person, comments__is_taken=True)
    return judged_by(user, drafts).exclude(accepted_by=user.person).exclude(pk__in=taken.values("pk"))


def is_second(user: Actor, draft: Draft) -> bool:
    return published_by(user, Draft.objects.filter(pk=draft.pk)).exists()


def has_second(draft: Draft, *, but: UUID | None) -> bool:
    """Whether an editor other than this person may publish it."""
    others = (editor for editor in accounts.actors_with(EDITOR) if editor.person != but)
    return any(is_second(editor, draft) for editor in others)


def can_judge(user: Actor, draft: Draft) -> bool:
    return judged_by(user, Draft.objects.filter(pk=draft.pk)).exists()


def is_abandoned(draft: Draft) -> bool:
    """Whether its reviewer can't or didn't act: another editor may take it over."""
    return draft.is_late or draft.reviewer_id not in accounts.people_with(EDITOR)


def can_take_up(user: Actor, draft: Draft) -> bool:
    is_free = draft.state == State.SUBMITTED or (
        draft.state == State.IN_REVIEW and draft.reviewer_id != user.person and is_abandoned(draft)
    )
    return is_free and can_judge(user, draft)


def can_review(user: Actor, draft: Draft) -> bool:
    return draft.state == State.IN_REVIEW and user.person == draft.reviewer_id and can_judge(user, draft)


def can_send_back(user: Actor, draft: Draft) -> bool:
    """What was accepted can be given back by any editor who may judge it."""
    return can_review(user, draft) or (draft.state == State.ACCEPTED and can_judge(user, draft))


def can_refresh(user: Actor, draft: Draft) -> bool:
    """Bring in what a newer edition changed: its writers while they write, else whoever judges it."""
    return can_write(user, draft) or can_send_back(user, draft)


def can_publish(user: Actor, draft: Draft) -> bool:
    return draft.state == State.ACCEPTED and is_second(user, draft)


def can_comment(user: Actor, draft: Draft) -> bool:
    """Its writers, who may judge it, and whoever writes for an organisation that it is shared with."""
    is_asked = is_guest(user, draft) and can_read(user, draft) and writes_for_organisation(user)
    return can_settle(user, draft) or (is_asked and draft.state in UNDER_WAY)


def can_settle(user: Actor, draft: Draft) -> bool:
    """Whoever may take up what was said, or judges whether it was: no guest."""
    may = writes(user, draft) or can_judge(user, draft)
    return may and draft.state in UNDER_WAY


def can_share(user: Actor, draft: Draft) -> bool:
    return writes(user, draft) and draft.state in UNDER_WAY
