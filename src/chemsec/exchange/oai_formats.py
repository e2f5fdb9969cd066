"""The two formats of the harvest: Dublin Core, and the portal's own, which holds all that a record says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from lxml import etree
from oaipmh.metadata import MetadataRegistry

from chemsec.compendium import public as compendium
from chemsec.platform import languages, taxonomy

SCHEMA_FILE = Path(__file__).parent / "practice-1.0.xsd"
OWN = "https://chemsec.example/schemas/practice-1.0"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def formats() -> dict[str, tuple[str, str]]:
    """Prefix → address of the schema, namespace."""
    return {
        "oai_dc": (OAI_DC_SCHEMA, OAI_DC),
        "chemsec": (settings.CHEMSEC_BASE_URL + reverse("schema"), OWN),
    }


@dataclass(frozen=True)
class Described:
    """A practice in every language that it has: its record in that of the source, then in the others."""

    records: list[dict[str, Any]]


def describe(card: compendium.Card) -> Described:
    source = card.edition.source_language
    texts = sorted(card.others, key=lambda text: (text.language != source, text.language))
    return Described([compendium.record(replace(card, text=text)) for text in texts])


def write_oai_dc(parent: etree._Element, described: Described) -> None:
    facts = described.records[0]
    dc = _root(parent, f"{{{OAI_DC}}}dc", {"oai_dc": OAI_DC, "dc": DC}, OAI_DC, OAI_DC_SCHEMA)

    def add(name: str, values: Iterable[str | None]) -> None:
        for value in values:
            if value is not None:
                _add(dc, f"{{{DC}}}{name}", value)

    for name, field in (("title", "title"), ("description", "summary")):
        for record in described.records:
            element = _add(dc, f"{{{DC}}}{name}", record[field])
            element.set("{http://www.w3.org/XML/1998/namespace}lang", _tag(record))
    add("creator", [facts["publisher"]])
    add("subject", (taxonomy.label("stages", code) for code in facts["stages"]))
    add("subject", (taxonomy.label("measure_kinds", code) for code in facts["measure_kinds"]))
    add("publisher", ["Chemical Security Portal"])
    add("date", [facts["published"][:10]])
    add("type", [taxonomy.label("document_types", facts["document_type"])])
    add("identifier", [facts["url"]])
    add("source", [facts["source_url"]])
    add("language", (_tag(record) for record in described.records))
    add("coverage", [compendium.scope_name(facts["scope"])])


def write_own(parent: etree._Element, described: Described) -> None:
    facts = described.records[0]
    practice = _root(parent, f"{{{OWN}}}practice", {None: OWN}, OWN, formats()["chemsec"][0])
    practice.set("id", facts["id"])
    practice.set("edition", str(facts["edition"]))
    practice.set("url", facts["url"])

    def add(name: str, value: str | None, **attributes: str | None) -> None:
        if value is not None:
            element = _add(practice, f"{{{OWN}}}{name}", value)
            for attribute, said in attributes.items():
                if said is not None:
                    element.set(attribute, said)

    for record in described.records:
        _write_text(practice, record)
    add("publisher", facts["publisher"], kind=facts["publisher_kind"])
    add("year", None if facts["year"] is None else str(facts["year"]))
    add(
        "source",
        facts["source_url"],
        kind=facts["source_url_kind"],
        checked=_boolean(facts["source_checked"]),
    )
    add("documentType", facts["document_type"])
    for name, field in (
        ("documentLanguage", "document_languages"),
        ("stage", "stages"),
        ("audience", "audiences"),
        ("facilityType", "facility_types"),
        ("measureKind", "measure_kinds"),
    ):
        for code in facts[field]:
            add(name, code)
    add("scope", facts["scope"])
    add("regulatory", _boolean(facts["regulatory"]))
    add("evidenceGrade", facts["evidence"]["grade"])
    add("confirmedByPublisher", _boolean(facts["confirmed_by_publisher"]))
    add("published", facts["published"])


def _write_text(practice: etree._Element, record: dict[str, Any]) -> None:
    text = etree.SubElement(
        practice, f"{{{OWN}}}text", {"language": _tag(record), "state": record["translation_state"]}
    )
    said = [
        ("title", record["title"]),
        ("summary", record["summary"]),
        *(("step", step) for step in record["steps"]),
        *record["needs"].items(),
        ("evidence", record["evidence"]["text"]),
        ("limits", record["limits"]),
    ]
    for name, value in said:
        if value is not None:
            _add(text, f"{{{OWN}}}{name}", value)


def _root(parent: etree._Element, tag: str, nsmap: dict, namespace: str, schema: str) -> etree._Element:
    root = etree.SubElement(parent, tag, nsmap={**nsmap, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return root


def _add(parent: etree._Element, tag: str, value: str) -> etree._Element:
    element = etree.SubElement(parent, tag)
    element.text = NOT_XML.sub("", value)
    return element


def _tag(record: dict[str, Any]) -> str:
    return languages.language(record["language"]).tag


def _boolean(value: bool) -> str:  # noqa: FBT001  it is the value
    return "true" if value else "false"


REGISTRY = MetadataRegistry()
REGISTRY.registerWriter("oai_dc", write_oai_dc)
REGISTRY.registerWriter("chemsec", write_own)
