"""Reading drafts: one function a page."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chemsec.compendium import queries as compendium
from chemsec.compendium.models import PROSE, Comment, Draft, DraftRevision, Edition, EditionText, Practice
from chemsec.kernel.differences import Piece, differences
from chemsec.kernel.sensitive import Hint
from chemsec.platform import languages
from chemsec.platform.access import ANYONE, Actor
from chemsec.platform.pages import Page, page_of
from chemsec.platform.sharing import public as sharing
from chemsec.platform.vault.public import opened
from chemsec.search import public as search

from . import access, content
from .hints import hints_of

State = Draft.State
SIMILAR = 3
MOST = 50  # drafts of one group on a page
SITTING = timedelta(minutes=10)  # changes of one person within it are shown as one


# ── lists ──


@dataclass(frozen=True)
class Drafts:
    """What an organisation writes, what others share with it, and for editors what is under review."""

    own: Page
    queue: Page
    shared: Page
    ended: Page


def drafts(user: Actor, asked: Mapping[str, str]) -> Drafts:
    """The newest of each group, of the queue what waits longest; of each the page that is asked for."""
    found = access.visible_to(user).select_related("owner", "author", "reviewer")
    found = found.order_by("-changed_at", "pk")
    running = found.filter(state__in=access.UNDER_WAY)
    queue = (
        running.exclude(state=State.DRAFT).order_by("since", "pk")
        if user.has(access.EDITOR)
        else running.none()
    )
    shared = sharing.shared_with(user, access.KIND)
    groups = {
        "own": running.filter(owner=user.organisation),
        "queue": queue,
        "shared": found.filter(pk__in=shared),
        "ended": found.exclude(state__in=access.UNDER_WAY).exclude(pk__in=shared),
    }
    return Drafts(
        **{
            name: page_of(group, asked.get(name, "1"), size=MOST, address=f"?{name}=")
            for name, group in groups.items()
        }
    )


def of_practice(user: Actor, practice: Practice) -> Draft | None:
    """The draft of the next edition that the user's organisation has under way, if any."""
    own = access.visible_to(user).filter(owner=user.organisation, practice=practice)
    return own.filter(state__in=access.UNDER_WAY).first()


def next_step(draft: Draft) -> str:
    """Who acts next, and what they do; empty when its life has ended."""
    if draft.state == State.SUBMITTED and draft.reviewer:
        return _("%(name)s or another editor takes it up again") % {"name": draft.reviewer.name}
    if draft.state == State.IN_REVIEW and draft.reviewer:
        return _("%(name)s reviews it") % {"name": draft.reviewer.name}
    return {
        State.DRAFT: _("Its writers finish and submit it"),
        State.SUBMITTED: _("An editor takes it up"),
        State.CHANGES_ASKED: _("Its writers revise and submit it again"),
        State.ACCEPTED: _("A second editor publishes it"),
    }.get(draft.state, "")


# ── one draft ──


@dataclass(frozen=True)
class Field:
    """A field as the reviewer reads it: how it differs from the live edition, and what is said about it."""

    code: str
    name: str
    pieces: list[Piece]  # of a text; against nothing, one piece that is the same
    gone: list[str]  # of what isn't text: values that the live edition has and the draft hasn't
    come: list[str]
    kept: list[str]
    threads: list["Thread"]
    since: list[Piece] = field(default_factory=list)  # of a text, what changed since changes were asked for

    @property
    def is_changed(self) -> bool:
        return bool(self.gone or self.come) or any(piece.kind != "same" for piece in self.pieces)

    @property
    def is_prose(self) -> bool:
        return self.code in PROSE or self.code == "change_note"

    @property
    def is_empty(self) -> bool:
        return not (self.pieces or self.gone or self.come or self.kept)


@dataclass(frozen=True)
class Thread:
    comment: Comment
    replies: list[Comment]
    proposal: list[Piece]  # the proposed words against what stands there now

    @property
    def said(self) -> list[Comment]:
        return [one for one in (self.comment, *self.replies) if str(one.text)]  # also what is locked


@dataclass(frozen=True)
class Advice:
    """What a writer is told about a draft."""

    draft: Draft
    hints: list[tuple[str, Hint, Any]]
    lacking: list[tuple[str, str]]  # field, its name
    is_behind: bool

    @property
    def is_graded_below(self) -> bool:
        """Results are told of, but the grade says that there are none."""
        return bool(self.draft.content["evidence"]) and self.draft.content["evidence_grade"] == "none"


def advice(draft: Draft) -> Advice:
    lacking = content.missing(draft.content, is_revision=draft.practice_id is not None)
    is_behind = bool(draft.practice and draft.practice.current != draft.base)
    named = [(name, str(content.FIELD_NAMES[name])) for name in lacking]
    return Advice(draft, hints_of(draft.content), named, is_behind)


def open_comments(user: Actor, draft: Draft) -> dict[str, list[Thread]]:
    """What is still to be dealt with, by field."""
    found = _threads(user, draft)
    return {
        name: [thread for thread in threads if thread.comment.settled_at is None]
        for name, threads in found.items()
    }


@dataclass(frozen=True)
class Sheet(Advice):
    """A draft on its page."""

    edition: Edition | None  # the live one that it is compared with
    sections: list[tuple[content.Section, list[Field]]]
    about_all: list[Thread]

    @property
    def language(self) -> languages.Language:
        return languages.language(self.draft.content["source_language"])

    @property
    def next_step(self) -> str:
        return next_step(self.draft)

    @property
    def open_threads(self) -> int:
        everywhere = [one for _section, fields in self.sections for field in fields for one in field.threads]
        return sum(one.comment.settled_at is None for one in [*everywhere, *self.about_all])


