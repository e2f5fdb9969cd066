"""The life of a draft: written, submitted, reviewed, published by a second person."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import partial, wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed, can_proceed

from chemsec.compendium import access as compendium
from chemsec.compendium import flows as editions
from chemsec.compendium import people
from chemsec.compendium.models import (
    PROSE,
    Comment,
    Conflict,
    Draft,
    DraftRevision,
    Edition,
    Practice,
)
from chemsec.compendium.translations.carrying import carried_over
from chemsec.platform import languages
from chemsec.platform.access import Actor
from chemsec.platform.accounts import public as accounts
from chemsec.platform.audit import log as audit
from chemsec.platform.sharing import public as sharing
from chemsec.platform.vault.public import commit, opened

from . import access, content, prefill

State = Draft.State
TIME = {  # that whoever is next has for it
    State.SUBMITTED: timedelta(days=14),
    State.IN_REVIEW: timedelta(days=14),
    State.CHANGES_ASKED: timedelta(days=30),
    State.ACCEPTED: timedelta(days=7),
}
BINDING = {"submit", "accept", "publish"}
SLUG_LENGTH = 80
TRIES = 5  # identifiers beyond those that are known to be taken
ENOUGH = 3  # letters of a title in Latin script that make an identifier


def _step(flow: Callable) -> Callable:
    """A flow that moves a draft on: all of it happens, or nothing but an entry that it was refused."""

    @wraps(flow)
    def taken(draft: Draft, *args, by: Actor, **kwargs):
        try:
            _refuse_software(by)
            with transaction.atomic():
                draft = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
                return flow(draft, *args, by=by, **kwargs)
        except (PermissionDenied, TransitionNotAllowed) as refused:
            facts = {"tried": flow.__name__, "state": draft.state}
            with transaction.atomic():
                audit.record("refuse", f"draft/{draft.pk}", by=by, right="draft.read", facts=facts)
            if isinstance(refused, TransitionNotAllowed):
                raise _too_late(draft) from refused
            raise

    return taken


def _refuse_software(by: Actor) -> None:
    """A key writes; a step is taken in person."""
    if by.key:
        raise PermissionDenied


def _too_late(draft: Draft) -> ValidationError:
    state = Draft.State(Draft.objects.values_list("state", flat=True).get(pk=draft.pk)).label
    return ValidationError(_("That can’t be done with a practice that is: %(state)s.") % {"state": state})


# ── writing ──


@transaction.atomic
def begin_draft(
    *,
    by: Actor,
    edition: Edition | None = None,
    title: str = "",
    language: str = "",
    gathers: list[str] | None = None,
    claims: bool = False,
) -> Draft:
    """Begin a new practice, or the next edition of one from any of its editions; `claims` says that one's
    organisation is the publisher of a practice that nobody has taken over. With `gathers`, ids of practices,
    it is a collection.
    """
    practice = compendium.visible_to(by).get(pk=edition.practice_id) if edition else None
    if not access.can_begin(by, practice) or by.organisation is None:
        raise PermissionDenied
    draft = Draft(owner_id=by.organisation, author_id=_person(by), since=timezone.now(), note="", reason="")
    if edition is None or practice is None:
        publisher = accounts.bare_name_of(by.organisation)
        code = language or languages.current().code
        draft.content = content.new(title, code, publisher=publisher, kind=by.kind, gathers=gathers)
    else:
        practice = Practice.objects.select_for_update().get(pk=practice.pk)
        if practice.is_withdrawn:
            raise ValidationError(_("A withdrawn practice can’t get another edition."))
        if practice.drafts.filter(owner=by.organisation, state__in=access.UNDER_WAY).exists():
            raise ValidationError(_("Your organisation is writing the next edition already."))
        draft.practice, draft.base = practice, practice.current
        draft.claims = claims and practice.owner_id is None
        draft.content = content.of_edition(edition)
    draft.save()
    _keep_revision(draft, by)
    _record("begin_draft", draft, by=by, right="draft.write")
    return draft


def find_words(*, by: Actor, language: str, url: str = "", text: str = "") -> dict[str, Any]:
    """What a public page says of itself, or a pasted document, for a new practice to begin with.

    It is asked for before anything is written: no transaction waits for another server.
    """
    if not access.can_begin(by):
        raise PermissionDenied
    found = prefill.from_page(url) if url else prefill.from_text(text)
    return found | {"source_language": language}


@transaction.atomic
def begin_with(found: Mapping[str, Any], *, by: Actor) -> Draft:
    """Begin a new practice with these words."""
    draft = begin_draft(by=by, language=found["source_language"])
    save_draft(draft, found, seen=draft.revision, by=by)
    return Draft.objects.get(pk=draft.pk)


@transaction.atomic
def save_draft(
    draft: Draft, values: Mapping[str, Any], *, seen: int, by: Actor, page: str = "", whole: bool = False
) -> dict[str, Any]:
    """Take over the fields that the writer changed on a page that shows the revision `seen`.

    A field that both they and somebody else changed stays as it is and is given back with what it says now,
    so that neither loses a word; the others are kept, but with `whole` nothing is. What the same open page
    saved before is no conflict. No entry in the log: only what leaves the organisation is on record.
    """
    draft = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if not access.writes(by, draft):
        raise PermissionDenied
    if draft.state not in access.OPEN:
        raise _too_late(draft)
    _refuse_overtaken(draft)
    mine = _shown_on(draft, seen, page)
    touched = {
        name: value for name, value in values.items() if value not in (mine[name], draft.content[name])
    }
    conflicts = {name: draft.content[name] for name in touched if draft.content[name] != mine[name]}
    if conflicts and whole:
        return conflicts
    _change(draft, {name: value for name, value in touched.items() if name not in conflicts}, by, page=page)
    return conflicts


def _shown_on(draft: Draft, seen: int, page: str) -> dict[str, Any]:
    """What its writer sees on a page that was loaded with this revision and has saved since."""
    loaded = draft.revisions.filter(number=seen).first()
    if loaded is None:
        raise ValidationError(_("This page is too old to be saved. Copy your words and load it again."))
    shown = dict(opened(loaded.content))
    saved = draft.revisions.filter(number__gt=seen, page=page) if page else draft.revisions.none()
    for revision in saved.order_by("number"):
        shown |= {name: opened(revision.content)[name] for name in revision.changed}
    return shown


@transaction.atomic
def restore_revision(draft: Draft, number: int, *, by: Actor) -> None:
    """Go back to how the draft once was; how it is now stays among its revisions."""
    revision = DraftRevision.objects.filter(draft=draft, number=number).first()
    if revision is None:
        raise ValidationError(_("There is no such revision."))
    now = Draft.objects.values_list("revision", flat=True).get(pk=draft.pk)
    save_draft(draft, opened(revision.content), seen=now, by=by)


def _change(draft: Draft, values: Mapping[str, Any], by: Actor, **facts: Any) -> None:
    """Put these values in place, as the draft's next revision."""
    if not values:
        return
    draft.content = draft.content | dict(values)
    draft.revision += 1
    draft.save(update_fields=["content", "revision", "changed_at"])
    _keep_revision(draft, by, changed=list(values), **facts)


