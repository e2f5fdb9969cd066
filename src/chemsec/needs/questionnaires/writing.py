"""A questionnaire as an XLSForm workbook."""

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from chemsec.kernel import expressions
from chemsec.kernel.questionnaire import (
    CHECK,
    EVIDENCE,
    IMPORTANCE,
    TARGET,
    WEIGHT,
    Choice,
    Form,
    Kind,
    Question,
    Section,
    Text,
)

from .columns import (
    ATTRIBUTES,
    CHECK_LIST,
    IMPORTANCE_LIST,
    INTRO,
    NAMESPACE,
    OWN,
    PLAIN,
    SAID,
    TITLES,
    TYPES,
    language_column,
    language_name,
)
from .words import ASPECT_LABELS, CHECK_LABELS, IMPORTANCE_LABELS

Row = dict[str, Any]
WIDTHS = {"type": 24, "name": 28}


def write_xlsform(form: Form, version: int) -> bytes:
    """The workbook, which pyxform takes and other tools open; `reading` reads the same form out of it."""
    book = Workbook()
    survey, choices, settings = book.active, book.create_sheet("choices"), book.create_sheet("settings")
    survey.title = "survey"
    by_language = [language_column(name, code) for name in SAID for code in form.languages]
    heads = [head for head in PLAIN if head not in SAID]
    _fill(survey, [*heads[:2], *by_language, *heads[2:], *(OWN + one for one in ATTRIBUTES)], _survey(form))
    labels = [language_column("label", code) for code in form.languages]
    _fill(choices, ["list_name", "name", *labels], _choices(form))
    about = {
        "form_title": form.title.get(form.languages[0], ""),
        "form_id": form.code,
        "version": str(version),
        "default_language": language_name(form.languages[0]),
        "namespaces": NAMESPACE,
        TITLES: json.dumps(dict(form.title), ensure_ascii=False),
    }
    _fill(settings, list(about), [about])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, heads: list[str], rows: Iterable[Row]) -> None:
    sheet.append(heads)
    for row in rows:
        sheet.append([row.get(head, "") or None for head in heads])
    for column, head in enumerate(heads, start=1):
        width = WIDTHS.get(head, 44 if "::" in head else 16)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins like a formula is a text
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "C2"


def _said(column: str, text: Text) -> Row:
    return {language_column(column, code): said for code, said in text.items()}


def _survey(form: Form) -> Iterable[Row]:
    if form.intro:
        yield {"type": "note", "name": INTRO, **_said("label", form.intro)}
    for section in form.sections:
        yield from _section(section)


def _section(section: Section) -> Iterable[Row]:
    yield {
        "type": "begin_group",
        "name": section.code,
        **_said("label", section.title),
        "relevant": _condition(section.relevant),
        OWN + "stage": section.stage,
    }
    sources = [{"title": one.title, "url": one.url} for one in section.sources]
    if section.intro or sources:
        yield {
            "type": "note",
            "name": f"{section.code}.{INTRO}",
            **_said("label", section.intro or section.title),
            OWN + "sources": json.dumps(sources, ensure_ascii=False) if sources else "",
        }
    for question in section.questions:
        yield from _question(question)
    yield {"type": "end_group", "name": section.code}


def _question(question: Question) -> Iterable[Row]:
    kind = question.kind
    list_name = CHECK_LIST if kind is Kind.CHECK else question.code if question.choices else ""
    yield {
        "type": f"{TYPES[kind]} {list_name}".strip(),
        "name": question.code,
        **_said("label", question.label),
        **_said("hint", question.hint),
        **_said("guidance_hint", question.guidance),
        **_said("constraint_message", question.refusal),
        "required": "yes" if question.required else "",
        "relevant": _condition(question.relevant),
        "constraint": _condition(question.constraint),
        "repeat_count": str(question.rows) if question.rows else "",
        OWN + "kind": str(kind),
        OWN + "stages": " ".join(question.stages),
        OWN + "measure_kinds": " ".join(question.measure_kinds),
        OWN + "unit": json.dumps(dict(question.unit), ensure_ascii=False) if question.unit else "",
    }
    if kind is Kind.TABLE:
        for column in question.columns:
            name = f"{question.code}.{column.code}"
            yield {
                "type": f"{TYPES[column.kind]} {name}" if column.choices else TYPES[column.kind],
                "name": name,
                **_said("label", column.label),
                OWN + "kind": str(column.kind),
            }
        yield {"type": "end_repeat", "name": question.code}
    yield from _aspects(question)


def _aspects(question: Question) -> Iterable[Row]:
    """What the portal asks beside a question, so that other tools ask it too."""
    for code in question.attributes[1:]:
        aspect = code.rpartition(".")[2]
        type_ = {
            TARGET: f"select_one {question.code}",
            WEIGHT: f"select_one {IMPORTANCE_LIST}",
            EVIDENCE: "text",
        }[aspect]
        languages = question.label.keys()
        label = {one: ASPECT_LABELS[aspect][one] for one in languages}
        yield {
            "type": type_,
            "name": code,
            **_said("label", label),
            "relevant": _condition(question.relevant),
            OWN + "kind": aspect,
        }


def _condition(tree: expressions.Tree | None) -> str:
    return "" if tree is None else expressions.write(tree)


def _choices(form: Form) -> Iterable[Row]:
    lists: dict[str, tuple[Choice, ...]] = {}
    for question in form.questions:
        if question.choices:
            lists[question.code] = question.choices
        for column in question.columns:
            if column.choices:
                lists[f"{question.code}.{column.code}"] = column.choices
    spoken = form.languages
    if any(question.kind is Kind.CHECK for question in form.questions):
        lists[CHECK_LIST] = tuple(Choice(one, _in(spoken, CHECK_LABELS[one])) for one in CHECK)
    if any(question.kind is Kind.MATURITY for question in form.questions):
        labels = [Choice(one, _in(spoken, IMPORTANCE_LABELS[one])) for one in IMPORTANCE]
        lists[IMPORTANCE_LIST] = tuple(labels)
    for name, choices in lists.items():
        for choice in choices:
            yield {"list_name": name, "name": choice.code, **_said("label", choice.label)}


def _in(languages: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    return {code: said[code] for code in languages}
