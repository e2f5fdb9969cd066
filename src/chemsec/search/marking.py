"""Words marked in a text."""

import re
from collections.abc import Collection, Iterable

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from chemsec.kernel import tokens

MOST_WORDS = 12


def words_of(texts: Iterable[str], language: str, spellings: Collection[str]) -> tuple[str, ...]:
    """The words of these texts that are among the folded `spellings`, as written there, each once, in
    their order.
    """
    found: dict[str, None] = {}
    for text in texts:
        found |= dict.fromkeys(tokens.words_written(text or "", language, spellings))
        if len(found) >= MOST_WORDS:
            break
    return tuple(found)[:MOST_WORDS]


def highlight(text: str, words: Collection[str]) -> SafeString:
    """The text, escaped, with these words in <mark>; whole words, but runs of characters in Chinese."""
    if not words:
        return conditional_escape(text)
    alternatives = "|".join(
        re.escape(word) if "\u3400" <= word[0] <= "\u9fff" else rf"(?<!\w){re.escape(word)}(?!\w)"
        for word in sorted(filter(None, words), key=len, reverse=True)
    )
    parts = re.split(f"({alternatives})", text, flags=re.IGNORECASE) if alternatives else [text]
    marked = [
        f"<mark>{conditional_escape(p)}</mark>" if i % 2 else conditional_escape(p)
        for i, p in enumerate(parts)
    ]
    return mark_safe("".join(marked))  # every part was escaped