def _keep_revision(draft: Draft, by: Actor, **facts: Any) -> None:
    DraftRevision.objects.create(
        draft=draft, number=draft.revision, content=draft.content, by_id=_person(by), **facts
    )


def _refuse_overtaken(draft: Draft) -> None:
    if access.is_overtaken(draft) and draft.owner.kind != compendium.STAFF:
        raise ValidationError(_("This practice has come to belong to another organisation meanwhile."))


# ── review ──


def _refuse_changed(draft: Draft, seen: int) -> None:
    """What binds holds for the words that were read, not for those that came since."""
    if draft.revision != seen:
        raise ValidationError(_("It was changed since you opened the page. Read it again, please."))


def _refuse_behind(draft: Draft) -> None:
    if draft.practice and draft.practice.current != draft.base:
        raise ValidationError(_("Another edition came out meanwhile. Bring the draft up to date first."))


@_step
def submit_draft(draft: Draft, note: str = "", *, seen: int, by: Actor) -> Draft:
    """Hand the draft to the editors, with the declaration that its content, as of the revision `seen`, may be
    shared.
    """
    if not access.writes(by, draft):
        raise PermissionDenied
    _refuse_overtaken(draft)
    _refuse_changed(draft, seen)
    lacking = content.missing(draft.content, is_revision=draft.practice_id is not None)
    if lacking:
        names = languages.listed(str(content.FIELD_NAMES[name]) for name in lacking)
        raise ValidationError(_("Still missing: %(names)s.") % {"names": names})
    content.check(draft.content)
    draft.declared_at, draft.note = timezone.now(), note
    draft.submitted_by_id = by.person
    tell = [*accounts.people_with(access.EDITOR), *_writers(draft)]
    return _move(draft, "submit", by=by, right="draft.write", tell=tell)


