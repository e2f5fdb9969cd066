"""Cells: what is sealed opens at its place only, and not when a bit of it is another."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chemsec.platform.vault import cells, keys
from chemsec.platform.vault.errors import LockedError

from .sealing import ARLANDIA, BELLMARE, place

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("plain", [b"", b"x", "Что нужно? 需要什么؟ ماذا".encode(), bytes(10**6)])
def test_what_is_sealed_opens(plain):
    sealed = cells.seal(place(), plain)
    keys.forget()

    assert cells.open_cell(place(), sealed) == plain
    assert len(sealed) == len(plain) + 34


def test_a_cell_holds_nothing_of_what_is_in_it():
    assert b"Zyzzyva" not in cells.seal(place(), b"Zyzzyva" * 50)


@pytest.mark.parametrize(
    "other",
    [
        {"owner": BELLMARE},
        {"table": "requests"},
        {"field": "note"},
        {"row": "2"},
        {"table": "need", "field": "stext"},
        {"table": "needs.text", "field": ""},
    ],
    ids=str,
)
def test_a_cell_that_was_moved_is_refused_and_that_is_logged(other, caplog):
    keys.newest(BELLMARE)
    sealed = cells.seal(place(), b"Zyzzyva")

    with caplog.at_level(logging.WARNING, "chemsec.vault"), pytest.raises(LockedError):
        cells.open_cell(place(**other), sealed)

    [said] = caplog.messages
    there = place(**other)
    assert said.startswith(
        f"Refused: table {there.table}, field {there.field}, row {there.row}, owner {there.owner}: "
    )
    assert "Zyzzyva" not in said


def test_a_foreign_key_id_opens_nothing():
    """The ids of others' keys in a cell's header don't make it open with theirs."""
    sealed = cells.seal(place(), b"Zyzzyva")
    foreign = keys.newest(BELLMARE).id.to_bytes(4, "big")

    for owner in (ARLANDIA, BELLMARE):
        with pytest.raises(LockedError):
            cells.open_cell(place(owner=owner), sealed[:1] + foreign + sealed[5:])


def test_every_flipped_byte_is_refused(caplog):
    sealed = cells.seal(place(), b"Zyzzyva")

    for at in range(len(sealed)):
        for flip in (1, 0x80, 0xFF):
            with pytest.raises(LockedError):
                cells.open_cell(place(), sealed[:at] + bytes([sealed[at] ^ flip]) + sealed[at + 1 :])
    for length in range(len(sealed)):
        with pytest.raises(LockedError):
            cells.open_cell(place(), sealed[:length])
    assert len(caplog.messages) == 4 * len(sealed)


@pytest.mark.parametrize("count", [100_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_no_nonce_is_used_twice(count):
    assert len({cells.seal(place(), b"")[6:18] for _ in range(count)}) == count


@given(parts=st.lists(st.text(max_size=5), min_size=6, max_size=6))
def test_two_places_never_look_the_same(parts):
    one, other = (cells.Place(ARLANDIA, *three) for three in (parts[:3], parts[3:]))

    try:
        alike = one.authenticate(b"h") == other.authenticate(b"h")
    except UnicodeEncodeError:
        return
    assert alike == (one == other)
