"""The form that a practice is written in. Nothing is required to save; submitting says what is missing."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from chemsec.compendium import facets
from chemsec.compendium.models import COLLECTION, PROSE, Comment, Draft
from chemsec.compendium.queries import by_ids
from chemsec.compendium.record import key_in
from chemsec.platform import languages, taxonomy
from chemsec.platform.access import ANYONE
from chemsec.platform.forms import RIGHT_TO_SHARE, UNCLASSIFIED, ReasonForm, Text, lines

from .content import FACET_OF, FIELD_NAMES, Section, required, sections

ROWS = {"summary": 4, "how_to_apply": 8, "evidence": 4, "limits": 4}
SEVERAL = ("stages", "audiences", "measure_kinds", "facility_types")
ONE = ("publisher_kind", "document_type", "evidence_grade")
EARLIEST, LATEST = 1900, 2100
ASIDE = ("revision", "page")  # of the page, not of the draft
ALWAYS = ("source_language", "scope", "evidence_grade")  # chosen from the beginning
HELP = {
    "how_to_apply": _("One step a line. Numbers are set for you."),
    "title": _("Up to 500 characters."),
    "url": _("Of the page or file that anybody can open. Leave empty if there is none."),
    "gathers": _("The address of one practice a line, in the order in which to go through them."),
    "source_language": _("Translations come later; write in the language that you know best."),
}


def _named(name: str) -> list[tuple[str, str]]:
    facet = FACET_OF[name]
    return [(code, facets.name(facet, code)) for code in facets.values(facet) if code != COLLECTION]


def _document_languages() -> list[tuple[str, str]]:
    """The six languages first, then every other one by its name."""
    named = [(code, languages.document_language_name(code)) for code in languages.document_languages()]
    ours = {code.partition("-")[0] for code in languages.CODES}
    return [("", ""), *sorted(named, key=lambda one: (one[0] not in ours, languages.in_order(one[1])))]


def _scopes() -> list[tuple[str, Any]]:
    states = {f"national:{iso3}": state.names for iso3, state in taxonomy.states().items()}
    regions = {
        f"regional:{code}": region.names for code, region in taxonomy.regions().items() if code != "global"
    }
    return [
        ("global", facets.scope_name("global")),
        (_now("A region"), _by_name(regions)),
        (_now("A State"), _by_name(states)),
    ]


def _by_name(named: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    return sorted(
        ((code, taxonomy.in_language(names)) for code, names in named.items()),
        key=lambda one: languages.in_order(one[1]),
    )


class Gathered(Text):
    """Practices by address or identifier, one a line; as a value the list of their ids."""

    widget = forms.Textarea(attrs={"rows": 8, "dir": "ltr"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        given = self.prepare_value(value)
        written = [key_in(line) for line in super().to_python(given).splitlines()]
        return list(dict.fromkeys(key for key in written if key))

    def validate(self, value: Any) -> None:
        super().validate(value)
        found = {card.id for card in by_ids(ANYONE, value)}
        if wrong := [key for key in value if key not in found]:
            raise forms.ValidationError(
                _now("No practice has this address: %(names)s.") % {"names": languages.listed(wrong)}
            )


class BeginForm(forms.Form):
    """What a new practice begins with."""

    title = Text(label=_("Title"), max_length=500, help_text=_("Say what is done. You can change it later."))
    language = forms.ChoiceField(label=FIELD_NAMES["source_language"], choices=settings.LANGUAGES)


class PrefillForm(forms.Form):
    """What a new practice is to begin from."""

    url = forms.URLField(
        label=_("Address of a page"),
        max_length=600,
        required=False,
        assume_scheme="https",
        help_text=_("Title, description, publisher and year are taken over as the page states them."),
    )
    text = lines(
        rows=10,
        label=_("Or paste a document"),
        required=False,
        help_text=_("Its first line becomes the title, numbered lines become steps. Nothing classified."),
    )
    language = forms.ChoiceField(label=FIELD_NAMES["source_language"], choices=settings.LANGUAGES)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not self.errors and bool(said.get("url")) == bool(said.get("text")):
            raise forms.ValidationError(_now("Give an address or paste a document: one of the two."))
        return said


class CollectForm(BeginForm):
    """What a new collection begins with."""

    title = Text(
        label=_("Title"),
        max_length=500,
        help_text=_("Say for whom it is, or for what occasion. You can change it later."),
    )
    gathers = Gathered(
        label=FIELD_NAMES["gathers"], help_text=HELP["gathers"], required=False, max_length=20_000
    )


class DraftForm(forms.Form):
    """Every field of a draft. `revision` is the one that the page was loaded with, `page` the page itself."""

    title = Text(max_length=500)
    source_language = forms.ChoiceField(choices=settings.LANGUAGES)
    publisher = Text(max_length=300)
    year = forms.IntegerField(min_value=EARLIEST, max_value=LATEST)
    url = forms.URLField(max_length=600, assume_scheme="https")
    document_language = forms.ChoiceField(choices=lazy(_document_languages, list))
    scope = forms.ChoiceField(choices=lazy(_scopes, list))
    is_regulatory = forms.BooleanField()
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    page = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args, draft: Draft, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_revision = draft.practice_id is not None
        self.shown = sections(draft.content, is_revision=self.is_revision)
        for name in (*PROSE[1:], "change_note"):
            self.fields[name] = lines(rows=ROWS.get(name, 2))
        for name in SEVERAL:
            widget = forms.CheckboxSelectMultiple
            self.fields[name] = forms.MultipleChoiceField(choices=_named(name), widget=widget)
        for name in ONE:
            blank = [] if name in ALWAYS else [("", "")]
            self.fields[name] = forms.ChoiceField(choices=[*blank, *_named(name)])
        self.fields["gathers"] = Gathered(max_length=20_000)
        if self.is_revision:
            del self.fields["source_language"]
        written = {name for section in self.shown for name in section.fields}
        for name in set(self.fields) - written - set(ASIDE):
            del self.fields[name]
        needed = required(draft.content, is_revision=self.is_revision)
        for name, field in self.fields.items():
            field.required = name in (*ASIDE, *ALWAYS)
            field.is_needed = name in needed  # type: ignore[attr-defined]  # for submitting: see forms/field.html
            field.label = FIELD_NAMES.get(name, name)
            field.help_text = HELP.get(name, "")

    def sections(self) -> list[tuple[Section, list[forms.BoundField]]]:
        """The sections with their fields, in the order in which they are written."""
        return [
            (section, [self[name] for name in section.fields if name in self.fields])
            for section in self.shown
        ]

    def values(self) -> dict[str, Any]:
        """What was written, field by field, of the fields that hold something that can be kept."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ASIDE}


