"""What is replied to a question of a questionnaire, as plain data: read from a form, judged, kept.

The fields of a form are named after what is asked: `code` and `code.target` for values, `code.choice` for a
rank, `code.column.row` for a cell of a table; `code:instead` and `code:comment` go with any answer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from . import expressions
from .expressions import Answer
from .questionnaire import CHECK, IMPORTANCE, LEVELS, TARGET, WEIGHT, Form, Kind, Question, asked

INSTEAD = ("unknown", "not_applicable", "unsaid")  # don't know, not applicable, prefer not to say
LONGEST = 4_000  # characters of a text
NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,6})?", re.ASCII)

Row = Mapping[str, str]  # of a table: column -> what stands there
Value = str | list[str] | list[Row]
Sent = Mapping[str, Sequence[str]]  # a form as it was sent: field -> values


@dataclass(frozen=True)
class Reply:
    """Values by attribute; or what stands instead of an answer; and a comment on either."""

    values: Mapping[str, Value] = field(default_factory=dict)
    instead: str = ""  # one of INSTEAD
    comment: str = ""

    @property
    def is_given(self) -> bool:
        """Whether it says something: an answer, or what stands instead of one."""
        return bool(self.values or self.instead)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a reply: of which attribute, and what."""

    attribute: str
    said: str  # "choice", "number", "long", "twice", "constraint"


def to_plain(reply: Reply) -> dict[str, Any]:
    return {"values": dict(reply.values), "instead": reply.instead, "comment": reply.comment}


def from_plain(plain: Mapping[str, Any]) -> Reply:
    return Reply(**plain)


def read(question: Question, sent: Sent) -> Reply:
    """The reply to one question, from a form as it was sent. What it may be, `faults` says."""
    values: dict[str, Value] = {}
    if own := _value(question, sent):
        values[question.code] = own
    for attribute in question.attributes[1:]:
        if said := _one(sent, attribute):
            values[attribute] = said
    comment, instead = _one(sent, f"{question.code}:comment"), _one(sent, f"{question.code}:instead")
    return Reply(values, instead, comment)


def _one(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "").replace("\r\n", "\n").strip()


def _value(question: Question, sent: Sent) -> Value:
    code = question.code
    if question.kind is Kind.MANY:
        return [one for one in sent.get(code, ()) if one]
    if question.kind is Kind.RANKING:
        places = {choice.code: _one(sent, f"{code}.{choice.code}") for choice in question.choices}
        return sorted((one for one in places if places[one]), key=lambda one: _place(places[one]))
    if question.kind is Kind.TABLE:
        rows: list[Row] = [
            {column.code: _one(sent, f"{code}.{column.code}.{row}") for column in question.columns}
            for row in range(1, question.rows + 1)
        ]
        return [row for row in rows if any(row.values())]
    said = _one(sent, code)
    return said.replace(",", ".") if question.kind is Kind.NUMBER and NUMBER.fullmatch(said) else said


def _place(said: str) -> Decimal:
    return Decimal(said) if said.isascii() and said.isdigit() else Decimal(10**6)


def faults(question: Question, reply: Reply) -> Iterator[Fault]:
    """What keeps a reply from being kept. Conditions on other answers are not looked at."""
    if reply.instead and reply.instead not in INSTEAD:
        yield Fault(question.code, "choice")
    if len(reply.comment) > LONGEST:
        yield Fault(f"{question.code}:comment", "long")
    for attribute, value in reply.values.items():
        yield from _of_value(question, attribute, value)
    if question.code in reply.values and question.constraint is not None:
        answers = _plain_answers(reply)
        if not expressions.holds(question.constraint, answers | {expressions.HERE: answers[question.code]}):
            yield Fault(question.code, "constraint")


def _of_value(question: Question, attribute: str, value: Value) -> Iterator[Fault]:
    allowed = _allowed(question, attribute)
    if attribute == question.code and question.kind is Kind.TABLE:
        yield from _of_table(question, value)
    elif isinstance(value, list):
        if allowed is not None and not set(value) <= set(allowed):
            yield Fault(attribute, "choice")
        if len(set(value)) < len(value):
            yield Fault(attribute, "twice")
    elif allowed is not None and value not in allowed:
        yield Fault(attribute, "choice")
    elif len(str(value)) > LONGEST:
        yield Fault(attribute, "long")
    elif attribute == question.code and question.kind is Kind.NUMBER and not NUMBER.fullmatch(str(value)):
        yield Fault(attribute, "number")


def _allowed(question: Question, attribute: str) -> Sequence[str] | None:
    """The codes that may stand there; None for words."""
    if attribute != question.code:
        return {TARGET: LEVELS, WEIGHT: IMPORTANCE}.get(attribute.rpartition(".")[2])
    if question.kind is Kind.CHECK:
        return CHECK
    return [choice.code for choice in question.choices] if question.choices else None


def _of_table(question: Question, rows: Any) -> Iterator[Fault]:
    for column in question.columns:
        codes = {choice.code for choice in column.choices}
        for row in rows:
            said = row.get(column.code, "")
            if said and codes and said not in codes:
                yield Fault(question.code, "choice")
            elif said and column.kind is Kind.NUMBER and not NUMBER.fullmatch(said):
                yield Fault(question.code, "number")
            elif len(said) > LONGEST:
                yield Fault(question.code, "long")


def _plain_answers(reply: Reply) -> dict[str, Answer]:
    """What conditions may look at: a table isn't among it."""
    return {
        attribute: value if isinstance(value, str) else [str(one) for one in value]
        for attribute, value in reply.values.items()
        if isinstance(value, str) or not any(isinstance(one, Mapping) for one in value)
    }


def answers(replies: Mapping[str, Reply]) -> dict[str, Answer]:
    """All that was replied, by attribute, for the conditions of a form."""
    found: dict[str, Answer] = {}
    for reply in replies.values():
        found |= _plain_answers(reply)
    return found


def lacking(form: Form, replies: Mapping[str, Reply]) -> list[str]:
    """Codes of the questions that are asked and needed, and to which nothing was replied."""
    wanted = set(asked(form, answers(replies)))
    return [
        question.code
        for question in form.questions
        if question.required and question.code in wanted and not replies.get(question.code, Reply()).is_given
    ]
