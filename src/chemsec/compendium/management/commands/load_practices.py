"""Load the starter compendium from content/practices as edition 1 of each. A second run adds what is new."""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from chemsec.compendium import flows
from chemsec.compendium.access import SYSTEM
from chemsec.compendium.models import EditionText, Practice
from chemsec.platform import languages

NONE_PUBLISHED = "none published"
TRANSLATED = ("title", "summary", "how_to_apply", "evidence")


def _lines(path: Path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _prose(text: dict, *, has_evidence: bool) -> dict:
    """The words of a record; where no evidence is published there are none, in any language."""
    return {name: text[name] for name in TRANSLATED if name != "evidence" or has_evidence}


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, *_args, **_options):
        content = settings.CHEMSEC_CONTENT_DIR
        rows = _lines(content / "practices" / "practices.jsonl")
        grades = json.loads((content / "reference" / "evidence.json").read_text(encoding="utf-8"))["grades"]
        facilities = json.loads(
            (content / "taxonomy" / "proposed_facilities.json").read_text(encoding="utf-8")
        )
        translations = {
            language: {
                row["id"]: row for row in _lines(content / "practices" / "translations" / f"{language}.jsonl")
            }
            for language in languages.CODES
            if language != languages.SOURCE
        }
        known = set(Practice.objects.values_list("pk", flat=True))
        new = [row for row in rows if row["id"] not in known]
        for row in new:
            translated = {language: texts.get(row["id"]) for language, texts in translations.items()}
            flows.publish_edition(
                row["id"], _draft(row, grades[row["id"]], facilities, translated), by=SYSTEM
            )
        self.stdout.write(f"Practices: {len(new)} loaded, {len(rows) - len(new)} there already")


def _draft(row: dict, grade: dict, facilities: list[dict], translations: dict) -> flows.Content:
    has_evidence = row["evidence"] != NONE_PUBLISHED
    return flows.Content(
        facts={
            "is_confirmed": False,
            "source_language": languages.SOURCE,
            "publisher": row["publisher"],
            "publisher_kind": row["publisher_type"],
            "year": row["year"],
            "url": row["url"] or "",
            "url_kind": row["url_kind"] or "",
            "is_checked": row["source_confidence"] == "verified",
            "document_type": row["document_type"],
            "document_language": row["language"],
            "other_languages": row["other_languages"],
            "scope": row["geographic_scope"],
            "is_regulatory": row["regulatory"],
            "stages": row["stages"],
            "audiences": row["audiences"],
            "facility_types": _propose_facilities(row, facilities),
            "measure_kinds": row["measure_kinds"],
            "evidence_grade": grade["grade"],
            "evidence_reason": grade["because"],
        },
        source=_prose(row, has_evidence=has_evidence),
        translations={
            language: {**_prose(text, has_evidence=has_evidence), "state": EditionText.State(text["state"])}
            for language, text in translations.items()
            if text
        },
    )


def _propose_facilities(row: dict, rules: list[dict]) -> list[str]:
    """The facility types that a starter practice is for, proposed from its stages and audiences."""
    return list(
        dict.fromkeys(
            rule["facility"]
            for rule in rules
            if set(rule["any_stage"]) & set(row["stages"])
            and set(rule["any_audience"]) & set(row["audiences"])
        )
    )
