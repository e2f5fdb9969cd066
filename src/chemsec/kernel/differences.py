"""What changed between two texts, word by word; in Chinese character by character."""

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# a Chinese character; or a word with its accents and Arabic vowel signs; or white space; or one sign
_TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff]"
    r"|(?:[^\W\u3400-\u4dbf\u4e00-\u9fff]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670])+"
    r"|\s+|.",
    re.DOTALL,
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST_PAIRS = 400_000  # of like tokens that are compared; the time that it takes grows with these


class Piece(NamedTuple):
    """A stretch of text: the same in both, only in the older one, or only in the newer one."""

    kind: Literal["same", "removed", "added"]
    text: str


def differences(older: str, newer: str) -> list[Piece]:
    """The pieces in reading order: "same" and "removed" ones make up the older text, "same" and "added" ones
    the newer. White space between two changed words counts as changed, so that a phrase stays in one piece.
    Where words repeat thousands of times, lines are compared, or the texts as wholes.
    """
    old, new = _tokens(older, newer)
    pieces: list[Piece] = []
    removed = added = ""
    for kind, begin, end, start, stop in _steps(old, new):
        before, after = "".join(old[begin:end]), "".join(new[start:stop])
        if kind == "equal" and not (before.isspace() and (removed or added)):
            pieces += _changed(removed, added)
            pieces.append(Piece("same", before))
            removed = added = ""
        else:
            removed, added = removed + before, added + after
    return pieces + _changed(removed, added)


def _tokens(older: str, newer: str) -> tuple[list[str], list[str]]:
    """Both texts in words; in lines, or whole, where comparing words would take too long."""
    for split in (_TOKEN.findall, _LINE.findall):
        old, new = split(older), split(newer)
        first, last = _alike(old, new)
        counts = Counter(old[first : len(old) - last])
        if sum(counts[token] for token in new[first : len(new) - last]) <= MOST_PAIRS:
            return old, new
    return [older] if older else [], [newer] if newer else []


def _steps(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """What `SequenceMatcher` says of the stretch where the two differ, and the equal ends around it."""
    first, last = _alike(old, new)
    end, stop = len(old) - last, len(new) - last
    middle = SequenceMatcher(None, old[first:end], new[first:stop], autojunk=False).get_opcodes()
    steps = [("equal", 0, first, 0, first)] if first else []
    steps += [(kind, a + first, b + first, c + first, d + first) for kind, a, b, c, d in middle]
    return steps + ([("equal", end, len(old), stop, len(new))] if last else [])


def _alike(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many tokens are the same at the beginning, and at the end of the rest."""
    most = min(len(old), len(new))
    first = next((place for place in range(most) if old[place] != new[place]), most)
    most -= first
    last = next((place for place in range(most) if old[-1 - place] != new[-1 - place]), most)
    return first, last


def _changed(removed: str, added: str) -> list[Piece]:
    found = [Piece("removed", removed)] if removed else []
    return found + ([Piece("added", added)] if added else [])
