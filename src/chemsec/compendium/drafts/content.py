"""What a draft holds: the fields of an edition and of its text, in sections as they are written and shown."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chemsec.compendium import facets
from chemsec.compendium.flows import Content
from chemsec.compendium.models import PROSE, Edition, EditionText
from chemsec.compendium.queries import NAMES
from chemsec.platform import languages, taxonomy
from chemsec.platform.text import tidy


@dataclass(frozen=True)
class Section:
    code: str
    name: Promise
    fields: tuple[str, ...]
    advice: Promise  # what to write, beside the section


SECTIONS = (
    Section(
        "what",
        _("What it is"),
        ("title", "summary", "source_language"),
        _(
            "A title that says what is done, not what it is called. Then in two or three sentences: who does "
            "what, and what it prevents. The first sentence stands in lists."
        ),
    ),
    Section(
        "how",
        _("How to adopt it"),
        ("how_to_apply",),
        _("Steps that somebody else could follow, one sentence each, in their order. Say who takes each."),
    ),
    Section(
        "takes",
        _("Requirements"),
        ("needs_law", "needs_staff", "needs_time", "needs_money"),
        _(
            "What whoever takes it over has to have. Leave empty what you don’t know: readers see “not "
            "stated”."
        ),
    ),
    Section(
        "evidence",
        _("Does it work?"),
        ("evidence", "evidence_grade", "limits"),
        _(
            "What was seen, counted or evaluated, and by whom. A failure teaches as much as a success. Say "
            "honestly where it doesn’t work."
        ),
    ),
    Section(
        "where",
        _("For whom and where"),
        ("stages", "audiences", "measure_kinds", "facility_types", "scope", "is_regulatory"),
        _("By these it is found. Fewer that are right help more than many that may be."),
    ),
    Section(
        "source",
        _("Source"),
        ("publisher", "publisher_kind", "year", "document_type", "document_language", "url"),
        _("Who stands behind it, and the document where there is one. Only a public address."),
    ),
)
NEWS = Section(
    "news",
    _("What is new"),
    ("change_note",),
    _("One sentence for those who know the edition before. Readers see it beside the edition."),
)
FIELDS = tuple(field for section in SECTIONS for field in section.fields)
REQUIRED = (
    "title",
    "summary",
    "how_to_apply",
    "evidence_grade",
    "stages",
    "audiences",
    "measure_kinds",
    "scope",
    "publisher",
    "publisher_kind",
    "document_type",
    "document_language",
)
FIELD_NAMES: dict[str, Any] = {
    **NAMES,
    "source_language": _("Language that you write in"),
    "evidence_grade": _("Grade of the evidence"),
    "stages": _("Stages of the life cycle"),
    "audiences": _("Audiences"),
    "measure_kinds": _("Kinds of measure"),
    "facility_types": _("Facility types"),
    "scope": _("Where it is meant for"),
    "is_regulatory": _("It is, or directly serves, a legal duty"),
    "publisher": _("Name of the publisher"),
    "publisher_kind": _("Kind of publisher"),
    "year": _("Year of the document"),
    "document_type": _("Kind of document"),
    "document_language": _("Language of the document"),
    "url": _("Address of the document"),
    "change_note": _("What is new in this edition"),
}
FACET_OF = {  # fields whose values are codes of a vocabulary -> facet that names them
    "stages": "stage",
    "audiences": "audience",
    "measure_kinds": "measure",
    "facility_types": "facility",
    "publisher_kind": "publisher",
    "document_type": "document",
    "document_language": "language",
    "evidence_grade": "evidence",
}
TEXT_FIELDS = (*PROSE, "id", "edition", "language", "state")
EMPTY: dict[str, Any] = {
    **dict.fromkeys(FIELDS, ""),
    **{name: [] for name in ("stages", "audiences", "measure_kinds", "facility_types")},
    "year": None,
    "is_regulatory": False,
    "evidence_grade": "none",
    "scope": "global",
    "change_note": "",
}


PUBLISHER_KIND = {  # kind of an organisation -> what it is as a publisher
    "state": "national_authority",
    "secretariat": "igo",
    "intergovernmental": "igo",
    "association": "industry_association",
    "regional": "regional_initiative",
    "company": "company",
    "academia": "academia",
    "civil_society": "ngo",
}


def new(title: str, language: str, *, publisher: str, kind: str) -> dict[str, Any]:
    """What a new practice begins with: published by its owner, in the language that it is written in."""
    return {
        **EMPTY,
        "title": title,
        "source_language": language,
        "document_language": language.partition("-")[0],
        "publisher": publisher,
        "publisher_kind": PUBLISHER_KIND[kind],
    }


def sections(*, is_revision: bool) -> tuple[Section, ...]:
    """The sections that a draft is written in: what is new comes first where there is an edition before."""
    return (NEWS, *SECTIONS) if is_revision else SECTIONS


def missing(content: dict[str, Any], *, is_revision: bool) -> list[str]:
    """The fields without which a draft can't be submitted."""
    required = ("change_note", *REQUIRED) if is_revision else REQUIRED
    return [field for field in required if not content.get(field)]


