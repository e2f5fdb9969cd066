"""What is asked of whoever makes an API key."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from chemsec.platform import languages
from chemsec.platform.accounts.models import ApiKey
from chemsec.platform.text import plain

from .flows import LIFETIMES


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        help_text=_("A name by which you will know it again, such as the program that uses it."),
        max_length=80,
        validators=[plain],
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=ApiKey.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=_("How long it holds"),
        choices=[(days, lazy(languages.days, str)(days)) for days in LIFETIMES],
        coerce=int,
        initial=90,
        widget=forms.RadioSelect,
    )