@_step
def take_up(draft: Draft, *, by: Actor) -> Draft:
    """Begin the review as its reviewer, or take it over from one who can't or didn't act."""
    if not access.can_judge(by, draft):
        raise PermissionDenied
    if draft.state == State.IN_REVIEW and not access.is_abandoned(draft):
        raise ValidationError(_("Somebody else reviews it."))
    draft.reviewer_id = by.person
    return _move(draft, "take_up", by=by, right="draft.review", tell=_author(draft))


@_step
def ask_changes(draft: Draft, text: str, *, by: Actor) -> Draft:
    """Give the draft back to its writers with what should be different; also one that was accepted."""
    draft.accepted_by, draft.asked_of = None, draft.revision
    return _decide(draft, "ask_changes", text, by=by, tell=_writers(draft))


@_step
def accept_draft(draft: Draft, text: str = "", *, seen: int, by: Actor) -> Draft:
    """Find that the draft, as of the revision `seen`, is fit to be published, by somebody else. What another
    edition overtook is first brought up to date: beside that, it seems to strike what came with it.
    """
    _refuse_changed(draft, seen)
    _refuse_behind(draft)
    draft.accepted_by_id = by.person
    if not access.has_second(draft, but=by.person):
        accounts.tell(accounts.people_with("administrator"), "draft.no_second", "", {}, by=by.person)
    tell = [*_author(draft), *accounts.people_with(access.EDITOR)]
    return _decide(draft, "accept", text, by=by, tell=tell)


@_step
def decline_draft(draft: Draft, text: str, *, by: Actor) -> Draft:
    """End the review without publication, with the reason."""
    return _decide(draft, "decline", text, by=by, tell=_writers(draft))


def _decide(draft: Draft, verb: str, text: str, *, by: Actor, tell: Iterable[UUID]) -> Draft:
    if not access.can_judge(by, draft):
        raise PermissionDenied
    if draft.state == State.IN_REVIEW and by.person != draft.reviewer_id:
        raise PermissionDenied
    if verb != "accept" and not text.strip():
        raise ValidationError(_("Say why; the writers will read it."))
    draft.reason = text.strip()
    return _move(draft, verb, by=by, right="draft.review", tell=tell)


@_step
def declare_conflict(draft: Draft, text: str, *, by: Actor) -> Draft:
    """Step out of the review for good; what one has reviewed goes back into the queue."""
    if not access.can_judge(by, draft):
        raise PermissionDenied
    if not text.strip():
        raise ValidationError(_("Say in a few words what the conflict is."))
    if draft.state not in access.UNDER_WAY:  # who had a part in what is decided stays on record
        raise TransitionNotAllowed
    Conflict.objects.create(draft=draft, person_id=_person(by), reason=text.strip())
    had_part = by.person in {draft.reviewer_id, draft.accepted_by_id}
    if had_part:
        draft.reviewer_id = draft.accepted_by_id = None
        draft.save(update_fields=["reviewer", "accepted_by"])
    if had_part and draft.state in {State.IN_REVIEW, State.ACCEPTED}:
        editors = accounts.people_with(access.EDITOR)
        return _move(draft, "hand_back", by=by, right="draft.review", tell=editors)
    _record("declare_conflict", draft, by=by, right="draft.review")
    return draft


@_step
def give_up_draft(draft: Draft, text: str = "", *, by: Actor) -> Draft:
    """Withdraw the draft; it stays readable to its organisation."""
    if not access.writes(by, draft):
        raise PermissionDenied
    draft.reason = text.strip()
    tell = [*_writers(draft), *([draft.reviewer_id] if draft.reviewer_id else [])]
    return _move(draft, "give_up", by=by, right="draft.write", tell=tell)


@_step
def publish_draft(draft: Draft, *, seen: int, by: Actor) -> Edition:
    """Publish the revision `seen` as the second person: neither a writer nor whoever accepted it. Two clicks
    publish once.

    Raises ValidationError when another edition came out since the draft began: see `refresh_draft`.
    """
    if not access.is_second(by, draft):
        raise PermissionDenied
    if not can_proceed(draft.publish):  # asked here: the log is written to last, once nothing is locked after
        raise TransitionNotAllowed
    _refuse_changed(draft, seen)
    if draft.practice:
        draft.practice = Practice.objects.select_for_update().get(pk=draft.practice_id)
        _refuse_overtaken(draft)
        _refuse_behind(draft)
    edition = _publish(draft, by=by)
    draft.practice_id = edition.practice_id
    _move(draft, "publish", by=by, right="draft.publish", tell=_writers(draft))
    return edition


