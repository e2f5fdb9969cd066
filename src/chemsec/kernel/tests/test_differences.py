import pytest
from hypothesis import given
from hypothesis import strategies as st

from chemsec.kernel.differences import Piece, differences

words = st.lists(
    st.sampled_from(["lock", "door", " ", "。", "化", "学", "مُفتاح", "\n", "é", "-"]), max_size=25
).map("".join)


@given(words | st.text(max_size=40), words | st.text(max_size=40))
def test_the_pieces_make_up_both_texts(older, newer):
    pieces = differences(older, newer)

    assert "".join(text for kind, text in pieces if kind != "added") == older
    assert "".join(text for kind, text in pieces if kind != "removed") == newer
    assert all(text for _kind, text in pieces)


def test_a_changed_phrase_is_one_piece():
    assert differences("Lock the old door.", "Lock a new gate.") == [
        Piece("same", "Lock "),
        Piece("removed", "the old door"),
        Piece("added", "a new gate"),
        Piece("same", "."),
    ]


def test_chinese_differs_by_characters_and_arabic_by_words():
    assert differences("化学品", "化工品") == [
        Piece("same", "化"),
        Piece("removed", "学"),
        Piece("added", "工"),
        Piece("same", "品"),
    ]
    assert differences("مُفتاح الباب", "مُفتاح النافذة") == [
        Piece("same", "مُفتاح "),
        Piece("removed", "الباب"),
        Piece("added", "النافذة"),
    ]


def test_equal_texts_are_one_piece_and_empty_ones_none():
    assert differences("the same", "the same") == [Piece("same", "the same")]
    assert differences("", "") == []


@pytest.mark.parametrize("older", ["!" * 8_000, "no yes " * 2_000, "yes\nno\n" * 2_000])
def test_what_repeats_is_compared_too(older):
    newer = "?" + older[:4_000] + "-" + older[4_000:] + "?"
    pieces = differences(older, newer)

    assert "".join(text for kind, text in pieces if kind != "added") == older
    assert "".join(text for kind, text in pieces if kind != "removed") == newer