def sheet(user: Actor, draft: Draft) -> Sheet:
    """The draft beside the edition that readers see now, field by field. The caller has authorised it."""
    edition, live = _live(draft)
    is_revision = draft.practice_id is not None
    threads = _threads(user, draft)
    asked = None if access.is_guest(user, draft) else _as_asked(draft)
    shown = [
        (section, [_field(name, draft.content, live, asked, threads[name]) for name in section.fields])
        for section in content.sections(draft.content, is_revision=is_revision)
    ]
    found = advice(draft)
    return Sheet(draft, found.hints, found.lacking, found.is_behind, edition, shown, threads[""])


def _as_asked(draft: Draft) -> dict[str, Any] | None:
    """The content for which changes were asked last; None also where it is locked: the page does without."""
    if draft.asked_of is None or draft.state not in access.UNDER_WAY:
        return None
    return draft.revisions.get(number=draft.asked_of).content or None


def _live(draft: Draft) -> tuple[Edition | None, dict[str, Any] | None]:
    if draft.practice is None:
        return None, None
    number = draft.base if draft.state == State.PUBLISHED else draft.practice.current
    edition = draft.practice.editions.filter(number=number).first()
    if edition is None:  # its first edition was made from this very draft
        return None, None
    return edition, content.of_edition(edition)


def _field(
    name: str,
    now: dict[str, Any],
    live: dict[str, Any] | None,
    asked: dict[str, Any] | None,
    threads: list[Thread],
) -> Field:
    value = now.get(name)
    label = str(content.FIELD_NAMES[name])
    if name in PROSE or name == "change_note":
        old = live[name] if live and name != "change_note" else value
        before = asked.get(name, value) if asked else value
        since = differences(before or "", value or "") if before != value else []
        return Field(name, label, differences(old or "", value or ""), [], [], [], threads, since)
    old_values = content.shown(name, live[name]) if live else content.shown(name, value)
    values = content.shown(name, value)
    return Field(
        name,
        label,
        [],
        [one for one in old_values if one not in values],
        [one for one in values if one not in old_values],
        [one for one in values if one in old_values],
        threads,
    )


def _threads(user: Actor, draft: Draft) -> defaultdict[str, list[Thread]]:
    """Comments by field, each with its answers."""
    comments = list(access.comments_for(user, draft).select_related("author", "said_for"))
    replies: dict[int, list[Comment]] = defaultdict(list)
    for comment in comments:
        if comment.answers_id:
            replies[comment.answers_id].append(comment)
    threads: defaultdict[str, list[Thread]] = defaultdict(list)
    for comment in comments:
        if not comment.answers_id:
            now = draft.content.get(comment.field, "") if comment.proposed else ""
            proposal = differences(now, comment.proposed) if comment.proposed else []
            threads[comment.field].append(Thread(comment, replies[comment.pk], proposal))
    return threads


def preview(draft: Draft) -> compendium.Card:
    """The draft as an edition that nobody has published: what its readers would see."""
    made = content.to_publish(draft.content, None, is_confirmed=True)
    practice = Practice(pk=draft.practice_id or "preview", current=draft.base + 1)
    edition = Edition(practice=practice, number=draft.base + 1, **made.facts)
    language = draft.content["source_language"]
    text = EditionText(
        edition=edition, language=language, state=EditionText.State.SOURCE, **dict(made.source)
    )
    return compendium.Card(practice, edition, text, language)


def similar(draft: Draft) -> list[compendium.Card]:
    """Published practices that may say the same."""
    if content.is_collection(draft.content):
        return []
    words = f"{draft.content['title']}. {draft.content['summary']}".strip(". ")
    if not words:
        return []
    need = search.Query(words, draft.content["source_language"])
    found = compendium.match(ANYONE, need, limit=SIMILAR + 1).cards
    return [card for card in found if card.id != draft.practice_id][:SIMILAR]


@dataclass
class Sitting:
    """Changes that one person made one after the other, shown as one."""

    last: DraftRevision
    before: DraftRevision | None = None
    fields: list[tuple[str, list[Piece]]] = field(default_factory=list)


def history(draft: Draft) -> list[Sitting]:
    """How the draft came to be, newest first; what each sitting changed in its texts, word by word."""
    sittings: list[Sitting] = []
    for revision in _revisions(draft):
        last = sittings[-1].last if sittings else None
        if last and last.by_id == revision.by_id and revision.at - last.at < SITTING:
            sittings[-1].last = revision
        else:
            sittings.append(Sitting(revision, before=last))
    for sitting in sittings:
        old = opened(sitting.before.content) if sitting.before else {}
        now = opened(sitting.last.content)
        texts = [name for name in (*PROSE, "change_note") if now.get(name, "") != old.get(name, "")]
        sitting.fields = [
            (str(content.FIELD_NAMES[name]), differences(old.get(name, ""), now.get(name, "")))
            for name in texts
        ]
    return sittings[::-1]


def _revisions(draft: Draft) -> QuerySet[DraftRevision]:
    return draft.revisions.select_related("by").order_by("number")


def saved_as(draft_id: UUID) -> Draft:
    """The draft as it stands after a save."""
    return Draft.objects.select_related("practice").get(pk=draft_id)
