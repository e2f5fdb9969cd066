"""For every template: names from the vocabularies, icons, numbers and dates as the reader writes them."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django import template
from django.utils.safestring import SafeString, mark_safe

from chemsec.platform import languages, taxonomy
from chemsec.platform.sent import once_field

register = template.Library()

ICONS = Path(__file__).parents[1] / "icons"


@register.filter
def label(code: str, scheme: str) -> str:
    """A code of a vocabulary in the reader's language: `{{ code|label:"stages" }}`."""
    return taxonomy.label(scheme, code)


@register.filter
def definition(code: str, scheme: str) -> str:
    return taxonomy.definition(scheme, code)


@register.filter
def in_reader_language(names: dict) -> str:
    return taxonomy.in_language(names)


register.filter(languages.language)
register.filter(languages.number)
register.filter(languages.day)


@register.filter
def labels(codes: Iterable[str], scheme: str) -> list[str]:
    """Codes of a vocabulary in the reader's language, in the vocabulary's order."""
    return [taxonomy.label(scheme, code) for code in taxonomy.codes(scheme) if code in codes]


@register.simple_tag
def comma() -> str:
    return languages.listed(("", ""))


register.filter(languages.listed)
register.simple_tag(once_field, name="once")


@register.filter
def stage_number(code: str) -> int:
    """The place of a stage on the line, from 1: its colour and its number follow from it."""
    return taxonomy.codes("stages").index(code) + 1


@register.simple_tag
def vocabulary(scheme: str) -> tuple[str, ...]:
    """The codes of a vocabulary, in order."""
    return taxonomy.codes(scheme)


@cache
def _paths(name: str) -> str:
    """The drawing inside an icon's file."""
    svg = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    inner = re.sub(r"<!--.*?-->|</?svg[^>]*>", "", svg, flags=re.DOTALL)
    return " ".join(inner.split())


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside words that say the same; it is hidden from those who don't see it."""
    return mark_safe(  # our own files, named by our own templates
        f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{_paths(name)}</svg>'
    )
