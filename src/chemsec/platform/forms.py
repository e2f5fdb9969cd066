"""Fields that forms of every room have."""

from typing import Any

from django import forms

from .text import tidy

MOST = 8_000  # characters of a field of prose


class Text(forms.CharField):
    """Text that is taken as it was written, without what nobody sees."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


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
