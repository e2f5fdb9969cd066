"""Reading questionnaires: one function a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chemsec.kernel import questionnaire
from chemsec.kernel.differences import Piece, differences
from chemsec.kernel.questionnaire import EVIDENCE, IMPORTANCE, TARGET, WEIGHT, Form, Kind, Question, Section
from chemsec.kernel.replies import Reply, Value, answers
from chemsec.platform import languages, taxonomy
from chemsec.platform.access import Actor

from . import access, words
from .models import Version, in_words, stage_name


def all_versions(user: Actor) -> list[Version]:
    return list(access.visible_to(user).order_by("questionnaire__code", "-number"))


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    rank: int = 0  # where it stands in a ranking; 0: nowhere


@dataclass(frozen=True)
class Field:
    """A question, or an aspect of one, as it is filled in."""

    name: str
    label: str
    choices: list[Choice]
    answer: str


@dataclass(frozen=True)
class Asked:
    """A question on a page, in one language."""

    question: Question
    label: str
    hint: str
    guidance: str
    unit: str
    choices: list[Choice]
    columns: list[Field]
    grid: list[list[Field]]  # of a table, row by row
    aspects: list[Field]
    reply: Reply
    is_asked: bool
    tags: list[str]

    @property
    def code(self) -> str:
        return self.question.code

    @property
    def kind(self) -> str:
        return self.question.kind.value

    @property
    def condition(self) -> str:
        """For the browser, which asks as the server does."""
        return "" if self.question.relevant is None else json.dumps(self.question.relevant)

    @property
    def answer(self) -> Value:
        return self.reply.values.get(self.code, "")


@dataclass(frozen=True)
class Part:
    """A section on a page."""

    section: Section
    title: str
    intro: str
    stage: str
    condition: str
    questions: list[Asked]

    @property
    def is_asked(self) -> bool:
        return any(one.is_asked for one in self.questions)


@dataclass(frozen=True)
class Sheet:
    """A questionnaire as whoever answers it sees it."""

    version: Version
    language: languages.Language
    title: str
    intro: str
    parts: list[Part]


def sheet(version: Version, language: str, given: Mapping[str, Reply], only: str = "") -> Sheet:
    """The form in one of its languages, with these replies, or one section of it. The caller has authorised
    it.
    """
    form = version.form
    reader = _reader(form, language, given, set(questionnaire.asked(form, answers(given))))
    return Sheet(
        version,
        languages.language(reader.language),
        reader.say(form.title),
        reader.say(form.intro),
        [reader.part(section) for section in form.sections if only in {"", section.code}],
    )


def as_asked(version: Version, language: str, given: Mapping[str, Reply]) -> list[Asked]:
    """These questions alone, with their replies, in the order in which they were given."""
    reader = _reader(version.form, language, given, set(given))
    return [reader.question(version.form.question(code)) for code in given]


def _reader(form: Form, language: str, given: Mapping[str, Reply], asked: set[str]) -> "_Reader":
    """Of the form in this language, or in its own where it doesn't speak that."""
    return _Reader(form, language if language in form.languages else form.languages[0], given, asked)


@dataclass(frozen=True)
class _Reader:
    form: Form
    language: str
    given: Mapping[str, Reply]
    asked: set[str]

    def say(self, text: questionnaire.Text) -> str:
        return in_words(text, self.form.languages[0], self.language)

    def part(self, section: Section) -> Part:
        condition = "" if section.relevant is None else json.dumps(section.relevant)
        asked = [self.question(one) for one in section.questions]
        title, intro = self.say(section.title), self.say(section.intro)
        return Part(section, title, intro, section.stage, condition, asked)

    def question(self, question: Question) -> Asked:
        tags = [stage_name(code) for code in question.stages] if len(question.stages) == 1 else []
        reply = self.given.get(question.code, Reply())
        return Asked(
            question,
            self.say(question.label),
            self.say(question.hint),
            self.say(question.guidance),
            self.say(question.unit),
            self.choices(question, reply),
            [self.column(question, column) for column in question.columns],
            [self.row(question, number, reply) for number in range(1, question.rows + 1)],
            [self.aspect(code, reply) for code in question.attributes[1:]],
            reply,
            question.code in self.asked,
            tags + [taxonomy.label("measure_kinds", code) for code in question.measure_kinds],
        )

    def choices(self, question: Question, reply: Reply) -> list[Choice]:
        if question.kind is Kind.CHECK:
            return [Choice(code, words.CHECK_LABELS[code][self.language]) for code in questionnaire.CHECK]
        ranked = reply.values.get(question.code, "") if question.kind is Kind.RANKING else ()
        ranks = {code: place for place, code in enumerate(ranked, 1) if isinstance(code, str)}
        return [Choice(one.code, self.say(one.label), ranks.get(one.code, 0)) for one in question.choices]

    def column(
        self, question: Question, column: questionnaire.Column, row: int = 0, answer: str = ""
    ) -> Field:
        choices = [Choice(one.code, self.say(one.label)) for one in column.choices]
        return Field(f"{question.code}.{column.code}.{row}", self.say(column.label), choices, answer)

    def row(self, question: Question, number: int, reply: Reply) -> list[Field]:
        rows = reply.values.get(question.code, ())
        found = rows[number - 1] if number <= len(rows) else {}
        said = found if isinstance(found, Mapping) else {}
        return [self.column(question, one, number, said.get(one.code, "")) for one in question.columns]

    def aspect(self, code: str, reply: Reply) -> Field:
        name = code.rpartition(".")[2]
        label = words.ASPECT_LABELS[name][self.language]
        choices = {
            TARGET: [Choice(level, level) for level in questionnaire.LEVELS],
            WEIGHT: [Choice(one, words.IMPORTANCE_LABELS[one][self.language]) for one in IMPORTANCE],
            EVIDENCE: [],
        }[name]
        return Field(code, label, choices, str(reply.values.get(code, "")))


@dataclass(frozen=True)
class Difference:
    """What a version does with a question of another one."""

    code: str
    what: str
    label: str
    texts: list[tuple[str, list[Piece]]]  # the name of a text that changed, its words then and now
    parts: list[str]  # names of what else changed


def changes(before: Version, after: Version, language: str) -> list[Difference]:
    """How two versions differ, question by question, in one language."""
    old, new = before.form, after.form
    found = []
    for change in questionnaire.changes(old, new):
        form = old if change.what == "removed" else new
        label = in_words(form.question(change.code).label, form.languages[0], language)
        was, now = (old.question(change.code), new.question(change.code)) if change.parts else (None, None)
        texts = [
            (part, differences(_words(was, part, old, language), _words(now, part, new, language)))
            for part in change.parts
            if part in TEXTS
        ]
        others = [part for part in change.parts if part not in TEXTS]
        found.append(Difference(change.code, change.what, label, texts, others))
    return found


TEXTS = ("label", "hint", "guidance", "refusal", "unit", "choices")


def _words(question: Question | None, part: str, form: Form, language: str) -> str:
    if question is None:
        return ""
    value = getattr(question, part)
    own = form.languages[0]
    if part == "choices":
        return "\n".join(f"{one.code}: {in_words(one.label, own, language)}" for one in value)
    return in_words(value, own, language)


def counts(form: Form) -> Sequence[tuple[str, int]]:
    """How many questions each kind has, in the order of the kinds."""
    kinds = [question.kind for question in form.questions]
    return [(kind.value, kinds.count(kind)) for kind in Kind if kind in kinds]
