"""A translation out to other tools and back: XLIFF 2.0 (OASIS, http://docs.oasis-open.org/xliff/xliff-core/v2.0/)."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lxml import etree

from chemsec.compendium.models import PROSE, EditionText, Practice
from chemsec.platform import languages
from chemsec.platform.text import tidy

from .queries import Sheet

SPACE = "urn:oasis:names:tc:xliff:document:2.0"
MOST = 1_000_000  # bytes of a file that is brought in
STATES = {
    EditionText.State.MACHINE: "initial",
    EditionText.State.HUMAN: "translated",
    EditionText.State.REVIEWED: "reviewed",
}
# our own attribute of a unit, as XLIFF lets one add: the digest of the words that it went out with
SEEN = "{urn:chemsec:translation}seen"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Sent:
    """What a unit of a file says."""

    words: str
    seen: str  # SEEN; empty where a tool left it out


def digest(words: str) -> str:
    return sha256(tidy(words).encode()).hexdigest()[:32]


def original(practice: Practice) -> str:
    """What the file names as its source: practice and edition."""
    return f"{practice.pk}/{practice.current}"


def write_xliff(sheet: Sheet) -> bytes:
    """One unit a section: its source, what is translated of it, and the glossary's words for its terms."""
    root = _add(None, "xliff", version="2.0", srcLang=sheet.source_language.tag, trgLang=sheet.language.tag)
    file = _add(root, "file", id="practice", original=original(sheet.practice))
    for part in sheet.parts:
        unit = _add(file, "unit", id=part.code)
        unit.set("name", part.name)
        unit.set(XML_SPACE, "preserve")
        unit.set(SEEN, digest(part.words))
        if part.known:
            notes = _add(unit, "notes")
            for term in part.known:
                _add(notes, "note", category="term").text = f"{term.text} = {term.translation}"
        state = "initial" if part.is_behind else STATES[EditionText.State(part.section.state)]
        segment = _add(unit, "segment", state=state)
        _add(segment, "source").text = "".join(term.text for term in part.terms)
        if part.words:
            _add(segment, "target").text = part.words
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)


def _add(parent: Any, name: str, **attributes: str) -> Any:
    tag = f"{{{SPACE}}}{name}"
    if parent is None:
        return etree.Element(tag, attributes, nsmap={None: SPACE, "portal": etree.QName(SEEN).namespace})
    return etree.SubElement(parent, tag, attributes)


def read_xliff(data: bytes, practice: Practice, source: EditionText, language: str) -> dict[str, Sent]:
    """Field -> words, of the sections that the file translates otherwise than it went out.

    Raises ValidationError for what isn't XLIFF 2, or is of another practice, edition or language.
    """
    root = _parse(data)
    if root.tag != f"{{{SPACE}}}xliff" or not root.get("version", "").startswith("2."):
        raise ValidationError(
            _("This isn’t an XLIFF file of version 2. Export it here, translate that file.")
        )
    tags = (languages.language(source.language).tag, languages.language(language).tag)
    if (root.get("srcLang"), root.get("trgLang")) != tags:
        wanted = {"source": tags[0], "target": tags[1]}
        raise ValidationError(_("This file isn’t from “%(source)s” into “%(target)s”.") % wanted)
    file = root.find(f"{{{SPACE}}}file")
    named = "" if file is None else file.get("original", "")
    if named.rpartition("/")[0] != practice.pk:
        raise ValidationError(_("This file is of another practice: %(name)s.") % {"name": named[:120] or "?"})
    if named != original(practice):
        raise ValidationError(
            _("This file is of another edition. Export the current one; your tool keeps what is the same.")
        )
    return _words(file)


def seen_before(sent: Mapping[str, Sent], stored: Mapping[str, str]) -> dict[str, str | None]:
    """Field -> what its translator had before them: what is stored, or None where that came since. Of a unit
    without a digest nobody knows, so what is stored may be newer.
    """
    there = {name: stored.get(name, "") for name in sent}
    return {
        name: there[name] if digest(there[name]) == (one.seen or digest("")) else None
        for name, one in sent.items()
    }


def _words(file: Any) -> dict[str, Sent]:
    words = {}
    for unit in file.iter(f"{{{SPACE}}}unit"):
        name = unit.get("id", "")
        if name not in PROSE:
            raise ValidationError(_("There is no section “%(name)s”.") % {"name": name[:40]})
        targets = unit.findall(f"{{{SPACE}}}segment/{{{SPACE}}}target")
        text = "".join("".join(target.itertext()) for target in targets).strip()
        seen = unit.get(SEEN, "")
        if text and digest(text) != seen:
            words[name] = Sent(text, seen)
    return words


def _parse(data: bytes) -> Any:
    """The root of an XML file that brings in nothing from elsewhere."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValidationError(_("This file can’t be read as XML.")) from error
    if root.getroottree().docinfo.doctype:
        raise ValidationError(
            _("A file with a document type isn’t taken. Export it here, translate that file.")
        )
    return root
