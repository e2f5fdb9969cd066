"""What pages of the compendium show in a way of their own."""

import json

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from chemsec.compendium.queries import Card
from chemsec.compendium.record import cited, credit
from chemsec.platform import languages
from chemsec.search import public as search

register = template.Library()

FORMS = {"pdf": "PDF", "xlsx": "Excel", "csv": "CSV", "json": "JSON", "bib": "BibTeX", "ris": "RIS"}


@register.simple_tag
def marked(text: str, words: tuple[str, ...]) -> SafeString:
    """A text with the words of a question marked in it."""
    return search.highlight(text, words)


@register.filter
def linked(data: dict) -> SafeString:
    """Data for machines inside a page: JSON-LD, which no browser runs."""
    body = json.dumps(data, ensure_ascii=False).translate(
        {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
    )
    return format_html(
        '<script type="application/ld+json">{}</script>', mark_safe(body)
    )  # escaped above, as JSON asks


@register.filter
def forms(codes: str) -> list[tuple[str, str]]:
    """File endings with the names people know them by."""
    return [(code, FORMS[code]) for code in codes.split()]


@register.filter
def language_name(code: str) -> str:
    """A language in the reader's: `zh-hans` is Chinese here."""
    return languages.document_language_name(code.partition("-")[0])


@register.filter
def credit_of(card: Card) -> str:
    return credit(card)


@register.filter
def address_of(card: Card) -> str:
    """The address that is cited, apart from the credit: it runs from left to right in every language."""
    return cited(card.edition)


@register.filter
def shade(count: int, most: int) -> str:
    """The class of a cell of the matrix: none, or one of five shades by its share of the fullest cell."""
    return "none" if not count else f"n{1 + min(4, 5 * count // (most + 1))}"
