"""Sentences of prose in the six languages."""

import re

# A full stop ends a sentence before a space and something that begins one: not inside 1.5, "e.g. fuel" or
# "No. 4".
_END = re.compile(
    r"""(?<=[.!?؟…])["»”’)\]]*\s+(?=["«“‘(\[]?[^\W\d_a-zа-яёà-öø-ÿ])   # Latin, Cyrillic, Arabic
      | (?<=[。！？])["」』”’）]*\s*(?=\S)                                 # Chinese sets no space
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(«“])(?:No|Nos|Art|Arts|St|Dr|Dra|Prof|Mr|Mrs|Ms|M|MM|Mme|Mlle|Sr|Sra|Srta|vol|ca|cf|e\.g|i\.e"
    r"|U\.S|U\.K|n\.º|núm|nº|ст|гл|п)\.$"
)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order, stripped, none empty; joined by spaces they give the text again.

    `text` is plain prose in any of the six languages; the empty text has no sentences.
    """
    sentences: list[str] = []
    for piece in _END.split(text.strip()):
        if sentences and _ABBREVIATION.search(sentences[-1]):
            sentences[-1] += " " + piece
        elif piece.strip():
            sentences.append(piece.strip())
    return sentences


_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}[.)、]|[-–—•*])\s*")


def is_step(line: str) -> bool:
    """Whether a line begins with a number, a dash or a bullet."""
    return _NUMBERED.match(line) is not None


def split_steps(text: str) -> list[str]:
    """The steps of a text, without the number or dash before them: its lines, as they were written; of a text
    in one line its sentences.
    """
    lines = [step for line in text.splitlines() if (step := _NUMBERED.sub("", line).strip())]
    return lines if len(lines) > 1 else [step for line in lines for step in split_sentences(line)]
