"""The forms of exercises."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chemsec.needs.questionnaires.models import Version
from chemsec.platform.accounts import public as accounts
from chemsec.platform.forms import Text, lines
from chemsec.platform.models import RegionalGroup

from . import queries
from .models import Exercise

REMINDERS = ((30, 30), (14, 14), (7, 7), (3, 3), (1, 1))


class Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, **options: Any):
        super().__init__(input_formats=["%Y-%m-%d"], **options)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else value


class ExerciseForm(forms.Form):
    version = forms.ModelChoiceField(Version.objects.none(), label=_("Questionnaire"))
    name = Text(
        label=_("Name"), max_length=80, help_text=_("What tells it from others: the year, for instance.")
    )
    opens_on = Day(label=_("Opens on"))
    closes_on = Day(label=_("Closes on"), help_text=_("The last day on which a State may submit, in UTC."))
    remind = forms.TypedMultipleChoiceField(
        label=_("Reminders, days before closing"),
        choices=REMINDERS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = lines(
        rows=4,
        label=_("Words to those who are asked"),
        required=False,
        help_text=_("They stand in the invitation, above what the portal says itself."),
    )
    language = forms.ChoiceField(label=_("Language of these words"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, versions: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Whom to ask: everybody, whole regional groups, or one by one."""

    groups = forms.MultipleChoiceField(
        label=_("Regional groups"),
        help_text=_("All States of a group that weren’t asked yet."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    states = forms.MultipleChoiceField(label=_("States"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any):
        super().__init__(*args, **kwargs)
        asked = set(exercise.responses.values_list("owner", flat=True))
        self.candidates = [one for one in accounts.states() if one.pk not in asked]
        self.fields["states"].choices = [(str(one.pk), one.name) for one in self.candidates]  # type: ignore[attr-defined]
        groups = [(code, queries.group_name(code)) for code in RegionalGroup.values]
        self.fields["groups"].choices = groups  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        groups, states = set(said.pop("groups", ())), set(said.get("states", ()))
        chosen = [one.pk for one in self.candidates if one.group in groups or str(one.pk) in states]
        if not chosen:
            raise forms.ValidationError(_("Choose at least one State that wasn’t asked yet."))
        return {"states": chosen}


class ReopenForm(forms.Form):
    closes_on = Day(label=_("Closes on"))
    text = lines(label=_("Why"))


class ExtendForm(forms.Form):
    until = Day(label=_("It may submit until"))