class DeclarationForm(forms.Form):
    """What its writer confirms on submitting a draft."""

    policy_level = forms.BooleanField(
        label=_("It stays at the level of policy and management: no chemistry, no synthesis.")
    )
    unclassified = forms.BooleanField(label=UNCLASSIFIED)
    right_to_share = forms.BooleanField(label=RIGHT_TO_SHARE)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = lines(label=_("Note to the reviewer"), required=False)


class AcceptForm(ReasonForm):
    """The reviewer's checklist: each point was looked at."""

    works = forms.BooleanField(label=_("Somebody else could act on it."))
    graded = forms.BooleanField(label=_("The grade of the evidence is what the evidence says."))
    filed = forms.BooleanField(label=_("Stages, audiences and measures are the right ones."))
    sourced = forms.BooleanField(label=_("The address opens and bears out what is said, or none is given."))
    harmless = forms.BooleanField(label=_("Nothing in it helps whoever would misuse chemicals."))
    revision = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("works", "graded", "filed", "sourced", "harmless", "text")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, required=False, **kwargs)

    def keep_to_a_collection(self) -> None:
        """Leave out what a collection has nothing of."""
        for name in ("graded", "sourced"):
            del self.fields[name]


class CommentForm(forms.ModelForm):
    text = lines(label=_("Comment"), required=False)
    line = Text(label=_("Words that it is about"), required=False, max_length=1_000)
    proposed = lines(label=_("Say it like this instead"), required=False)

    class Meta:
        model = Comment
        fields = ["field", "line", "text", "proposed"]
        widgets = {"field": forms.HiddenInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self["field"].value() not in PROSE:
            del self.fields["proposed"]

    def clean(self):
        if not self.cleaned_data.get("text") and not self.cleaned_data.get("proposed"):
            raise forms.ValidationError(_now("Write a comment, or words to put in place of these."))
        return self.cleaned_data
