"""The forms of a response, but for those that its questionnaire makes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chemsec.needs.questionnaires.queries import Sheet
from chemsec.platform.forms import lines


class RemarkForm(forms.Form):
    text = lines(rows=3, label=_("What you want to say"))


class AskBackForm(forms.Form):
    """Sections that are sent back, and why."""

    sections = forms.MultipleChoiceField(
        label=_("Sections that are sent back"), widget=forms.CheckboxSelectMultiple
    )
    text = lines(rows=3, label=_("What is to be clarified"))

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any):
        kwargs["auto_id"] = "back_%s"  # beside another form with words
        super().__init__(*args, **kwargs)
        choices = [(part.section.code, part.title) for part in sheet.parts if part.is_asked]
        self.fields["sections"].choices = choices  # type: ignore[attr-defined]
