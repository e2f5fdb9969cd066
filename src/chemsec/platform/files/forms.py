"""The field by which a file comes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .intake import ENDINGS, Accepted, accept


class StoredFileField(forms.FileField):
    """A file as it may be kept: its value is an `Accepted`."""

    def __init__(self, **options: Any):
        super().__init__(
            widget=forms.FileInput(attrs={"accept": ENDINGS}),
            help_text=_("PDF, picture, Word, Excel or text, up to 10 MB. Nothing classified."),
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> Accepted | None:  # type: ignore[override]
        upload = super().clean(data, initial)
        return accept(upload) if upload else None
