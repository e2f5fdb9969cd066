"""Reading a State's response: one function a page."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from chemsec.kernel import replies
from chemsec.kernel.questionnaire import EVIDENCE, Kind, asked, counted_before
from chemsec.kernel.replies import Fault, Reply
from chemsec.needs.exercises.models import Response
from chemsec.needs.questionnaires import queries as questionnaires
from chemsec.needs.questionnaires.queries import Asked, Part, Sheet
from chemsec.platform import languages
from chemsec.platform.access import Actor, Visibility
from chemsec.platform.audit.log import canonical
from chemsec.platform.vault.public import opened

from . import access
from .models import Answer, Remark, Rival, Submission

INSTEAD = {
    "unknown": gettext_lazy("Don’t know"),
    "not_applicable": gettext_lazy("Not applicable"),
    "unsaid": gettext_lazy("Prefer not to say"),
}
FAULTS = {
    "choice": gettext_lazy("This isn’t one of the choices."),
    "number": gettext_lazy("Write a number, with digits only: 12 or 12.5."),
    "long": gettext_lazy("This is too long: up to 4,000 characters."),
    "twice": gettext_lazy("Each may have a place of its own only."),
    "constraint": gettext_lazy("This can’t be: see what is asked."),
}
SEEN_BY = {
    Visibility.SECRETARIAT: gettext_lazy("The Secretariat"),
    Visibility.UNNAMED: gettext_lazy("States too, without our name"),
    Visibility.STATES: gettext_lazy("States too"),
    Visibility.PUBLIC: gettext_lazy("Everybody"),
}


# ── the overview ──


@dataclass(frozen=True)
class Chapter:
    """A section in the overview: what is done of it."""

    part: Part
    asked: int
    answered: int
    carried: int  # from the last exercise, to be confirmed
    rivals: int
    is_open: bool
    visibility: str
    last: Answer | None

    @property
    def code(self) -> str:
        return self.part.section.code

    @property
    def is_done(self) -> bool:
        return self.answered >= self.asked and not self.carried and not self.rivals


@dataclass(frozen=True)
class Overview:
    response: Response
    sheet: Sheet
    chapters: list[Chapter]
    lacking: list[tuple[str, str, str]]  # section, question, its label
    asked: int
    answered: int
    submissions: Sequence[Submission]
    remarks: Sequence[Remark]


def overview(actor: Actor, response: Response) -> Overview:
    """The response as its State sees it; the caller has authorised it."""
    version = response.exercise.version
    answers = {one.code: one for one in response.answers.select_related("response", "saved_by")}
    given = {code: one.reply for code, one in answers.items()}
    rivals = {one.answer.code for one in _rivals(response).values()}
    sheet = questionnaires.sheet(version, languages.current().code, given)
    chapters = [_chapter(actor, response, part, answers, rivals) for part in sheet.parts if part.is_asked]
    missing = set(replies.lacking(version.form, given))
    lacking = [
        (part.section.code, one.code, one.label)
        for part in sheet.parts
        for one in part.questions
        if one.code in missing
    ]
    return Overview(
        response,
        sheet,
        chapters,
        lacking,
        sum(one.asked for one in chapters),
        sum(one.answered for one in chapters),
        list(response.submissions.select_related("signed_by", "submitted_by").order_by("-number")),
        remarks(response),
    )


def _chapter(
    actor: Actor, response: Response, part: Part, answers: Mapping[str, Answer], rivals: set[str]
) -> Chapter:
    wanted = [one.code for one in part.questions if one.is_asked]
    there = [answers[code] for code in wanted if code in answers]
    return Chapter(
        part,
        len(wanted),
        sum(1 for one in there if one.is_given),
        sum(1 for one in there if one.is_carried),
        sum(1 for code in wanted if code in rivals),
        access.can_answer(actor, response, part.section.code),
        response.visibility_of(part.section.code),
        max(there, key=lambda one: one.saved_at, default=None),
    )


def remarks(response: Response) -> Sequence[Remark]:
    return list(response.remarks.select_related("response", "said_by"))


# ── a section ──


@dataclass(frozen=True)
class Line:
    """A question to be answered, with what is there."""

    asked: Asked
    answer: Answer | None
    rival: Rival | None = None
    rival_said: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # what stands there, where a rival is beside it
    faults: list[str] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What the page knows of the answer: its revision, and what it says."""
        revision = self.answer.revision if self.answer else 0
        own = self.answer.visibility if self.answer else ""
        return f"{revision}.{fingerprint(self.answer.reply if self.answer else Reply(), own)}"


def fingerprint(reply: Reply, visibility: str) -> str:
    """By which a form that comes back tells what was changed in it. The page that carries it says it all."""
    text = canonical(replies.to_plain(reply) | {"visibility": visibility})
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Page:
    """A section to be answered."""

    part: Part
    sheet: Sheet
    lines: list[Line]
    counted: str  # answers of earlier sections that its conditions look at, for the browser
    before: str  # code of the section before it; empty: none
    after: str

    @property
    def carried(self) -> int:
        return sum(1 for line in self.lines if line.answer and line.answer.is_carried)