def _publish(draft: Draft, *, by: Actor) -> Edition:
    """Make the edition; of a new practice under the first identifier that nobody takes at the same time."""
    made, owner = _edition_of(draft), _owner_after(draft)
    keeper = draft.author_id if owner == draft.owner_id else None
    publish = partial(editions.publish_edition, content=made, by=by, owner=owner, keeper=keeper)
    if draft.practice_id:
        return publish(draft.practice_id)
    for practice_id in _new_ids(draft):
        try:
            with transaction.atomic():
                return publish(practice_id, is_new=True)
        except IntegrityError:
            continue
    raise ValidationError(_("No identifier was free. Give the practice another title."))


def _owner_after(draft: Draft) -> UUID | None:
    """Who keeps the practice from now on: who kept it, who wrote a new one, or who is its publisher as the
    editors have found. Of what was compiled from somebody else's pages, nobody.
    """
    if draft.practice is None or draft.claims:
        return draft.owner_id
    return draft.practice.owner_id


def _edition_of(draft: Draft) -> editions.Content:
    before = draft.practice.editions.get(number=draft.base) if draft.practice else None
    is_confirmed = _owner_after(draft) == draft.owner_id
    made = content.to_publish(draft.content, before, is_confirmed=is_confirmed)
    return editions.Content(made.facts, made.source, carried_over(before, made) if before else {})


def _new_ids(draft: Draft) -> Iterator[str]:
    """Identifiers from the title, if it is in Latin letters; none that is in use or leads to another page."""
    root = slugify(draft.content["title"])[:SLUG_LENGTH].strip("-")
    if len(root) < ENOUGH:
        root = f"practice-{draft.pk.hex[:8]}"
    known = set(Practice.objects.filter(pk__startswith=root).values_list("pk", flat=True))
    for number in range(1, len(known) + TRIES):
        name = root if number == 1 else f"{root}-{number}"
        if name not in known and resolve(reverse("practice", args=[name])).url_name == "practice":
            yield name


@_step
def refresh_draft(draft: Draft, *, by: Actor) -> list[str]:
    """Bring in what a newer edition changed, field by field; return the fields that both changed.

    Those keep the draft's words; a comment holds what the edition says. An accepted draft is reviewed again.
    """
    if not access.can_refresh(by, draft) or draft.practice is None:
        raise PermissionDenied
    if draft.base == draft.practice.current:
        raise ValidationError(_("It is up to date."))
    old, new = (
        content.of_edition(draft.practice.editions.get(number=number))
        for number in (draft.base, draft.practice.current)
    )
    moved = [name for name in content.FIELDS if old[name] != new[name] != draft.content.get(name)]
    both = [name for name in moved if draft.content.get(name) != old[name]]
    for name in both:
        _propose(draft, name, new[name], by=by)
    draft.base = draft.practice.current
    draft.save(update_fields=["base"])
    _change(draft, {name: new[name] for name in moved if name not in both}, by, is_merge=True)
    if draft.state == State.ACCEPTED:
        draft.reviewer_id = draft.accepted_by_id = None
        _move(draft, "hand_back", by=by, right="draft.review", tell=_writers(draft))
    else:
        _record("refresh_draft", draft, by=by, right="draft.write")
    return both


def _propose(draft: Draft, name: str, value: Any, *, by: Actor) -> None:
    """Keep what the newer edition says beside the draft's own words."""
    says = languages.listed(content.shown(name, value))
    text = _("The current edition says here: %(value)s") % {"value": says}
    said = {"text": "", "proposed": value} if name in PROSE else {"text": text, "proposed": ""}
    _say(draft, by, field=name, line="", **said)


# ── comments ──


@transaction.atomic
def comment_draft(
    draft: Draft,
    *,
    by: Actor,
    text: str = "",
    field: str = "",
    line: str = "",
    proposed: str = "",
    answers: Comment | None = None,
) -> Comment:
    """Say something about a section, or propose other words for it."""
    draft = Draft.objects.select_related("practice").get(pk=draft.pk)
    if not access.can_comment(by, draft) or (answers and answers.draft_id != draft.pk):
        raise PermissionDenied
    if field and field not in content.FIELD_NAMES:
        raise ValidationError(_("There is no such section."))
    if proposed and field not in PROSE:
        raise ValidationError(_("Other words can only be proposed for a text."))
    if proposed:
        proposed = content.checked(field, proposed)
    if field and not _stands_in(line, draft.content[field]):
        raise ValidationError(
            _("These words don’t stand there. Copy them from the text, or leave this empty.")
        )
    comment = _say(
        draft,
        by,
        text=text,
        field=field,
        line=line,
        proposed=proposed,
        answers_id=(answers.answers_id or answers.pk) if answers else None,
        is_internal=_is_internal(draft, answers, by),
    )
    accounts.tell(_listeners(comment, by), "draft.comment", str(draft.pk), {}, by=by.person)
    _record_comment("comment", comment, by)
    return comment


