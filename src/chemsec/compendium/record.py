"""A practice as data: the one shape that the API, the exports and the bulk download give."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from .models import Edition
from .queries import Card

NEEDS = ("law", "staff", "time", "money")


def address(practice_id: str, number: int | None = None) -> str:
    """The full address without a language, which leads to the reader's; with a number, the one to cite."""
    _root, _language, path = reverse("practice", args=[practice_id]).split("/", 2)
    return f"{settings.CHEMSEC_BASE_URL}/{path}" + (f"editions/{number}/" if number else "")


def cited(edition: Edition) -> str:
    return address(edition.practice_id, edition.number)


def record(card: Card) -> dict[str, Any]:
    """Everything that the page says, under stable codes; None is "not stated"."""
    edition, text = card.edition, card.text
    return {
        "id": card.id,
        "edition": edition.number,
        "url": cited(edition),
        "title": text.title,
        "summary": text.summary,
        "steps": card.steps,
        "needs": {name: getattr(text, f"needs_{name}") or None for name in NEEDS},
        "evidence": {"grade": edition.evidence_grade, "text": text.evidence or None},
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
        "stages": edition.stages,
        "audiences": edition.audiences,
        "facility_types": edition.facility_types,
        "measure_kinds": edition.measure_kinds,
        "published": edition.published_at.isoformat(),
        "withdrawn": card.practice.withdrawn_at.isoformat() if card.practice.withdrawn_at else None,
    }


def citation(card: Card) -> str:
    """How to cite an edition: publisher, year of the document, title, this portal, edition, date, address."""
    edition = card.edition
    year = f" ({edition.year})" if edition.year else ""
    published = edition.published_at.date().isoformat()
    return (
        f"{edition.publisher}{year}. {card.text.title}. "
        f"Chemical Security Portal, ed. {edition.number}, {published}. {cited(edition)}"
    )


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
            "publisher": {"@type": "Organization", "name": edition.publisher},
            **({"url": edition.url} if edition.url else {}),
            **({"datePublished": str(edition.year)} if edition.year else {}),
        },
    }
