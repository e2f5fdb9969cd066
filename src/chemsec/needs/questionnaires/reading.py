"""A questionnaire out of an XLSForm workbook, the portal's own or another one.

What is wrong is named by sheet, row and column, all of it at once. What a questionnaire here has no place for
is left out and said, if the rest makes sense without it; else it is a fault.
"""

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from pyxform import xls2xform as pyxform
from pyxform.errors import PyXFormError

from chemsec.kernel import expressions, questionnaire
from chemsec.kernel.questionnaire import Choice, Column, Form, Kind, Question, Section, Source, Text
from chemsec.platform import languages, taxonomy
from chemsec.platform.text import tidy

from .columns import ASPECTS, INTRO, OWN, SAID, SHEETS, TITLES

MOST_ROWS, MOST_COLUMNS = 5_000, 300
MOST_UNPACKED = 20_000_000  # bytes of XML; reading takes some fifty times as much memory
LONGEST = 10_000  # characters of a text
ROWS = 20  # of a table, where nothing says how many
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}(?:\.[A-Za-z0-9_-]{1,64})?")
TYPES = {
    "text": Kind.TEXT, "string": Kind.TEXT, "note": None, "integer": Kind.NUMBER, "int": Kind.NUMBER,
    "decimal": Kind.NUMBER, "file": Kind.DOCUMENT, "image": Kind.DOCUMENT, "select_one": Kind.ONE,
    "select one": Kind.ONE, "select_multiple": Kind.MANY, "select multiple": Kind.MANY, "rank": Kind.RANKING,
}  # fmt: skip
BEGIN, END = re.compile(r"begin[ _](group|repeat)"), re.compile(r"end[ _](group|repeat)")
# what other tools note by themselves, and a questionnaire here doesn't ask
BY_ITSELF = {
    "start", "end", "today", "deviceid", "username", "email", "phonenumber", "audit", "start-geopoint",
    "calculate", "hidden", "background-audio", "simserial", "subscriberid",
}  # fmt: skip
SPOKEN = re.compile(r"(?:.*\()?([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)\)?")
KNOWN_COLUMNS = {
    "type", "name", "label", "hint", "guidance_hint", "required", "relevant", "constraint",
    "constraint_message", "repeat_count", "list_name", "list name",
}  # fmt: skip
ENORMOUS = gettext_lazy("It has far more rows or columns than a questionnaire.")
FOREIGN_LANGUAGE = ""
OUTSIDE = "general"  # the section of what stands in none


@dataclass(frozen=True)
class Place:
    """A cell, by its sheet, row (from 1) and column (its letter); without a row the sheet as a whole."""

    sheet: str
    row: int = 0
    column: str = ""

    def __str__(self):
        if not self.row:
            return _("Sheet “%(sheet)s”") % {"sheet": self.sheet}
        said = {"sheet": self.sheet, "cell": f"{self.column}{self.row}"}
        if not self.column:
            return _("Sheet “%(sheet)s”, row %(cell)s") % said
        return _("Sheet “%(sheet)s”, cell %(cell)s") % said


@dataclass(frozen=True)
class Remark:
    place: Place
    said: str

    def __str__(self):
        return f"{self.place}: {self.said}"


