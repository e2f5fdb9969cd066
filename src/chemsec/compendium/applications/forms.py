"""The forms that applications come by."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chemsec.compendium.models import Application, Signal
from chemsec.platform.forms import RIGHT_TO_SHARE, UNCLASSIFIED, Text, lines

LABELS = {
    "edition": _("Which edition you took over"),
    "language": _("Language that you write in"),
    "outcome": _("What came of it"),
    "year": _("Year"),
    "place": _("Where"),
    "changed": _("What you did differently"),
    "cost": _("What it cost"),
    "result": _("What you saw"),
    "evidence": _("How you know"),
    "lesson": _("What you would tell others"),
    "visibility": _("Who may see this"),
    "unclassified": UNCLASSIFIED,
    "right_to_share": RIGHT_TO_SHARE,
}
HELP = {
    "place": _("What kind of place: “three inland ports”. No site by name."),
    "result": _("A failure helps others as much as a success."),
    "cost": _("Money, staff, time: whatever you can say."),
    "visibility": _("An editor looks at it first, whatever you choose. You can withdraw it at any time."),
}
EARLIEST, LATEST = 1950, 2100


class ApplicationForm(forms.Form):
    outcome = forms.ChoiceField(choices=Application.Outcome.choices, widget=forms.RadioSelect)
    place = Text(max_length=200)
    year = forms.IntegerField(min_value=EARLIEST, max_value=LATEST, required=False)
    changed = lines(required=False)
    cost = lines(required=False)
    result = lines(rows=4)
    evidence = lines(required=False)
    lesson = lines(required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES)
    edition = forms.TypedChoiceField(coerce=int)
    visibility = forms.ChoiceField(choices=Application.SEEN_BY, widget=forms.RadioSelect)
    unclassified = forms.BooleanField()
    right_to_share = forms.BooleanField()

    def __init__(self, *args, editions: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["edition"].choices = [(number, number) for number in editions]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.label = LABELS[name]
            field.help_text = HELP.get(name, "")


class SignalForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What you want to say"), choices=Signal.Kind.choices, widget=forms.RadioSelect
    )
