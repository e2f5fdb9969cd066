"""Practices of invented States, for tests that change something."""

from chemsec.compendium.flows import Content

FACTS = {
    "is_confirmed": False,
    "source_language": "en",
    "publisher": "Ministry of Trade of Arlandia",
    "publisher_kind": "national_authority",
    "year": 2020,
    "url": "",
    "url_kind": "",
    "is_checked": False,
    "document_type": "guideline",
    "document_language": "en",
    "other_languages": [],
    "scope": "global",
    "is_regulatory": False,
    "stages": ["storage"],
    "audiences": ["distributor"],
    "facility_types": [],
    "measure_kinds": ["physical_security"],
    "evidence_grade": "none",
    "evidence_reason": "",
}
SOURCE = {
    "title": "Locks for small stores",
    "summary": "A guideline on locks. It is short.",
    "how_to_apply": "Count the doors. Lock them. Look again.",
}


def draft(*, facts=None, source=None, translations=None) -> Content:
    return Content(
        facts={**FACTS, **(facts or {})}, source={**SOURCE, **(source or {})}, translations=translations or {}
    )
