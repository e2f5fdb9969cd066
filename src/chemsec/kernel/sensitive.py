"""What should not stand in a text that is shared: found by its form, for a person to look at.

These are hints, not verdicts: a writer sees them first, then the reviewer; nothing is refused for them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .sentences import split_sentences

KINDS = ("coordinates", "personal", "marking", "quantity", "weak_site")

# Every run is bounded: a text of thousands of digits or spaces takes as long as any other.
_COORDINATES = re.compile(
    r"""(?<!\d)-?\d{1,3}[.,]\d{3,9}\s?°?\s?[NSns]?\s?[,;/\s]\s?   # 48.2082,
        -?\d{1,3}[.,]\d{3,9}\s?°?\s?[EWOew]?                       #   16.3738
      | \d{1,3}\s?°\s?\d{1,2}\s?['′’](?:\s?\d{1,2}(?:[.,]\d{1,6})?\s?["″”])?\s?[NSEWOСЮВЗ]       # 48°12′29″N
      | \b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{4,5}\s?\d{4,5}\b  # 33U XP 01234 56789
    """,
    re.VERBOSE,
)
_PERSONAL = re.compile(
    r"""(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,190}\w  # an e-mail address
      | (?<![\w.])\+\d[\d\s().-]{7,20}\d           # a telephone number with its country
      | \b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}\b   # an account number
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[^\W\d_a-zа-яё]\w+")  # a capital that doesn't begin a sentence
_NO_CAPITALS = re.compile(r"[\u0600-\u06ff\u4e00-\u9fff]")


class Hint(NamedTuple):
    """One place of a text: what kind of thing seems to stand there, and the words."""

    kind: str  # of KINDS
    words: str


@dataclass(frozen=True)
class Vocabulary:
    """Words of all languages together, in lower case but for the markings, which count in capitals too."""

    markings: frozenset[str]
    agents: frozenset[str]
    units: frozenset[str]
    sites: frozenset[str]
    weaknesses: frozenset[str]

    @classmethod
    def of(cls, words: Mapping[str, Iterable[str]]) -> "Vocabulary":
        return cls(**{name: frozenset(listed) for name, listed in words.items()})


def find_hints(text: str, known: Vocabulary) -> list[Hint]:
    """The hints in a text of any of the six languages, each once, in the order of KINDS."""
    found = [Hint("coordinates", match[0].strip()) for match in _COORDINATES.finditer(text)]
    found += [Hint("personal", match[0].strip()) for match in _PERSONAL.finditer(text)]
    found += [Hint("marking", match[0]) for match in _any_of(known.markings).finditer(text)]
    for line in text.splitlines():
        for sentence in split_sentences(line):
            found += _of_sentence(sentence, known)
    return list(dict.fromkeys(found))


def _of_sentence(sentence: str, known: Vocabulary) -> list[Hint]:
    found = []
    lower = sentence.lower()
    if _any_of(known.agents).search(lower) and (quantity := _amount(known.units).search(lower)):
        found.append(Hint("quantity", sentence[quantity.start() : quantity.end()]))
    if _any_of(known.sites).search(lower) and _any_of(known.weaknesses).search(lower) and _names(sentence):
        found.append(Hint("weak_site", sentence))
    return found


def _names(sentence: str) -> bool:
    """Whether something in it may have a name; scripts without capitals can't say."""
    return bool(_NAME.search(sentence) or _NO_CAPITALS.search(sentence))


@lru_cache(maxsize=16)
def _any_of(words: frozenset[str]) -> re.Pattern[str]:
    """Any of these as whole words; Chinese and Arabic, which join words, also inside others."""
    listed = sorted(words, key=len, reverse=True)
    whole = [re.escape(word) for word in listed if not _NO_CAPITALS.search(word)]
    inside = [re.escape(word) for word in listed if _NO_CAPITALS.search(word)]
    return re.compile("|".join([rf"(?<!\w)(?:{'|'.join(whole)})(?!\w)", *inside]))


@lru_cache(maxsize=4)
def _amount(units: frozenset[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True))
    return re.compile(rf"(?<!\d)\d[\d\s.,]{{0,20}}(?:{listed})(?![a-zа-яё])")
