"""The forms that translations come by."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from chemsec.platform.forms import Text, lines
from chemsec.platform.text import tidy

from .queries import Sheet
from .xliff import MOST

LONG = {"how_to_apply": 8, "summary": 4, "evidence": 4, "limits": 4}


class Seen(forms.CharField):
    """What stood in a field, line by line: as `Text` reads a field of several lines."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class TranslationForm(forms.Form):
    """The words of each section; beside each, hidden, what the translator had before them."""

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for part in sheet.parts:
            field = (
                Text(max_length=500, required=False)
                if part.code == "title"
                else lines(rows=LONG.get(part.code, 2), required=False)
            )
            field.widget.attrs |= {"lang": sheet.language.tag, "dir": sheet.language.direction}
            field.label, field.initial = part.name, part.words
            field.is_needed = True  # type: ignore[attr-defined]  # to be put in place: see forms/field.html
            self.fields[part.code] = field
            self.fields[f"seen_{part.code}"] = Seen(required=False, initial=part.words)
        self.sheet = sheet
        self.codes = [part.code for part in sheet.parts]

    def words(self) -> dict[str, str]:
        return {code: self.cleaned_data[code] for code in self.codes if code in self.cleaned_data}

    def seen(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"seen_{code}", "") for code in self.codes}


class XliffForm(forms.Form):
    file = forms.FileField(label=_("XLIFF file"), widget=forms.FileInput(attrs={"accept": ".xlf,.xliff"}))

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST:
            raise forms.ValidationError(_now("This file is larger than 1 MB."))
        return file.read()
