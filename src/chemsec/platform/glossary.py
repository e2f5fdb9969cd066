"""The words of the field in six languages (content/reference/glossary.json), found in a text."""

import json
import re
from functools import cache
from typing import NamedTuple

from django.conf import settings

CHINESE = "zh-hans"


class Term(NamedTuple):
    """A stretch of text; where it is a term, with what the glossary says for it in another language."""

    text: str
    translation: str = ""


@cache
def _terms() -> list[dict[str, str]]:
    path = settings.CHEMSEC_CONTENT_DIR / "reference" / "glossary.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _is_special(term: str, language: str) -> bool:
    """Whether it is a word of the field wherever it stands: `case` and `need` alone are everybody's."""
    return len(term) > 2 if language == CHINESE else " " in term  # noqa: PLR2004  characters


@cache
def _pattern(language: str) -> re.Pattern[str]:
    known = {term[language] for term in _terms() if _is_special(term[language], language)}
    words = sorted(map(re.escape, known), key=len, reverse=True)
    found = "|".join(words)
    return re.compile(found if language == CHINESE else rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)


@cache
def _translations(language: str, into: str) -> dict[str, str]:
    return {term[language].lower(): term[into] for term in _terms()}


def mark_terms(text: str, language: str, into: str) -> list[Term]:
    """The text in stretches, in order; the terms among them with their translation."""
    pieces: list[Term] = []
    place = 0
    for match in _pattern(language).finditer(text):
        pieces += [Term(text[place : match.start()])] if match.start() > place else []
        pieces.append(Term(match[0], _translations(language, into)[match[0].lower()]))
        place = match.end()
    return pieces + ([Term(text[place:])] if place < len(text) else [])
