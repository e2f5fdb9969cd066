"""What is asked of whoever shares something."""

from datetime import timedelta
from itertools import groupby
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chemsec.platform import languages
from chemsec.platform.access import Actor
from chemsec.platform.accounts.models import Organisation
from chemsec.platform.text import plain

from . import access

USUAL = timedelta(days=30)


class ShareForm(forms.Form):
    to = forms.ModelChoiceField(label=_("With which organisation"), queryset=Organisation.objects.none())
    purpose = forms.CharField(
        label=_("What for"),
        help_text=_("They read it, such as: for your remarks before we submit it."),
        max_length=300,
        validators=[plain],
    )
    until = forms.DateField(
        label=_("Until when"),
        help_text=_("The last day on which they see it, within a year. You can end it before, at any time."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args, actor: Actor, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        found = access.partners_of(actor)
        field.queryset = found  # type: ignore[attr-defined]
        field.widget.choices = [("", "—"), *_by_kind(found)]  # type: ignore[attr-defined]
        self.initial.setdefault("until", timezone.localdate() + USUAL)

    def clean_to(self) -> UUID:
        return self.cleaned_data["to"].pk


def _by_kind(organisations) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices grouped by kind, each group in the order of the reader's language."""
    kinds = list(Organisation.Kind)
    ordered = sorted(organisations, key=lambda one: (kinds.index(one.kind), languages.in_order(one.name)))
    return [
        (str(Organisation.Kind(kind).label), [(str(one.pk), str(one)) for one in group])
        for kind, group in groupby(ordered, key=lambda one: one.kind)
    ]