@dataclass
class Read:
    """What came out of a workbook."""

    form: Form | None = None
    faults: list[Remark] = field(default_factory=list)  # with any of them there is no form
    left_out: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its cells by column, as text."""

    sheet: str
    row: int
    cells: dict[str, str]
    letters: dict[str, str]  # column -> its letter

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def at(self, column: str = "") -> Place:
        return Place(self.sheet, self.row, self.letters.get(column, ""))


def read_xlsform(content: bytes) -> Read:
    """The form in a workbook (XLSX), or what keeps it from being read."""
    read = Read()
    sheets = _sheets(content, read)
    if not read.faults:
        _Reading(read, sheets).form()
    if not read.faults and read.form:
        _faults_of(read, sheets["survey"])
    if not read.faults:
        _ask_pyxform(content, read)
    return replace(read, form=None) if read.faults else read


# ── cells ──


def _sheets(content: bytes, read: Read) -> dict[str, list[Line]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            is_enormous = sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED
        if is_enormous:
            read.faults.append(Remark(Place("survey"), str(ENORMOUS)))
            return {}
        book = load_workbook(io.BytesIO(content), rich_text=True)
    except Exception:  # noqa: BLE001  openpyxl raises whatever a damaged file leads it to
        raise ValidationError(
            _("This isn’t a workbook that can be opened. Save it as XLSX, and give that.")
        ) from None
    found = {sheet.title.strip().lower(): sheet for sheet in book.worksheets}
    if "survey" not in found:
        read.faults.append(Remark(Place("survey"), _("It is missing: an XLSForm has its questions there.")))
        return {}
    return {name: list(_lines(found[name], read)) if name in found else [] for name in SHEETS}


def _lines(sheet: Worksheet, read: Read) -> Iterator[Line]:
    title = sheet.title.strip().lower()
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        read.faults.append(Remark(Place(title), str(ENORMOUS)))
        return
    for merged in sheet.merged_cells.ranges:
        place = Place(title, merged.min_row, get_column_letter(merged.min_col))
        read.faults.append(Remark(place, _("Cells are merged here. Split them: each row stands for itself.")))
    heads: dict[int, str] = {}
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = {
            index: said for index, cell in enumerate(row) if (said := _text(cell.value, read, title, cell))
        }
        if not heads:
            heads = {index: _head(said) for index, said in cells.items()}
            _note_columns(heads, title, read)
            continue
        named = {heads[index]: said for index, said in cells.items() if index in heads}
        if named:
            letters = {head: get_column_letter(index + 1) for index, head in heads.items()}
            yield Line(title, number, named, letters)


def _text(value: Any, read: Read, sheet: str, cell: Any) -> str:
    if value is None:
        return ""
    place = Place(sheet, cell.row, cell.column_letter if hasattr(cell, "column_letter") else "")
    if cell.data_type == "f":
        read.faults.append(Remark(place, _("There is a formula. Put its result there as plain text.")))
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    said = tidy(str(value) if not isinstance(value, CellRichText) else "".join(map(str, value)))
    if len(said) > LONGEST:
        read.faults.append(Remark(place, _("This text is longer than %(n)s characters.") % {"n": LONGEST}))
        return ""
    return said


def _head(said: str) -> str:
    """A column's name as read below: `label::fr`, `relevant`, `bind::chemsec:kind`."""
    name, mark, rest = said.strip().partition("::")
    name = name.strip().lower().replace(" ", "_")
    if name == "relevance":
        name = "relevant"
    if not mark or name == "bind":
        return name if not mark else f"bind::{rest.strip().lower()}"
    match = SPOKEN.fullmatch(rest.strip())
    code = languages.from_tag(match[1]) if match else ""
    return f"{name}::{code if languages.is_known(code) else FOREIGN_LANGUAGE}"


def _note_columns(heads: dict[int, str], sheet: str, read: Read) -> None:
    for index, head in heads.items():
        place = Place(sheet, 1, get_column_letter(index + 1))
        name, mark, code = head.partition("::")
        if mark and name in SAID and code == FOREIGN_LANGUAGE:
            said = _("This language is none of the six, and its texts are left out.")
            read.left_out.append(Remark(place, said))
        elif sheet == "survey" and name not in {*KNOWN_COLUMNS, "appearance", "bind"}:
            read.left_out.append(Remark(place, _("The portal doesn’t know this column, and leaves it out.")))


# ── the form ──


