"""Places named in a question, and how well a practice's scope fits them."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .tokens import CHINESE, fold, stem

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_ARABIC_PROCLITICS = ("وال", "فال", "بال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
_ARABIC_SIGNS = frozenset(
    fold(word) for word in ("في", "من", "إلى", "دولة", "جمهورية", "سلطنة", "مملكة", "حكومة", "داخل")
)


@dataclass(frozen=True)
class Place:
    """A State or a part of the world. `members`: ISO 3166-1 alpha-3 codes; `scope`: as practices write
    it, or "".
    """

    code: str
    scope: str
    members: frozenset[str]


@dataclass(frozen=True)
class Name:
    language: str
    text: str
    place: Place | None  # None: recognised so that it isn't read as another place (South Sudan isn't Sudan)
    ordinary: bool  # also an everyday word: counts only as written


class Gazetteer:
    """Finds the longest names first, whole words after stemming; in Chinese, the longest run of
    characters.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[str, dict[tuple[str, ...], list[Name]]] = {}
        self._chinese: list[tuple[str, Name]] = []
        for name in names:
            if name.language == CHINESE and not name.text.isascii():
                self._chinese.append((unicodedata.normalize("NFKC", name.text), name))
                continue
            key = tuple(_key(word, name.language) for word in _words(name.text))
            if key:
                self._names.setdefault(name.language, {}).setdefault(key, []).append(name)
        self._chinese.sort(key=lambda pair: -len(pair[0]))
        self._longest = {language: max(len(key) for key in known) for language, known in self._names.items()}

    def find(self, text: str, language: str) -> tuple[Place, ...]:
        """Places named in the text, each once, in the order of their first naming (Chinese: longest
        first).
        """
        found: dict[Place, None] = {}
        if language == CHINESE:
            rest = unicodedata.normalize("NFKC", text)
            for written, name in self._chinese:
                if written in rest:
                    rest = rest.replace(written, " ")
                    if name.place:
                        found[name.place] = None
            text = rest
        known = self._names.get(language, {})
        words = _words(text)
        at = 0
        while at < len(words):
            at += self._match(words, at, language, known, found) or 1
        return tuple(found)

    def _match(
        self,
        words: list[str],
        at: int,
        language: str,
        known: Mapping[tuple[str, ...], list[Name]],
        found: dict[Place, None],
    ) -> int:
        for length in range(min(self._longest.get(language, 0), len(words) - at), 0, -1):
            run = words[at : at + length]
            rest = tuple(_key(word, language) for word in run[1:])
            for first in _first_keys(run[0], language):
                for name in known.get((first, *rest), ()):
                    if name.ordinary and not _as_written(name, run, words[at - 1] if at else ""):
                        continue
                    if not _is_alike(run, _words(name.text), language):
                        continue
                    if name.place:
                        found[name.place] = None
                    return length
        return 0


SHORT, MIDDLING = 6, 8  # letters: up to so many, one or two may belong to the ending, else three


def _ending(word: str) -> int:
    """How many letters at the end of a word may be its inflection."""
    return 1 if len(word) <= SHORT else 2 if len(word) <= MIDDLING else 3


def _is_alike(run: list[str], name: list[str], language: str) -> bool:
    """Whether words of one stem differ in their ending only: not "данные" (data) and "Дания" (Denmark)."""
    if language == "ar":
        return True  # keys are whole words there
    for word, known in zip(map(fold, run), map(fold, name), strict=True):
        same = next(
            (i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b),
            min(len(word), len(known)),
        )
        if same < len(known) - _ending(known):
            return False
    return True


def _as_written(name: Name, run: list[str], before: str) -> bool:
    if name.language == "ar":
        return fold(before) in _ARABIC_SIGNS
    known = _words(name.text)
    if name.text.isupper():
        return run == known
    return run[0][0].isupper() and list(map(fold, run)) == list(map(fold, known))


def _words(text: str) -> list[str]:
    return [
        word.rstrip(".") if word.count(".") == 1 else word
        for word in _WORD.findall(unicodedata.normalize("NFC", text))
    ]


def _key(word: str, language: str) -> str:
    bare = word.replace(".", "")
    return fold(bare) if language == "ar" else stem(bare, language)


def _first_keys(word: str, language: str) -> list[str]:
    """The word's key; in Arabic also without the small words that are written onto it."""
    keys = [_key(word, language)]
    if language == "ar":
        keys += [
            _key(word[len(p) :], language)
            for p in _ARABIC_PROCLITICS
            if word.startswith(p) and len(word) > len(p) + 2
        ]
        keys += [_key("ال" + word[2:], language)] if word.startswith("لل") else []
        keys += [key[:-1] for key in keys if key.endswith("ه")]  # the feminine form of an adjective
    return keys


def scope_members(scope: str, regions: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The States that a practice's scope covers; None means all of them."""
    kind, _, name = scope.partition(":")
    if kind == "national":
        return frozenset({name})
    if kind == "regional":
        return regions.get(name, frozenset())
    return None
