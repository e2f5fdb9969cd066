"""Text that people write: what must not stand in it, whatever the field."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# overrides, embeddings and isolates make a text look like another; plain marks (U+200E, U+200F) may stay
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# soft hyphen, zero-width space, word joiner, byte order mark, tags; joiners that scripts need may stay
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\U000e0000-\U000e007f]")
MARKS = re.compile("[\u200c-\u200f\\s]*")  # what alone makes nothing to be seen


def tidy(text: str) -> str:
    """The text without characters that nobody sees or that turn its direction; line ends of one kind."""
    ended = text.replace("\r\n", "\n").replace("\r", "\n")
    for pattern in (TURNS, CONTROL, UNSEEN):
        ended = pattern.sub("", ended)
    return "" if MARKS.fullmatch(ended) else ended.strip()


def plain(text: str) -> None:
    """A validator for names: refuse what `tidy` would take away, since a name is shown beside others."""
    if TURNS.search(text) or CONTROL.search(text) or UNSEEN.search(text) or MARKS.fullmatch(text):
        raise ValidationError(
            _("This holds characters that nobody sees. Type it anew instead of pasting it.")
        )
