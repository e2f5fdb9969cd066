"""Text that people write: what must not stand in it, whatever the field."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# overrides, embeddings and isolates make a text look like another; plain marks (U+200E, U+200F) may stay
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def tidy(text: str) -> str:
    """The text without characters that nobody sees or that turn its direction; line ends of one kind."""
    return CONTROL.sub("", TURNS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def plain(text: str) -> None:
    """A validator for names: refuse what `tidy` would take away, since a name is shown beside others."""
    if TURNS.search(text) or CONTROL.search(text):
        raise ValidationError(
            _("This holds characters that nobody sees. Type it anew instead of pasting it.")
        )
