"""Words marked in a text."""

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from chemsec.kernel import tokens

MOST_WORDS = 12


def words_of(texts: Iterable[str], language: str, spellings: Mapping[str, str]) -> dict[str, str]:
    """The words of these texts that are among the folded `spellings`, as written there, each once, in
    their order, with their tokens.
    """
    found: dict[str, str] = {}
    for text in texts:
        for written, folded in tokens.words_written(text or "", language, spellings):
            found.setdefault(written, spellings[folded])
        if len(found) >= MOST_WORDS:
            break
    return dict(islice(found.items(), MOST_WORDS))


def one_form_each(words: Mapping[str, str]) -> tuple[str, ...]:
    """The first of the words (with their tokens) that only differ in their endings."""
    first: dict[str, str] = {}
    for word, token in words.items():
        first.setdefault(token, word)
    return tuple(first.values())


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