def page(
    response: Response,
    code: str,
    sent: Mapping[str, Reply] | None = None,
    wrong: Mapping[str, list[Fault]] | None = None,
) -> Page:
    """A section, with what was sent and couldn't be kept in place of what is there."""
    version = response.exercise.version
    form = version.form
    answers = {one.code: one for one in response.answers.select_related("response", "saved_by")}
    given = {key: one.reply for key, one in answers.items()}
    shown = given | {key: reply for key, reply in (sent or {}).items() if key in (wrong or {})}
    sheet = questionnaires.sheet(version, languages.current().code, shown, only=code)
    wanted = set(asked(form, replies.answers(shown)))
    codes = [
        one.code
        for one in form.sections
        if one.code == code or any(question.code in wanted for question in one.questions)
    ]
    place = codes.index(code)
    rivals = _rivals(response)
    lines = [
        _line(one, answers.get(one.code), rivals, (wrong or {}).get(one.code, []))
        for one in sheet.parts[0].questions
    ]
    counted = counted_before(form, code, replies.answers(given))
    before = codes[place - 1] if place else ""
    after = codes[place + 1] if place + 1 < len(codes) else ""
    return Page(sheet.parts[0], sheet, lines, json.dumps(counted), before, after)


def saved(response: Response, sent: Mapping[str, Reply], wrong: Mapping[str, list[Fault]]) -> list[Line]:
    """How it stands with the answers that a page has sent."""
    there = response.answers.filter(code__in=sent).select_related("response", "saved_by")
    answers = {one.code: one for one in there}
    found = questionnaires.as_asked(response.exercise.version, languages.current().code, sent)
    rivals = _rivals(response)
    return [_line(one, answers.get(one.code), rivals, wrong.get(one.code, [])) for one in found]


def _rivals(response: Response) -> dict[Any, Rival]:
    waiting = Rival.objects.filter(answer__response=response, settled_at__isnull=True)
    return {one.answer_id: one for one in waiting.select_related("answer__response", "saved_by")}


def _line(one: Asked, answer: Answer | None, rivals: Mapping[Any, Rival], wrong: list[Fault]) -> Line:
    rival = rivals.get(answer.pk) if answer else None
    return Line(
        one,
        answer,
        rival,
        in_words(one, rival.reply) if rival else [],
        in_words(one, answer.reply) if rival and answer else [],
        [str(FAULTS[fault.said]) for fault in wrong],
    )


def in_words(one: Asked, reply: Reply) -> list[str]:
    """What a reply says, line by line, with the words of its questionnaire."""
    if reply.instead:
        return [str(INSTEAD[reply.instead])]
    labels = {choice.code: choice.label for choice in one.choices}
    value = reply.values.get(one.code, "")
    if isinstance(value, str):
        own = _level(one, value, labels) if value else []
    elif one.question.kind is Kind.TABLE:
        own = [" · ".join(filter(None, row.values())) for row in value if isinstance(row, Mapping)]
    else:
        own = [labels.get(code, code) for code in value if isinstance(code, str)]
    aspects = [_aspect(field, str(reply.values.get(field.name, ""))) for field in one.aspects]
    return [*own, *filter(None, aspects)]


def _level(one: Asked, value: str, labels: Mapping[str, str]) -> list[str]:
    if one.question.kind is Kind.MATURITY:
        return [f"{value}. {labels.get(value, '')}"]
    return [labels.get(value, value) + (f" {one.unit}" if one.unit else "")]


def _aspect(asked: questionnaires.Field, value: str) -> str:
    if not value:
        return ""
    label = next((choice.label for choice in asked.choices if choice.code == value), value)
    return label if asked.name.endswith(f".{EVIDENCE}") else f"{asked.label} {label}"


# ── what was submitted ──


@dataclass(frozen=True)
class Told:
    """A question and what was submitted to it."""

    asked: Asked
    said: list[str]
    comment: str
    visibility: str


@dataclass(frozen=True)
class Read:
    """A submission as it is read."""

    submission: Submission
    sheet: Sheet
    parts: list[tuple[Part, list[Told]]]
    answered: int
    asked: int


def read(submission: Submission) -> Read:
    """What a submission says, in the reader's language; LockedError where it doesn't open."""
    content = json.loads(opened(submission.content))
    version = submission.response.exercise.version
    entries = {code: one for section in content["sections"].values() for code, one in section.items()}
    seen = {code: one.pop("visibility") for code, one in entries.items()}
    given = {code: replies.from_plain(one) for code, one in entries.items()}
    sheet = questionnaires.sheet(version, languages.current().code, given)
    parts = [
        (part, [_told(one, given, seen) for one in part.questions if one.code in given])
        for part in sheet.parts
        if content["sections"].get(part.section.code)
    ]
    answered = sum(1 for one in given.values() if one.is_given)
    return Read(submission, sheet, parts, answered, len(given))


def _told(one: Asked, given: Mapping[str, Reply], seen: Mapping[str, str]) -> Told:
    reply = given[one.code]
    label = str(SEEN_BY[Visibility(seen[one.code])])
    return Told(one, in_words(one, reply), reply.comment, label)
