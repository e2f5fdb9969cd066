"""Fields that forms of every room have."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .text import tidy

# what whoever shares something confirms
UNCLASSIFIED = _("Nothing in it is classified, and no vulnerable site or person is named.")
RIGHT_TO_SHARE = _("My organisation has the right to share it.")
MOST = 8_000  # characters of a field of prose


class Text(forms.CharField):
    """Text as it was written, without what nobody sees; on one line unless the field has several."""

    def to_python(self, value: Any) -> str:
        text = tidy(super().to_python(value) or "")
        return text if isinstance(self.widget, forms.Textarea) else " ".join(text.split())


def lines(*, rows: int = 2, **options: Any) -> Text:
    """A field for prose, in whatever direction it is written."""
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return Text(widget=widget, max_length=MOST, **options)


class ReasonForm(forms.Form):
    """Words to those whom a decision concerns."""

    text = lines()

    def __init__(self, *args: Any, label: Any, required: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = required
        self.fields["text"].label = label
