"""A practice as data: the one shape that the API, the exports and the bulk download give."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from .models import NEEDS, PROSE, Edition, EditionText
from .queries import Card

# Fields of an edition that its digest covers, besides its date and its text. A field that comes later goes
# into a second list with a name of its own: the digests of what is published must stay what they are.
STATED = (
    "practice_id",
    "number",
    "is_confirmed",
    "change_note",
    "source_language",
    "publisher",
    "publisher_kind",
    "year",
    "url",
    "url_kind",
    "is_checked",
    "document_type",
    "document_language",
    "other_languages",
    "scope",
    "is_regulatory",
    "stages",
    "audiences",
    "facility_types",
    "measure_kinds",
    "evidence_grade",
    "evidence_reason",
)
# Fields that came later: covered where they say something.
STATED_LATER = ("gathers",)


def address(practice_id: str, number: int | None = None) -> str:
    """The full address without a language, which leads to the reader's; with a number, the one to cite."""
    _root, _language, path = reverse("practice", args=[practice_id]).split("/", 2)
    return f"{settings.CHEMSEC_BASE_URL}/{path}" + (f"editions/{number}/" if number else "")


def key_in(written: str) -> str:
    """The identifier of the practice that an address, in whatever language, names; else what was written."""
    path = written.strip().partition("?")[0].partition("#")[0].rstrip("/")
    _before, is_address, after = path.rpartition("/practices/")
    return after.partition("/")[0] if is_address else path


def cited(edition: Edition) -> str:
    return address(edition.practice_id, edition.number)


def record(card: Card) -> dict[str, Any]:
    """Everything that the page says, under stable codes; None is "not stated"."""
    practice, edition, text = card.practice, card.edition, card.text
    return {
        "id": card.id,
        "edition": edition.number,
        "url": cited(edition),
        "title": text.title,
        "summary": text.summary,
        "steps": card.steps,
        "needs": {name.removeprefix("needs_"): getattr(text, name) or None for name in NEEDS},
        "evidence": {"grade": card.grade, "text": text.evidence or None},
        "limits": text.limits or None,
        "language": text.language,
        "translation_state": text.state,
        "publisher": edition.publisher,
        "publisher_kind": edition.publisher_kind,
        "year": edition.year,
        "source_url": edition.url or None,
        "source_url_kind": edition.url_kind or None,
        "source_checked": edition.is_checked,
        "confirmed_by_publisher": edition.is_confirmed,
        "document_type": edition.document_type,
        "document_languages": list(dict.fromkeys([edition.document_language, *edition.other_languages])),
        "scope": edition.scope,
        "regulatory": edition.is_regulatory,
        "gathers": edition.gathers,
        "stages": edition.stages,
        "audiences": edition.audiences,
        "facility_types": edition.facility_types,
        "measure_kinds": edition.measure_kinds,
        "published": edition.published_at.isoformat(),
        "last_confirmed": practice.confirmed_at.isoformat() if practice.confirmed_at else None,
        "review_by": practice.review_by.isoformat(),
        "invented": card.is_invented,
        "withdrawn": practice.withdrawn_at.isoformat() if practice.withdrawn_at else None,
    }


def digest(edition: Edition) -> str:
    """SHA-256 of everything that an edition states, its source text with it: what must never change."""
    facts = {name: getattr(edition, name) for name in STATED}
    facts |= {name: value for name in STATED_LATER if (value := getattr(edition, name)) is not None}
    facts["published_at"] = edition.published_at.isoformat()
    source = edition.texts.get(state=EditionText.State.SOURCE)
    text = {name: getattr(source, name) for name in PROSE}
    stated = json.dumps([facts, text], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(stated.encode()).hexdigest()


def issued(edition: Edition) -> str:
    """In what it is published: who reads the citation learns whose words these are."""
    revised = " (revised there, not by its publisher)" if edition.is_revised_here else ""
    return f"Chemical Security Portal, ed. {edition.number}{revised}"


def credit(card: Card) -> str:
    """How to cite an edition, but for its address: publisher, year, title, this portal, edition, date."""
    edition = card.edition
    year = f" ({edition.year})" if edition.year else ""
    published = edition.published_at.date().isoformat()
    return f"{card.publisher}{year}. {card.text.title}. {issued(edition)}, {published}."


def linked_data(card: Card) -> dict[str, Any]:
    """The page as schema.org JSON-LD."""
    edition, text = card.edition, card.text
    return {
        "@context": "https://schema.org",
        "@type": "HowTo",
        "@id": cited(edition),
        "name": text.title,
        "description": text.summary,
        "inLanguage": card.language.tag,
        "version": str(edition.number),
        "datePublished": edition.published_at.date().isoformat(),
        "step": [
            {"@type": "HowToStep", "position": n, "text": step} for n, step in enumerate(card.steps, start=1)
        ],
        "isBasedOn": {
            "@type": "CreativeWork",
            "publisher": {"@type": "Organization", "name": card.publisher},
            **({"url": edition.url} if edition.url else {}),
            **({"datePublished": str(edition.year)} if edition.year else {}),
        },
    }
