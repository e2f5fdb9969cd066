"""Lists of practices as files: exactly what is shown, in the reader's language."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from chemsec.platform import languages, pdf

from . import facets
from .queries import Card
from .record import cited, issued, record

_BIBTEX = {
    "law": "misc",
    "regulation": "misc",
    "standard": "techreport",
    "report": "techreport",
    "guideline": "manual",
}
_RIS = {"law": "STAT", "regulation": "STAT", "standard": "STAND", "report": "RPRT"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Format:
    media_type: str
    write: Callable[[Sequence[Card]], bytes]


def _safe(value: str) -> str:
    """A cell that a spreadsheet won't take for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _rows(cards: Sequence[Card]) -> list[dict[str, str]]:
    """One flat row a practice, columns and values named in the reader's language."""

    def names(facet: str, codes: Sequence[str]) -> str:
        return "; ".join(facets.name(facet, code) for code in codes)

    said = {True: _("yes"), False: _("no")}

    return [
        {
            _("Identifier"): card.id,
            _("Edition"): str(card.edition.number),
            _("Title"): card.text.title,
            _("What it is"): card.text.summary,
            _("How to adopt it"): card.text.how_to_apply,
            **{f"{_('Requirements')}: {name}": value for name, value in card.needs},
            _("Evidence"): facets.name("evidence", card.grade),
            _("What is published on its effect"): card.text.evidence,
            _("Limits"): card.text.limits,
            _("Publisher"): card.publisher,
            _("Year"): str(card.edition.year or ""),
            _("Where it is meant for"): card.scope,
            _("Life-cycle stage"): names("stage", card.edition.stages),
            _("Kind of measure"): names("measure", card.edition.measure_kinds),
            _("Audience"): names("audience", card.edition.audiences),
            _("Facility type"): names("facility", card.edition.facility_types),
            _("Kind of document"): facets.name("document", card.edition.document_type),
            _("Regulatory or not"): facets.name("regulatory", "yes" if card.edition.is_regulatory else "no"),
            _("Language of this text"): card.language.name,
            _("State of this text"): card.text.get_state_display(),
            _("Source"): card.edition.url,
            _("Source seen when it was compiled"): said[card.edition.is_checked],
            _("Confirmed by its publisher"): said[card.edition.is_confirmed],
            _("Cite as"): cited(card.edition),
        }
        for card in cards
    ]


def csv_of(columns: Sequence[Any], lines: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV that Excel reads as UTF-8, each cell safe from being taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_safe(value) for value in line] for line in lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_csv(cards: Sequence[Card]) -> bytes:
    rows = _rows(cards)
    return csv_of(list(rows[0]) if rows else [_("Nothing found")], (list(row.values()) for row in rows))


def write_xlsx(cards: Sequence[Card]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = _("Practices")[:31]
    sheet.sheet_view.rightToLeft = languages.current().direction == "rtl"
    rows = _rows(cards)
    sheet.append(list(rows[0]) if rows else [_("Nothing found")])
    for row in rows:
        sheet.append([_safe(value) for value in row.values()])
    for number, column in enumerate(sheet.columns, start=1):
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(60, max(10, longest))
        column[0].font = Font(bold=True)
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_json(cards: Sequence[Card]) -> bytes:
    return json.dumps([record(card) for card in cards], ensure_ascii=False, indent=1).encode()


def _bibtex_text(value: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", value.replace("\\", "/"))


def write_bibtex(cards: Sequence[Card]) -> bytes:
    entries = []
    for card in cards:
        fields = {
            "title": f"{{{_bibtex_text(card.text.title)}}}",
            "author": f"{{{_bibtex_text(card.publisher)}}}",
            "year": str(card.edition.year or ""),
            "howpublished": issued(card.edition),
            "url": cited(card.edition),
            "note": card.edition.url,
            "language": card.language.tag,
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        entries.append(f"@{_BIBTEX.get(card.edition.document_type, 'misc')}{{{card.id},\n{lines}\n}}\n")
    return "\n".join(entries).encode()


def write_ris(cards: Sequence[Card]) -> bytes:
    lines = []
    for card in cards:
        fields = [
            ("TY", _RIS.get(card.edition.document_type, "GEN")),
            ("ID", card.id),
            ("TI", card.text.title),
            ("AU", card.publisher),
            ("PY", str(card.edition.year or "")),
            ("AB", " ".join(card.text.summary.split())),
            ("ET", str(card.edition.number)),
            ("PB", "Chemical Security Portal"),
            ("N1", issued(card.edition) if card.edition.is_revised_here else ""),
            ("LA", card.language.tag),
            ("UR", cited(card.edition)),
            ("L2", card.edition.url),
            *(("KW", facets.name("stage", code)) for code in card.edition.stages),
            *(("KW", facets.name("measure", code)) for code in card.edition.measure_kinds),
        ]
        lines += [f"{tag}  - {value}" for tag, value in fields if value] + ["ER  - ", ""]
    return "\r\n".join(lines).encode()


def _no_matter(_done: int) -> None:
    """Nobody waits for the progress of a short document."""


def write_pdf(cards: Sequence[Card], *, after_each: Callable[[int], None] = _no_matter) -> bytes:
    """A booklet: title page, contents, practices with their citations. One practice stands alone."""
    context = {
        "language": languages.current(),
        "today": timezone.now(),
        "total": len(cards),
        "is_demo": settings.CHEMSEC_DEMO,
    }
    binder = pdf.Binder()
    if len(cards) == 1:
        binder.add(render_to_string("compendium/booklet_practice.html", {**context, "card": cards[0]}))
        return binder.bind()

    def front(begins: Sequence[int]) -> Any:
        entries = list(zip(cards, begins, strict=True))
        return binder.lay_out(
            render_to_string("compendium/booklet_front.html", {**context, "entries": entries}), at=1
        )

    binder.start += len(
        front([1] * len(cards)).pages
    )  # how long the contents are doesn't hang on the numbers in them
    begins = []
    for done, card in enumerate(cards, start=1):
        begins.append(
            binder.add(render_to_string("compendium/booklet_practice.html", {**context, "card": card}))
        )
        after_each(done)
    return binder.bind(front=front(begins))


def draft_as_pdf(card: Card) -> bytes:
    """What isn't published, marked as such: no citation, no address that would lead to a page."""
    context = {"language": languages.current(), "is_demo": settings.CHEMSEC_DEMO, "is_draft": True}
    context["now"] = timezone.now()
    binder = pdf.Binder()
    binder.add(render_to_string("compendium/booklet_practice.html", {**context, "card": card}))
    return binder.bind()


FORMATS = {
    "csv": Format("text/csv; charset=utf-8", write_csv),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "json": Format("application/json", write_json),
    "bib": Format("application/x-bibtex; charset=utf-8", write_bibtex),
    "ris": Format("application/x-research-info-systems", write_ris),
    "pdf": Format("application/pdf", write_pdf),
}
