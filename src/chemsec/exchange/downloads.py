"""The whole compendium as one file: every listed practice in its current edition."""

import json
from collections.abc import Iterator
from dataclasses import replace

from chemsec.compendium import public as compendium
from chemsec.platform.access import ANYONE

BATCH = 200
OF_A_TEXT = ("title", "summary", "steps", "needs", "evidence", "limits", "translation_state")


def json_lines() -> Iterator[bytes]:
    """One practice a line: its record in the language of its source, its other texts under `translations`."""
    for cards in _batches():
        for card in cards:
            yield json.dumps(_in_all_languages(card), ensure_ascii=False).encode() + b"\n"


def _batches() -> Iterator[list[compendium.Card]]:
    listed = compendium.listed_for(ANYONE).order_by("pk")
    last = ""
    while practices := list(listed.filter(pk__gt=last)[:BATCH]):
        yield compendium.cards(practices, with_others=True)
        last = practices[-1].pk


def _in_all_languages(card: compendium.Card) -> dict:
    records = {text.language: compendium.record(replace(card, text=text)) for text in card.others}
    source = records.pop(card.edition.source_language)
    translations = {
        language: {name: record[name] for name in OF_A_TEXT} for language, record in sorted(records.items())
    }
    return {**source, "translations": translations}


def workbook() -> bytes:
    """All practices as a spreadsheet, in the reader's language."""
    return compendium.FORMATS["xlsx"].write(compendium.cards(compendium.listed_for(ANYONE)))
