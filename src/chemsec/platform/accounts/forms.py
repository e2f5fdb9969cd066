"""What is asked of people about accounts. Labels say what to write; help says why."""

from collections.abc import Iterable

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from chemsec.platform import languages, taxonomy
from chemsec.platform.files.public import StoredFileField
from chemsec.platform.forms import lines
from chemsec.platform.models import State
from chemsec.platform.text import plain

from .models import Admission, Organisation, Person, Role

OUTSIDE_THE_STATES = [
    (kind.value, kind.label)
    for kind in Organisation.Kind
    if kind not in {Organisation.Kind.STATE, Organisation.Kind.SECRETARIAT}
]


class SignUpForm(forms.Form):
    """What registering asks beside the address and the password; django-allauth adds those."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        validators=[plain],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, _request, user: Person) -> None:
        user.name = self.cleaned_data["name"]
        user.language = languages.current().code
        user.save(update_fields=["name", "language"])


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The secret that waits to be confirmed stands sealed in the session too."""

    def __init__(self, *args, **kwargs):
        session, adapter = context.request.session, get_adapter()
        if SECRET_SESSION_KEY in session:
            session[SECRET_SESSION_KEY] = adapter.decrypt(session[SECRET_SESSION_KEY])
        super().__init__(*args, **kwargs)
        session[SECRET_SESSION_KEY] = adapter.encrypt(self.secret)


class ProfileForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language of messages to you"), choices=settings.LANGUAGES)

    class Meta:
        model = Person
        fields = ["name", "language", "digest"]
        labels = {"name": _("Your name"), "digest": _("News of what concerns you")}


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The invitation holds for this address only.")
    )
    role = forms.TypedChoiceField(label=_("Role"), coerce=Role)

    def __init__(self, *args, roles: tuple[Role, ...], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


class AdmissionForm(forms.ModelForm):
    why = lines(
        rows=4,
        label=_("What you do there"),
        help_text=_("And how the registrar can check it: a public page that names you, or a colleague here."),
    )
    kind = forms.ChoiceField(label=_("What kind of organisation"), choices=OUTSIDE_THE_STATES)

    class Meta:
        model = Admission
        fields = ["kind", "name", "why"]
        labels = {"name": _("Name of the organisation")}
        help_texts = {"name": ""}


def _by_name(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(choices, key=lambda one: languages.in_order(one[1]))


class AdmitForm(forms.Form):
    """How to decide on an admission. One page asks for both ways; each form reads its own field."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation, if you admit"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("a new one, with this person as its focal point"),
    )

    def __init__(self, *args, admission: Admission, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(kind=admission.kind)  # type: ignore[attr-defined]
        named = _by_name((str(one.pk), str(one)) for one in field.queryset)  # type: ignore[attr-defined]
        field.widget.choices = [("", field.empty_label), *named]  # type: ignore[attr-defined]


class DeclineForm(forms.Form):
    use_required_attribute = False  # the same page admits
    reason = lines(rows=3, label=_("Reason, if you decline"), help_text=_("The person will read it."))


class PersonForm(forms.Form):
    """Whom one looks for: their e-mail address alone finds them."""

    email = forms.EmailField(label=_("E-mail address"))

    def __init__(self, *args, among: QuerySet[Person], **kwargs):
        super().__init__(*args, **kwargs)
        self.among = among

    def clean_email(self):
        email = Person.objects.normalise(self.cleaned_data["email"])
        self.cleaned_data["person"] = self.among.filter(email=email).first()
        if self.cleaned_data["person"] is None:
            raise forms.ValidationError(_("Nobody else has an account with this address."))
        return email


class CloseForm(forms.Form):
    reason = lines(rows=3, label=_("Reason"), help_text=_("The person will read it."))


class FocalPointForm(forms.Form):
    state = forms.ChoiceField(label=_("State"))
    email = forms.EmailField(label=_("E-mail address of the focal point"))
    official_word = forms.CharField(
        label=_("Official word of the State"),
        help_text=_("Number and date of the note verbale that names this person."),
        max_length=300,
    )
    document = StoredFileField(label=_("The note itself"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        real = ((state.iso3, taxonomy.in_language(state.names)) for state in taxonomy.states().values())
        choices: list = _by_name(real)
        if self.invented:
            named = ((key, str(one)) for key, one in self.invented.items())
            choices = [
                (_("Invented for this demonstration"), _by_name(named)),
                (_("States Parties"), choices),
            ]
        self.fields["state"].choices = choices  # type: ignore[attr-defined]

    @cached_property
    def invented(self) -> dict[str, Organisation]:
        """In a demonstration its own States, so that nobody has to try it with a real one."""
        fictional = Organisation.objects.filter(kind=Organisation.Kind.STATE, is_fictional=True)
        return {str(one.pk): one for one in fictional} if settings.CHEMSEC_DEMO else {}

    def clean_state(self) -> State | Organisation:
        chosen = self.cleaned_data["state"]
        return self.invented.get(chosen) or taxonomy.states()[chosen]