class _Reading:
    def __init__(self, read: Read, sheets: dict[str, list[Line]]):
        self.read = read
        self.survey = sheets["survey"]
        self.settings = sheets["settings"][0] if sheets["settings"] else Line("settings", 2, {}, {})
        default = SPOKEN.fullmatch(self.settings.get("default_language"))
        code = languages.from_tag(default[1]) if default else ""
        self.default = code if languages.is_known(code) else languages.SOURCE
        self.lists = self._lists(sheets["choices"])
        self.rows_of: dict[str, Line] = {}
        self.intro: Text = {}
        self.sections: list[Section] = []
        self.groups: list[Line] = []  # that are open

    def fault(self, line: Line, column: str, said: str) -> None:
        self.read.faults.append(Remark(line.at(column), said))

    def leave_out(self, line: Line, column: str, said: str) -> None:
        self.read.left_out.append(Remark(line.at(column), said))

    def said(self, line: Line, name: str) -> dict[str, str]:
        """A text by language; a column without one is of the form's own language."""
        found = {self.default: line.get(name)} if line.get(name) else {}
        for head, text in line.cells.items():
            column, _mark, code = head.partition("::")
            if column == name and code:
                found[code] = text
        return found

    def _lists(self, lines: list[Line]) -> dict[str, tuple[Choice, ...]]:
        found: defaultdict[str, list[Choice]] = defaultdict(list)
        for line in lines:
            list_name = line.get("list_name")
            if not list_name or not line.get("name"):
                self.fault(line, "list_name" if not list_name else "name", _("This choice has no name."))
                continue
            label = self.said(line, "label") or {self.default: line.get("name")}
            found[list_name].append(Choice(line.get("name"), label))
        return {name: tuple(choices) for name, choices in found.items()}

    def form(self) -> None:
        lines = iter(self.survey)
        for line in lines:
            self._take(line, lines)
        for line in self.groups:
            self.fault(line, "type", _("This group has no end."))
        self.read.form = Form(
            code=self.settings.get("form_id") or "questionnaire",
            title=self._title(),
            intro=self.intro,
            languages=self._languages(),
            sections=tuple(self.sections),
        )

    def _take(self, line: Line, lines: Iterator[Line]) -> None:
        """One row; of a table the rows up to its end."""
        type_ = line.get("type").lower()
        if begins := BEGIN.fullmatch(type_):
            if begins[1] == "repeat":
                self._put(self._table(line, lines))
            else:
                self._begin(line)
        elif END.fullmatch(type_):
            if not self.groups:
                self.fault(line, "type", _("No group is open that could end here."))
            else:
                self.groups.pop()
        elif type_ == "note":
            self._note(line)
        elif type_.partition(" ")[0] in BY_ITSELF:
            self.leave_out(line, "type", _("What a tool notes by itself isn’t asked here."))
        elif (question := self._question(line)) is not None:
            self._put(question)

    def _begin(self, line: Line) -> None:
        if self.groups:
            self.leave_out(line, "type", _("A group within a group: its questions are taken, it isn’t."))
        else:
            self.sections.append(self._section(line))
        self.groups.append(line)

    def _put(self, question: Question) -> None:
        """Into the section that is open; what stands outside of all gets one of its own."""
        if not self.groups and not (self.sections and self.sections[-1].code == OUTSIDE):
            self.sections.append(Section(OUTSIDE, self._title()))
        last = self.sections[-1]
        self.sections[-1] = replace(last, questions=(*last.questions, question))

    def _note(self, line: Line) -> None:
        if line.get("name") == INTRO and not self.sections:
            self.intro = self.said(line, "label")
        elif self.groups and not (self.sections[-1].questions or self.sections[-1].intro):
            last, intro = self.sections[-1], self.said(line, "label")
            sources = self._json(line, OWN + "sources", [])
            made = tuple(Source(str(one.get("title", "")), str(one.get("url", ""))) for one in sources)
            self.sections[-1] = replace(last, intro={} if intro == last.title else intro, sources=made)
        else:
            self.leave_out(line, "type", _("A note: only one that opens a section is taken."))

    def _title(self) -> dict[str, str]:
        titles: dict[str, str] = self._json(self.settings, TITLES, {})
        named = {self.default: self.settings.get("form_id") or _("Questionnaire")}
        return titles or self.said(self.settings, "form_title") or named

    def _languages(self) -> tuple[str, ...]:
        """The form's own first, then the others that its questions are asked in."""
        spoken = {code for section in self.sections for one in section.questions for code in one.label}
        others = [code for code in languages.CODES if code in spoken and code != self.default]
        return (self.default, *others)

    def _section(self, line: Line) -> Section:
        self._named(line)
        stage = line.get(OWN + "stage")
        if stage and stage not in taxonomy.codes("stages"):
            self.fault(line, OWN + "stage", _("“%(code)s” is no stage.") % {"code": stage})
        return Section(
            line.get("name"),
            self.said(line, "label"),
            stage=stage,
            relevant=self._condition(line, "relevant"),
        )

    def _named(self, line: Line) -> None:
        name = line.get("name")
        if not NAME.fullmatch(name):
            said = _("“%(name)s” is no name: letters without accents, digits and _, up to 64.")
            self.fault(line, "name", said % {"name": name[:60]})
        elif name in self.rows_of:
            said = _("The name “%(name)s” stands in row %(n)s already.")
            self.fault(line, "name", said % {"name": name, "n": self.rows_of[name].row})
        self.rows_of[name] = line

    def _question(self, line: Line) -> Question | None:
        own = line.get(OWN + "kind")
        if own in ASPECTS:  # what the portal asks by itself beside a question
            return None
        word, _space, rest = line.get("type").partition(" ")
        kind = TYPES.get(word.lower())
        if kind is None:
            said = _("The portal has no question of the type “%(type)s”.")
            self.fault(line, "type", said % {"type": line.get("type")[:60]})
            return None
        self._named(line)
        if own in {Kind.MATURITY, Kind.CHECK} and kind is Kind.ONE:
            kind = Kind(own)
        list_name = rest.replace("or_other", "").strip()
        if rest.strip().endswith("or_other"):
            self.leave_out(line, "type", _("“Other” isn’t offered: every answer has a comment."))
        return Question(
            code=line.get("name"),
            kind=kind,
            label=self._label(line),
            hint=self.said(line, "hint"),
            guidance=self.said(line, "guidance_hint"),
            choices=() if kind is Kind.CHECK else self._choices(line, kind, list_name),
            unit=self._json(line, OWN + "unit", {}),
            stages=self._codes(line, "stages"),
            measure_kinds=self._codes(line, "measure_kinds"),
            required=line.get("required").lower() in {"yes", "true", "true()", "1"},
            relevant=self._condition(line, "relevant"),
            constraint=self._condition(line, "constraint"),
            refusal=self.said(line, "constraint_message"),
        )

    def _label(self, line: Line) -> dict[str, str]:
        label = self.said(line, "label")
        if not label.get(self.default):
            self.fault(line, "name", _("This question has no text in the form’s own language."))
        return label

    def _choices(self, line: Line, kind: Kind, list_name: str) -> tuple[Choice, ...]:
        if kind not in questionnaire.CHOOSING:
            return ()
        if list_name not in self.lists:
            said = _("There is no list “%(name)s” on the sheet “choices”.")
            self.fault(line, "type", said % {"name": list_name[:60]})
        return self.lists.get(list_name, ())

    def _table(self, line: Line, lines: Iterator[Line]) -> Question:
        """The question that a repeat is; its rows are read on to its end."""
        self._named(line)
        columns = []
        for row in lines:
            type_ = row.get("type").lower()
            if END.fullmatch(type_):
                break
            if BEGIN.fullmatch(type_):
                self.fault(row, "type", _("A table has no groups or tables within."))
            question = self._question(row)
            if question is None:
                continue
            if question.kind not in {Kind.TEXT, Kind.NUMBER, Kind.ONE}:
                self.fault(row, "type", _("A column of a table is a text, a number or one of a list."))
            code = question.code.removeprefix(f"{line.get('name')}.")
            columns.append(Column(code, question.kind, question.label, question.choices))
        else:
            self.fault(line, "type", _("This table has no end."))
        rows = line.get("repeat_count")
        return Question(
            code=line.get("name"),
            kind=Kind.TABLE,
            label=self._label(line),
            hint=self.said(line, "hint"),
            guidance=self.said(line, "guidance_hint"),
            columns=tuple(columns),
            rows=min(int(rows), ROWS) if rows.isascii() and rows.isdigit() else ROWS,
            stages=self._codes(line, "stages"),
            measure_kinds=self._codes(line, "measure_kinds"),
            required=line.get("required").lower() in {"yes", "true", "true()", "1"},
            relevant=self._condition(line, "relevant"),
        )

    def _condition(self, line: Line, column: str) -> expressions.Tree | None:
        if not line.get(column):
            return None
        try:
            return expressions.parse(line.get(column))
        except expressions.ExpressionError as error:
            said = _(
                "This condition isn’t understood from character %(n)s on. The portal knows comparisons of"
                " answers with values, selected(), count-selected(), and, or, not()."
            )
            self.fault(line, column, said % {"n": error.at + 1})
            return None

    def _codes(self, line: Line, scheme: str) -> tuple[str, ...]:
        codes = tuple(line.get(OWN + scheme).split())
        for code in codes:
            if code not in taxonomy.codes(scheme):
                said = _("“%(code)s” is no code of this vocabulary.") % {"code": code[:60]}
                self.fault(line, OWN + scheme, said)
        return codes

    def _json(self, line: Line, column: str, empty: Any) -> Any:
        text = line.get(column)
        if not text:
            return empty
        try:
            read = json.loads(text)
        except ValueError:
            read = None
        if not isinstance(read, type(empty)):
            self.fault(line, column, _("This isn’t written as the portal writes it."))
            return empty
        return read


