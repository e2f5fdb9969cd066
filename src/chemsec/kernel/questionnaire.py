"""A questionnaire as plain data: what is asked, in which order, and of whom it is asked.

What is asked is an attribute with a code that stays the same for ever; where it stands in a form may change.
Besides a question's own code there are its aspects: of a level of maturity the target and the importance, of
yes, partly, no the evidence. `to_plain` and `from_plain` are inverse to each other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import takewhile
from typing import Any

from . import expressions
from .expressions import Answer, Answers, Tree

Text = Mapping[str, str]  # language -> text; what isn't said is empty
LEVELS = ("0", "1", "2", "3", "4", "5")  # of maturity
IMPORTANCE = ("1", "2", "3", "4", "5")
CHECK = ("yes", "partly", "no")
TARGET, WEIGHT, EVIDENCE = "target", "importance", "evidence"


class Kind(StrEnum):
    MATURITY = "maturity"  # a level, with a description of each
    CHECK = "check"  # yes, partly, no (CHECK above), with evidence
    ONE = "one"
    MANY = "many"
    NUMBER = "number"
    TEXT = "text"
    DOCUMENT = "document"
    TABLE = "table"
    RANKING = "ranking"


CHOOSING = (Kind.MATURITY, Kind.ONE, Kind.MANY, Kind.RANKING)
ASPECTS: Mapping[Kind, tuple[str, ...]] = {Kind.MATURITY: (TARGET, WEIGHT), Kind.CHECK: (EVIDENCE,)}


@dataclass(frozen=True)
class Choice:
    code: str
    label: Text


@dataclass(frozen=True)
class Column:
    """Of a table: text, a number or one of a list."""

    code: str
    kind: Kind
    label: Text
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Source:
    """What a section builds on."""

    title: str
    url: str


@dataclass(frozen=True)
class Question:
    code: str
    kind: Kind
    label: Text
    hint: Text = field(default_factory=dict)
    guidance: Text = field(default_factory=dict)
    choices: tuple[
        Choice, ...
    ] = ()  # of what chooses; of a level of maturity what each means, LEVELS in order
    columns: tuple[Column, ...] = ()  # of a table
    rows: int = 0  # of a table, at most
    unit: Text = field(default_factory=dict)  # of a number
    stages: tuple[str, ...] = ()
    measure_kinds: tuple[str, ...] = ()
    required: bool = False
    relevant: Tree | None = None  # None = always asked
    constraint: Tree | None = None
    refusal: Text = field(default_factory=dict)  # what is said where the constraint doesn't hold

    @property
    def attributes(self) -> tuple[str, ...]:
        """The codes under which its answers are kept: its own, and those of its aspects."""
        return (self.code, *(f"{self.code}.{aspect}" for aspect in ASPECTS.get(self.kind, ())))


@dataclass(frozen=True)
class Section:
    code: str
    title: Text
    intro: Text = field(default_factory=dict)
    stage: str = ""  # empty: of no single one
    sources: tuple[Source, ...] = ()
    relevant: Tree | None = None
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Form:
    code: str
    title: Text
    intro: Text
    languages: tuple[str, ...]  # the first is the one that it was written in
    sections: tuple[Section, ...]

    @property
    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def section(self, code: str) -> Section | None:
        return next((one for one in self.sections if one.code == code), None)

    def section_of(self, question: str) -> Section | None:
        return next((section for section, one in _placed(self) if one.code == question), None)

    def question(self, code: str) -> Question:
        return next(one for one in self.questions if one.code == code)


def asked(form: Form, answers: Answers) -> list[str]:
    """The codes of the questions that are asked, given these answers, in order.

    As in XForms 1.1 (4.2 and 6.1.4), the answer to a question that isn't asked counts as not given, and what
    a section isn't asked for, none of its questions is.
    """
    return _walk(form.sections, answers)[0]


def counted_before(form: Form, section: str, answers: Answers) -> dict[str, Answer]:
    """What of these answers counts when a section begins: those to questions that are asked before it."""
    before = takewhile(lambda one: one.code != section, form.sections)
    return _walk(before, answers)[1]


def _walk(sections: Iterable[Section], answers: Answers) -> tuple[list[str], dict[str, Answer]]:
    counted: dict[str, Answer] = {}
    found = []
    for section in sections:
        if section.relevant is not None and not expressions.holds(section.relevant, counted):
            continue
        for question in section.questions:
            if question.relevant is None or expressions.holds(question.relevant, counted):
                found.append(question.code)
                counted |= {code: answers[code] for code in question.attributes if code in answers}
    return found, counted


@dataclass(frozen=True)
class Fault:
    """What is wrong with a form: of a question or section (empty: of the whole), and which part of it."""

    code: str
    part: str
    said: str
    names: Mapping[str, str] = field(default_factory=dict)  # what `said` names, in words or codes


def faults(form: Form) -> Iterator[Fault]:
    """What keeps a form from being used: codes that come twice, conditions on what isn't asked before."""
    seen: set[str] = set()
    before: set[str] = set()
    for section in form.sections:
        if section.code in seen:
            yield Fault(section.code, "code", "twice")
        seen.add(section.code)
        yield from _unknown(section.code, "relevant", section.relevant, before)
        for question in section.questions:
            if question.code in seen:
                yield Fault(question.code, "code", "twice")
            seen |= {question.code, *question.attributes}
            yield from _unknown(question.code, "relevant", question.relevant, before)
            yield from _unknown(question.code, "constraint", question.constraint, {*before, question.code})
            yield from _of_its_kind(question)
            before |= set(question.attributes)
    if not seen:
        yield Fault("", "", "empty")


