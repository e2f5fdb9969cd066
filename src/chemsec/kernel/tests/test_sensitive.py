import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.databases import HOUSE

from chemsec.kernel.sensitive import KINDS, Vocabulary, find_hints

CONTENT = HOUSE / "content"
KNOWN = Vocabulary.of(json.loads((CONTENT / "hints.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("The store lies at 48.2082, 16.3738.", "coordinates", "48.2082, 16.3738"),
        ("Склад: 55°45′21″N", "coordinates", "55°45′21″N"),
        ("Grid 33U XP 01234 56789", "coordinates", "33U XP 01234 56789"),
        ("Ask a.person@plant.example.", "personal", "a.person@plant.example"),
        ("Appeler le +225 07 12 34 56 78.", "personal", "+225 07 12 34 56 78"),
        ("RESTRICTED: for the board", "marking", "RESTRICTED"),
        ("本文件机密，不得外传", "marking", "机密"),
        ("Для служебного пользования. Экз. 1", "marking", "Для служебного пользования"),
        ("The tank holds 40 tonnes of chlorine.", "quantity", "40 tonnes"),
        ("仓库存有20吨氯气。", "quantity", "20吨"),
        ("На складе хранится 15 т хлора.", "quantity", "15 т"),
        ("يحتوي الخزان على 30 طناً من الكلور.", "quantity", "30 طناً"),
        (
            "At night the plant in Ostwick is unguarded.",
            "weak_site",
            "At night the plant in Ostwick is unguarded.",
        ),
    ],
)
def test_what_should_not_stand_there_is_pointed_at(text, kind, words):
    assert (kind, words) in find_hints(text, KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "Secretariats of restricted size share what is confidential in law.",
        "Keep chlorine cylinders locked; count them each week.",
        "A plant without a fence can be entered: begin there.",
        "Edition 1.4, chapter 10, pages 12, 14.",
        "The limit is 25 kg a month for each customer.",
    ],
)
def test_ordinary_sentences_are_left_alone(text):
    assert find_hints(text, KNOWN) == []


def test_nothing_in_the_real_practices_is_pointed_at():
    files = [CONTENT / "practices" / "practices.jsonl", *(CONTENT / "practices" / "translations").iterdir()]
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [value for row in rows for name, value in row.items() if isinstance(value, str) and name != "url"]

    assert [hint for text in texts for hint in find_hints(text, KNOWN)] == []


@given(st.text(max_size=200))
def test_a_hint_quotes_the_text(text):
    for hint in find_hints(text, KNOWN):
        assert hint.kind in KINDS
        assert hint.words in text
