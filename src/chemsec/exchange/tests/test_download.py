"""The whole compendium as one file."""

import io
import json

import pytest
from openpyxl import load_workbook

from chemsec.compendium import public as compendium
from chemsec.exchange import downloads
from chemsec.platform import languages
from chemsec.platform.access import ANYONE

pytestmark = pytest.mark.usefixtures("compendium")


def lines(client) -> list[dict]:
    response = client.get("/download/compendium.jsonl")
    assert response.headers["Content-Disposition"] == 'attachment; filename="compendium.jsonl"'
    return [json.loads(line) for line in response.getvalue().splitlines()]


def sheet(client, language="en"):
    response = client.get(f"/download/compendium.xlsx?lang={language}")
    assert response.headers["Content-Disposition"] == 'attachment; filename="compendium.xlsx"'
    return load_workbook(io.BytesIO(response.content)).active


def test_json_lines_has_every_listed_practice_once_in_all_languages(client, ids, withdraw, monkeypatch):
    monkeypatch.setattr(downloads, "BATCH", 50)
    withdraw(ids[7])

    found = lines(client)
    assert [record["id"] for record in found] == ids[:7] + ids[8:]
    for record in found:
        assert {record["language"], *record["translations"]} == set(languages.CODES)


def test_a_line_is_the_record_with_its_other_texts_beside_it(client, ids):
    record = lines(client)[0]

    translations = record.pop("translations")
    for language in languages.CODES:
        (card,) = compendium.by_ids(ANYONE, [record["id"]], language=language)
        assert compendium.record(card) == record | translations.get(language, {}) | {"language": language}


def test_a_new_edition_takes_the_place_of_the_older_one(client, ids, publish):
    publish(ids[0])

    first = lines(client)[0]
    assert (first["id"], first["edition"], first["title"]) == (ids[0], 2, "Locks for small stores")
    assert first["translations"] == {}


@pytest.mark.parametrize("language", languages.CODES)
def test_the_spreadsheet_has_every_listed_practice_in_the_language_asked_for(client, ids, withdraw, language):
    withdraw(ids[7])

    rows = list(sheet(client, language).values)
    cards = {card.id: card for card in compendium.by_ids(ANYONE, ids, language=language)}
    assert sorted(row[0] for row in rows[1:]) == sorted(cards)
    assert all(row[2] == cards[row[0]].text.title for row in rows[1:])


def test_no_cell_is_a_formula(client, ids, publish):
    publish(ids[0], title="=HYPERLINK(1)", summary="@SUM(A1). More.", how_to_apply="+1. Then -1.")

    table = sheet(client)
    row = next(row for row in table.iter_rows() if row[0].value == ids[0])
    assert "f" not in {cell.data_type for line in table.iter_rows() for cell in line}
    assert [row[2].value, row[3].value, row[4].value] == [
        "'=HYPERLINK(1)",
        "'@SUM(A1). More.",
        "'+1. Then -1.",
    ]


@pytest.mark.parametrize(
    ("path", "status"), [("compendium.exe", 404), ("compendium.xlsx?lang=tlh", 400), ("other.jsonl", 404)]
)
def test_what_is_no_file_is_refused(client, path, status):
    assert client.get(f"/download/{path}").status_code == status