def _unknown(code: str, part: str, tree: Tree | None, before: set[str]) -> Iterator[Fault]:
    if tree is None:
        return
    for name in sorted(expressions.names(tree) - before):
        yield Fault(code, part, "unknown", {"name": name})


def _of_its_kind(question: Question) -> Iterator[Fault]:
    codes = [choice.code for choice in question.choices]
    if len(set(codes)) < len(codes):
        yield Fault(question.code, "choices", "twice")
    if question.kind is Kind.MATURITY and tuple(codes) != LEVELS:
        yield Fault(question.code, "choices", "levels", {"wanted": ", ".join(LEVELS)})
    if question.kind in CHOOSING and len(codes) < 2:  # noqa: PLR2004  one is no choice
        yield Fault(question.code, "choices", "few")
    if question.kind is Kind.TABLE and not question.columns:
        yield Fault(question.code, "columns", "few")


def to_plain(form: Form) -> dict[str, Any]:
    """The form as JSON holds it."""
    return _plain(asdict(form))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, StrEnum) else value


def from_plain(plain: Mapping[str, Any]) -> Form:
    sections = tuple(_section(one) for one in plain["sections"])
    return Form(**{**plain, "languages": tuple(plain["languages"]), "sections": sections})


def _section(plain: Mapping[str, Any]) -> Section:
    sources = tuple(Source(**one) for one in plain["sources"])
    questions = tuple(_question(one) for one in plain["questions"])
    return Section(**{**plain, "sources": sources, "questions": questions})


def _question(plain: Mapping[str, Any]) -> Question:
    read: dict[str, Any] = {
        "kind": Kind(plain["kind"]),
        "choices": tuple(Choice(**one) for one in plain["choices"]),
        "columns": tuple(_column(one) for one in plain["columns"]),
        "stages": tuple(plain["stages"]),
        "measure_kinds": tuple(plain["measure_kinds"]),
    }
    return Question(**{**plain, **read})


def _column(plain: Mapping[str, Any]) -> Column:
    choices = tuple(Choice(**one) for one in plain["choices"])
    return Column(**{**plain, "kind": Kind(plain["kind"]), "choices": choices})


# ── versions ──


@dataclass(frozen=True)
class Change:
    """What one version of a form does with a question of another one."""

    code: str
    what: str  # "added", "removed", "moved", "changed"
    parts: tuple[str, ...] = ()  # what of it differs


def changes(before: Form, after: Form) -> list[Change]:
    """How two versions differ, in the order of the later one; what was removed comes last."""
    old = {question.code: (section.code, question) for section, question in _placed(before)}
    new = {question.code: (section.code, question) for section, question in _placed(after)}
    found = []
    for code, (section, question) in new.items():
        if code not in old:
            found.append(Change(code, "added"))
            continue
        there, was = old[code]
        parts = tuple(name for name in asdict(question) if getattr(question, name) != getattr(was, name))
        if parts:
            found.append(Change(code, "changed", parts))
        elif there != section:
            found.append(Change(code, "moved"))
    return found + [Change(code, "removed") for code in old if code not in new]


def _placed(form: Form) -> Iterator[tuple[Section, Question]]:
    for section in form.sections:
        for question in section.questions:
            yield section, question
