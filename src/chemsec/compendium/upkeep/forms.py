"""The forms by which practices are kept true."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chemsec.compendium import access as compendium
from chemsec.compendium.models import REVIEW_AFTER, Practice
from chemsec.compendium.record import key_in
from chemsec.platform.access import Actor
from chemsec.platform.forms import Text, lines

SPANS = (  # after which a practice is looked at again
    (REVIEW_AFTER.days, _("In two years")),
    (365, _("In one year")),
    (182, _("In half a year")),
)


class ConfirmForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("When it should be looked at again"), choices=SPANS, coerce=int, widget=forms.RadioSelect
    )

    @property
    def review_by(self) -> date:
        return timezone.localdate() + timedelta(days=self.cleaned_data["days"])


class WithdrawalForm(forms.Form):
    reason = lines(
        rows=4, label=_("Why"), help_text=_("Its page will say so, for those who come by an old link.")
    )
    language = forms.ChoiceField(label=_("Language that you write in"), choices=settings.LANGUAGES)
    successor = Text(
        label=_("What replaces it"),
        required=False,
        help_text=_("The address of another practice, if there is one. Readers are led there."),
    )

    def __init__(self, *args, user: Actor, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_successor(self) -> Practice | None:
        """The practice that an address or an identifier names."""
        key = key_in(self.cleaned_data["successor"])
        if not key:
            return None
        found = compendium.listed_for(self.user).filter(pk=key).first()
        if found is None:
            raise forms.ValidationError(
                _("No practice has this address. Open it in another tab, and copy its address from there.")
            )
        return found
