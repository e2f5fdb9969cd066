"""The words of the field in six languages (content/reference/glossary.json), found in a text."""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from django.conf import settings

from chemsec.kernel.tokens import CHINESE, split_words

_BREAK = re.compile(r"[.,;:!?()،؛؟\n]")


class Term(NamedTuple):
    """A stretch of text; where it is a term, with what the glossary says for it in another language."""

    text: str
    translation: str = ""


Found = tuple[int, int, dict[str, str]]  # where a term begins and ends, and the term by language


@cache
def _terms() -> list[dict[str, str]]:
    path = settings.CHEMSEC_CONTENT_DIR / "reference" / "glossary.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _is_special(term: str, language: str) -> bool:
    """Whether it is a word of the field wherever it stands: `case` and `need` alone are everybody's."""
    return len(term) > 2 if language == CHINESE else " " in term  # noqa: PLR2004  characters


@cache
def _index(language: str) -> dict[tuple[str, ...], dict[str, str]]:
    """The terms by the stems of their words, so that they are found as they are inflected."""
    return {
        tuple(word.token for word in split_words(term[language], language, with_stopwords=True)): term
        for term in _terms()
        if _is_special(term[language], language)
    }


@cache
def _chinese() -> re.Pattern[str]:
    known = {term[CHINESE] for term in _terms() if _is_special(term[CHINESE], CHINESE)}
    return re.compile("|".join(map(re.escape, sorted(known, key=len, reverse=True))))


def mark_terms(text: str, language: str, into: str) -> list[Term]:
    """The text in stretches, in order; the terms among them with their translation."""
    pieces: list[Term] = []
    place = 0
    text = unicodedata.normalize("NFC", text)  # as words are found in it
    for start, end, term in _find_chinese(text) if language == CHINESE else _find(text, language):
        pieces += [Term(text[place:start])] if start > place else []
        pieces.append(Term(text[start:end], term[into]))
        place = end
    return pieces + ([Term(text[place:])] if place < len(text) else [])


def _find_chinese(text: str) -> Iterator[Found]:
    by_name = {term[CHINESE]: term for term in _terms()}
    for match in _chinese().finditer(text):
        yield match.start(), match.end(), by_name[match[0]]


def _find(text: str, language: str) -> Iterator[Found]:
    """The longest term at each word, whichever endings its words have."""
    index = _index(language)
    longest = max(map(len, index), default=0)
    words = list(split_words(text, language, with_stopwords=True))
    at = 0
    while at < len(words):
        for count in range(min(longest, len(words) - at), 0, -1):
            start, end = words[at].start, words[at + count - 1].end
            term = index.get(tuple(word.token for word in words[at : at + count]))
            if term and not _BREAK.search(text, start, end):
                yield start, end, term
                break
        else:
            count = 1
        at += count
