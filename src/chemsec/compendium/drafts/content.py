"""What a draft holds: the fields of an edition and of its text, in sections as they are written and shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chemsec.compendium import facets
from chemsec.compendium.flows import Content, check_gathered
from chemsec.compendium.models import COLLECTION, PROSE, Edition, EditionText
from chemsec.compendium.queries import NAMES, titles
from chemsec.platform import languages, taxonomy
from chemsec.platform.access import ANYONE
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
OF_A_COLLECTION = (
    SECTIONS[0],
    Section(
        "gathered",
        _("The practices, in their order"),
        ("gathers", "how_to_apply"),
        _("What to look at first stands first. Say in a few steps how to go through them, if it helps."),
    ),
    *(section for section in SECTIONS if section.code == "where"),
    Section(
        "source",
        _("Source"),
        ("publisher", "publisher_kind"),
        _("Who has gathered them. Each practice keeps its own publisher."),
    ),
)
NEWS = Section(
    "news",
    _("What is new"),
    ("change_note",),
    _("One sentence for those who know the edition before. Readers see it beside the edition."),
)
FIELDS = (*(field for section in SECTIONS for field in section.fields), "gathers")
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
REQUIRED_OF_A_COLLECTION = (
    "title",
    "summary",
    "gathers",
    "stages",
    "audiences",
    "measure_kinds",
    "scope",
    "publisher",
    "publisher_kind",
)
FIELD_NAMES: dict[str, Any] = {
    **NAMES,
    "source_language": _("Language that you write in"),
    "gathers": _("Practices that it gathers"),
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
NAMED: dict[str, Callable[[Any], str]] = {  # fields whose values are named in a way of their own
    "scope": facets.scope_name,
    "is_regulatory": lambda value: taxonomy.label("regulatory", "yes" if value else "no"),
    "source_language": lambda value: languages.language(value).name,
}
TEXT_FIELDS = (*PROSE, "id", "edition", "language", "state")
EMPTY: dict[str, Any] = {
    **dict.fromkeys(FIELDS, ""),
    **{name: [] for name in ("stages", "audiences", "measure_kinds", "facility_types", "gathers")},
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


def is_collection(content: dict[str, Any]) -> bool:
    return content["document_type"] == COLLECTION


def new(
    title: str, language: str, *, publisher: str, kind: str, gathers: list[str] | None = None
) -> dict[str, Any]:
    """What a new practice begins with: published by its owner, in the language that it is written in. With
    `gathers` it is a collection.
    """
    collected = {} if gathers is None else {"document_type": COLLECTION, "gathers": gathers}
    return {
        **EMPTY,
        "title": title,
        "source_language": language,
        "document_language": language.partition("-")[0],
        "publisher": publisher,
        "publisher_kind": PUBLISHER_KIND[kind],
        **collected,
    }


def sections(content: dict[str, Any], *, is_revision: bool) -> tuple[Section, ...]:
    """The sections that a draft is written in: what is new comes first where there is an edition before."""
    shown = OF_A_COLLECTION if is_collection(content) else SECTIONS
    return (NEWS, *shown) if is_revision else shown


def required(content: dict[str, Any], *, is_revision: bool) -> tuple[str, ...]:
    """The fields without which a draft can't be submitted."""
    needed = REQUIRED_OF_A_COLLECTION if is_collection(content) else REQUIRED
    return ("change_note", *needed) if is_revision else needed


def missing(content: dict[str, Any], *, is_revision: bool) -> list[str]:
    return [field for field in required(content, is_revision=is_revision) if not content.get(field)]


def shown(name: str, value: Any) -> list[str]:
    """A value of a field that isn't prose as readers read it: each of its parts."""
    if value in ("", None, []):
        return []
    if facet := FACET_OF.get(name):
        return [facets.name(facet, code) for code in (value if isinstance(value, list) else [value])]
    if name == "gathers":
        return [f"{place}. {title}" for place, title in enumerate(titles(ANYONE, value), start=1)]
    return [NAMED[name](value) if name in NAMED else str(value)]


def checked(name: str, value: str) -> str:
    """Words proposed for a field of the text, as they could stand there. Raises ValidationError."""
    text = " ".join(tidy(value).split()) if name == "title" else tidy(value)
    EditionText(**{name: text}).clean_fields(exclude={field for field in TEXT_FIELDS if field != name})
    return text


def check(content: dict[str, Any]) -> None:
    """Raise ValidationError for what couldn't be published, naming the field."""
    made = to_publish(content, None, is_confirmed=True)
    unset = ["practice", "number", "published_at"]
    edition = Edition(**made.facts)
    try:
        edition.clean_fields(exclude=unset)
        EditionText(**made.source).clean_fields(exclude=set(TEXT_FIELDS) - set(PROSE))
    except ValidationError as error:
        said = [
            f"{FIELD_NAMES.get(name, name)}: {' '.join(each)}" for name, each in error.message_dict.items()
        ]
        raise ValidationError(said) from error
    check_gathered(edition)


def of_edition(edition: Edition) -> dict[str, Any]:
    """The content that a revision of this edition begins with."""
    text = edition.texts.get(state=EditionText.State.SOURCE)
    facts = {name: getattr(edition, name) for name in FIELDS if hasattr(edition, name)}
    facts["gathers"] = facts["gathers"] or []
    return {**EMPTY, **facts, **{name: getattr(text, name) for name in PROSE}}


def to_publish(content: dict[str, Any], before: Edition | None, *, is_confirmed: bool) -> Content:
    """The content as an edition states it. What no form asks for is taken over from the edition before, where
    it still holds. The review has seen the address that the content names.
    """
    facts = {name: content[name] for name in FIELDS if name not in PROSE}
    same_address = before is not None and before.url == content["url"]
    same_grade = before is not None and before.evidence_grade == content["evidence_grade"]
    facts |= {
        "gathers": content["gathers"] if is_collection(content) else None,
        "is_confirmed": is_confirmed,
        "change_note": content["change_note"],
        "url_kind": before.url_kind if before and same_address else "publisher" if content["url"] else "",
        "is_checked": before.is_checked if before and same_address else bool(content["url"]),
        "other_languages": before.other_languages if before else [],
        "evidence_reason": before.evidence_reason if before and same_grade else "",
    }
    return Content(facts=facts, source={name: content[name] for name in PROSE}, translations={})
