"""What changed between two texts, word by word; in Chinese character by character."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# a Chinese character; or a word with its accents and Arabic vowel signs; or white space; or one sign
_TOKEN = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff]"
    r"|(?:[^\W\u3400-\u4dbf\u4e00-\u9fff]|[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670])+"
    r"|\s+|.",
    re.DOTALL,
)


class Piece(NamedTuple):
    """A stretch of text: the same in both, only in the older one, or only in the newer one."""

    kind: Literal["same", "removed", "added"]
    text: str


def differences(older: str, newer: str) -> list[Piece]:
    """The pieces in reading order: "same" and "removed" ones make up the older text, "same" and "added" ones
    the newer. White space between two changed words counts as changed, so that a phrase stays in one piece.
    """
    old, new = _TOKEN.findall(older), _TOKEN.findall(newer)
    pieces: list[Piece] = []
    removed = added = ""
    for kind, begin, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = "".join(old[begin:end]), "".join(new[start:stop])
        if kind == "equal" and not (before.isspace() and (removed or added)):
            pieces += _changed(removed, added)
            pieces.append(Piece("same", before))
            removed = added = ""
        else:
            removed, added = removed + before, added + after
    return pieces + _changed(removed, added)


def _changed(removed: str, added: str) -> list[Piece]:
    found = [Piece("removed", removed)] if removed else []
    return found + ([Piece("added", added)] if added else [])