def _say(draft: Draft, by: Actor, **said: Any) -> Comment:
    if by.organisation is None:
        raise PermissionDenied
    return Comment.objects.create(draft=draft, author_id=_person(by), said_for_id=by.organisation, **said)


def _stands_in(line: str, value: Any) -> bool:
    """Whether the words are in the field, however its lines break."""
    return not isinstance(value, str) or " ".join(line.split()) in " ".join(value.split())


def _record_comment(verb: str, comment: Comment, by: Actor, **facts: Any) -> None:
    """That something was said, not what; among writers and guests under verbs that editors aren't shown."""
    right = "draft.write" if access.writes(by, comment.draft) else "draft.read"
    verb = f"{verb}_among" if comment.is_internal else verb
    facts |= {"comment": str(comment.key), "field": comment.field}
    audit.record(verb, f"draft/{comment.draft_id}", by=by, right=right, facts=facts)


def _is_internal(draft: Draft, answers: Comment | None, by: Actor) -> bool:
    if answers is not None and answers.is_internal:
        return True
    return draft.state == State.DRAFT or access.is_guest(by, draft)


def _listeners(comment: Comment, by: Actor) -> list[UUID]:
    """Who is told of a comment: of what its writers say whoever they answer, and its reviewer where editors
    see it; of what others say its author.
    """
    draft = comment.draft
    if not access.writes(by, draft):
        return _author(draft)
    reviewer = [draft.reviewer_id] if draft.reviewer_id and not comment.is_internal else []
    return [*reviewer, *_guests_in(comment)]


def _guests_in(comment: Comment) -> list[UUID]:
    """Who takes part in the thread for an organisation that the draft is shared with."""
    thread = comment.draft.comments.filter(Q(pk=comment.answers_id) | Q(answers=comment.answers_id))
    guests = thread.filter(said_for__in=sharing.receivers(access.KIND, comment.draft_id))
    said = set(guests.values_list("said_for", "author"))
    return [author for organisation, author in said if author in accounts.members_of(organisation)]


@transaction.atomic
def settle_comment(comment: Comment, *, take: bool, by: Actor) -> None:
    """Mark a comment as dealt with; with `take`, put its proposed words in place."""
    draft = Draft.objects.select_for_update(of=("self",)).get(pk=comment.draft_id)
    if not access.can_settle(by, draft):
        raise PermissionDenied
    comment.refresh_from_db()  # the draft is locked: nobody settles it now
    if comment.settled_at:
        raise ValidationError(_("Somebody has dealt with this comment already."))
    if take:
        if not comment.proposed:
            raise ValidationError(_("No other words are proposed here."))
        save_draft(draft, {comment.field: comment.proposed}, seen=draft.revision, by=by)
    Comment.objects.filter(pk=comment.pk).update(settled_at=timezone.now(), is_taken=take)
    _record_comment("settle", comment, by, taken=take)


# ── what all have in common ──


def _person(by: Actor) -> UUID:
    if by.person is None:
        raise PermissionDenied
    return by.person


def _author(draft: Draft) -> list[UUID]:
    return people.first_of(draft.owner_id, draft.author_id)


def _writers(draft: Draft) -> list[UUID]:
    """Who is told about a draft of their organisation: its author and the focal points."""
    return [*_author(draft), *people.focal_points(draft.owner_id)]


def _move(draft: Draft, verb: str, *, by: Actor, right: str, tell: Iterable[UUID]) -> Draft:
    """Take a step in its life: the state machine says whether it can be taken, the log that it was."""
    getattr(draft, verb)()
    draft.since = timezone.now()
    draft.due = draft.since + TIME[draft.state] if draft.state in TIME else None
    draft.save()
    accounts.tell(tell, f"draft.{draft.state}", str(draft.pk), {}, by=by.person)
    _record(verb, draft, by=by, right=right)
    return draft


def _record(verb: str, draft: Draft, *, by: Actor, right: str) -> None:
    """The entry; of what binds also to which words, for whoever is shown them."""
    facts: dict[str, Any] = {"state": draft.state, "practice": draft.practice_id or ""}
    if verb in BINDING:
        words = commit(audit.canonical(draft.content), draft.owner_id)
        facts |= {"revision": draft.revision, "words": words}
    audit.record(verb, f"draft/{draft.pk}", by=by, right=right, facts=facts)