def shown(name: str, value: Any) -> list[str]:
    """A value of a field that isn't prose as readers read it: each of its parts."""
    if value in ("", None, []):
        return []
    if facet := FACET_OF.get(name):
        return [facets.name(facet, code) for code in (value if isinstance(value, list) else [value])]
    if name == "scope":
        return [facets.scope_name(value)]
    if name == "is_regulatory":
        return [taxonomy.label("regulatory", "yes" if value else "no")]
    if name == "source_language":
        return [languages.language(value).name]
    return [str(value)]


def checked(name: str, value: str) -> str:
    """Words proposed for a field of the text, as they could stand there. Raises ValidationError."""
    text = " ".join(tidy(value).split()) if name == "title" else tidy(value)
    EditionText(**{name: text}).clean_fields(exclude={field for field in TEXT_FIELDS if field != name})
    return text


def check(content: dict[str, Any]) -> None:
    """Raise ValidationError for what couldn't be published, naming the field."""
    made = to_publish(content, None, is_confirmed=True)
    unset = ["practice", "number", "published_at"]
    try:
        Edition(**made.facts).clean_fields(exclude=unset)
        EditionText(**made.source).clean_fields(exclude=set(TEXT_FIELDS) - set(PROSE))
    except ValidationError as error:
        said = [
            f"{FIELD_NAMES.get(name, name)}: {' '.join(each)}" for name, each in error.message_dict.items()
        ]
        raise ValidationError(said) from error


def of_edition(edition: Edition) -> dict[str, Any]:
    """The content that a revision of this edition begins with."""
    text = edition.texts.get(state=EditionText.State.SOURCE)
    facts = {name: getattr(edition, name) for name in FIELDS if hasattr(edition, name)}
    return {**EMPTY, **facts, **{name: getattr(text, name) for name in PROSE}}


def to_publish(content: dict[str, Any], before: Edition | None, *, is_confirmed: bool) -> Content:
    """The content as an edition states it. What no form asks for is taken over from the edition before, where
    it still holds. The review has seen the address that the content names.
    """
    facts = {name: content[name] for name in FIELDS if name not in PROSE}
    same_address = before is not None and before.url == content["url"]
    same_grade = before is not None and before.evidence_grade == content["evidence_grade"]
    facts |= {
        "is_confirmed": is_confirmed,
        "change_note": content["change_note"],
        "url_kind": before.url_kind if before and same_address else "publisher" if content["url"] else "",
        "is_checked": before.is_checked if before and same_address else bool(content["url"]),
        "other_languages": before.other_languages if before else [],
        "evidence_reason": before.evidence_reason if before and same_grade else "",
    }
    return Content(facts=facts, source={name: content[name] for name in PROSE}, translations={})