def _ask_pyxform(content: bytes, read: Read) -> None:
    """What the tools of others would object to; its words are English, and name the row."""
    try:
        pyxform.convert(io.BytesIO(content), file_type=".xlsx", validate=False)
    except PyXFormError as error:
        said = _("Other tools won’t take it: %(said)s") % {"said": tidy(str(error))[:500]}
        read.faults.append(Remark(Place("survey"), said))


def _faults_of(read: Read, survey: list[Line]) -> None:
    """What is wrong between the rows, told where it stands."""
    if read.form is None:
        return
    lines = {line.get("name"): line for line in survey if line.get("name")}
    for fault in questionnaire.faults(read.form):
        line = lines.get(fault.code, Line("survey", 0, {}, {}))
        column = fault.part if fault.part in {"relevant", "constraint"} else "name"
        if fault.part == "choices":
            column = "type"
        read.faults.append(Remark(line.at(column), str(_SAID[fault.said]) % fault.names))


_SAID = {
    "twice": gettext_lazy("A code comes twice."),
    "unknown": gettext_lazy("It asks for “%(name)s”, which isn’t asked before."),
    "levels": gettext_lazy("A level of maturity has these choices, in this order: %(wanted)s."),
    "few": gettext_lazy("There are fewer than two things to choose from."),
    "empty": gettext_lazy("There are no questions in it."),
}
