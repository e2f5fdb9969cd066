"""What becomes of the translations of an edition when the next one is published."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chemsec.compendium.models import PROSE, Edition, EditionText, Section

RANK = (EditionText.State.MACHINE, EditionText.State.HUMAN, EditionText.State.REVIEWED)  # from worst to best


def summed_up(sections: Mapping[str, Section], words: Mapping[str, str], current: int) -> str:
    """The state of a text: behind if a section is, else that of its worst section that has words."""
    if any(section.of < current for section in sections.values()):
        return EditionText.State.OUT_OF_DATE
    states = [section.state for name, section in sections.items() if words[name]]
    return min(states, key=RANK.index, default=EditionText.State.HUMAN)


def carried_over(before: Edition, made: Any) -> dict[str, dict[str, Any]]:
    """Language -> text for the next edition: sections whose source is the same keep their state; those whose
    source changed stay what they are, a translation of the earlier edition.

    made: the content of the next edition, see `flows.Content`.
    """
    source = before.texts.get(state=EditionText.State.SOURCE)
    now = {name: made.source.get(name, "") for name in PROSE}
    same = {name for name in PROSE if getattr(source, name) == now[name]}
    return {
        text.language: _carry(text, same, now, before.number + 1)
        for text in before.texts.exclude(pk=source.pk).select_related("edition")
        if text.language != made.facts["source_language"]
    }


def _carry(text: EditionText, same: set[str], source: Mapping[str, str], number: int) -> dict[str, Any]:
    # what the source says for the first time stands there in its own words until somebody translates it
    words = {name: (getattr(text, name) or source[name]) if source[name] else "" for name in PROSE}
    sections = {}
    for name in PROSE:
        section = text.section(name)
        if section.state == EditionText.State.OUT_OF_DATE:  # of a time when only whole texts were told apart
            section = Section(EditionText.State.MACHINE, section.of - 1)
        is_current = not source[name] or (name in same and section.of == number - 1)
        sections[name] = replace(section, of=number) if is_current else section
    kept = {name: section.kept() for name, section in sections.items()}
    return {**words, "state": summed_up(sections, words, number), "sections": kept}
