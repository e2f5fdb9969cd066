"""The six languages, their tags and directions, and how a text finds its reader."""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple
from unicodedata import combining, normalize

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal
from django.conf import settings
from django.utils.translation import get_language, get_language_info

SOURCE = "en"
CODES = tuple(code for code, _name in settings.LANGUAGES)


class Language(NamedTuple):
    code: str
    tag: str  # BCP 47, for lang= and hreflang=
    name: str  # in itself
    direction: str


OWN_NAMES = {"ar": "العربية", "zh-hans": "中文"}  # as the United Nations writes them


def language(code: str) -> Language:
    info = get_language_info(code)
    name = OWN_NAMES.get(code, info["name_local"])
    return Language(code, "zh-Hans" if code == "zh-hans" else code, name, "rtl" if info["bidi"] else "ltr")


def all_languages() -> list[Language]:
    return [language(code) for code in CODES]


def current() -> Language:
    return language(get_language() or SOURCE)


def from_tag(tag: str | None) -> str:
    """A portal language from a BCP 47 tag or a short code; `zh` means simplified Chinese here."""
    code = (tag or SOURCE).lower()
    return "zh-hans" if code in {"zh", "zh-cn", "zh-sg", "zh-hans-cn"} else code


SEPARATORS = {"ar": "، ", "zh-hans": "、"}  # what stands between the things of a list


def listed(names: Iterable[str]) -> str:
    """Names one after the other, as the reader's language separates them."""
    return SEPARATORS.get(current().code, ", ").join(names)


# dates in English as the United Nations writes them: day first
BABEL = {"zh-hans": "zh_Hans", "en": "en_GB"}


def in_order(name: str) -> str:
    """What names are sorted by where readers look for them: letters with a mark among those without."""
    if current().code in {"ru", "zh-hans"}:  # й is a letter of its own; characters have no such marks
        return name.casefold()
    return "".join(one for one in normalize("NFKD", name.casefold()) if not combining(one))


def _locale() -> Locale:
    code = current().code
    return Locale.parse(BABEL.get(code, code))


def number(value: float) -> str:
    """As the reader writes it."""
    return format_decimal(value, locale=_locale())


def day(value: date) -> str:
    return format_date(value, format="long", locale=_locale())


def days(count: int) -> str:
    """A span of days in the reader's words."""
    return format_timedelta(timedelta(days=count), granularity="day", threshold=1_000, locale=_locale())


def is_known(code: str) -> bool:
    return code in CODES


# CLDR's names of languages, brought to the United Nations' way of writing them
UN_WORDING: dict[str, Callable[[str], str]] = {
    "ar": lambda name: name.replace("الإنجليزية", "الإنكليزية"),
    "zh-hans": lambda name: re.sub("语$", "文", name),
}


@cache
def document_languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages that a document may be written in."""
    return tuple(sorted(code for code in map(str, Locale("en").languages) if len(code) == len("en")))


def document_language_name(code: str, language: str | None = None) -> str:
    """The name of a document's language, in the reader's."""
    reader = language or get_language() or SOURCE
    name = Locale.parse("zh_Hans" if reader == "zh-hans" else reader).languages.get(code, code)
    return UN_WORDING.get(reader, str)(name)
