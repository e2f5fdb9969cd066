"""Sealed files: whole, in order, for one owner and row, or refused."""

import io
import os
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chemsec.platform.vault import files, keys
from chemsec.platform.vault.errors import LockedError
from chemsec.platform.vault.public import open_stream, seal_stream

from .sealing import ARLANDIA, BELLMARE

pytestmark = pytest.mark.django_db

PIECE = files.CHUNK + files.TAG


def seal(content, row="1"):
    return b"".join(seal_stream(ARLANDIA, row, [content]))


def open_all(sealed, *, owner=ARLANDIA, row="1"):
    return b"".join(open_stream(owner, row, io.BytesIO(sealed)))


def pieces(sealed):
    """The header, and the chunks."""
    begin = 2 + int.from_bytes(sealed[:2], "big")
    cuts = [0, begin, *range(begin + PIECE, len(sealed), PIECE), len(sealed)]
    return [sealed[one:other] for one, other in pairwise(cuts)]


@pytest.mark.parametrize(
    "size", [0, 1, files.CHUNK - 1, files.CHUNK, files.CHUNK + 1, 3 * files.CHUNK, 10**6]
)
def test_a_file_is_read_as_it_was_written(size):
    content = os.urandom(size)
    sealed = seal(content)
    keys.forget()

    assert open_all(sealed) == content
    assert size < 100 or content[:100] not in sealed


@given(chunks=st.lists(st.binary(max_size=50), max_size=8))
def test_it_does_not_matter_how_a_file_arrives(chunks):
    assert open_all(b"".join(seal_stream(ARLANDIA, "1", chunks))) == b"".join(chunks)


def test_a_file_is_sealed_with_little_in_memory():
    arrived = []

    def arrive():
        for number in range(20):
            arrived.append(number)
            yield bytes(files.CHUNK)

    sealed = seal_stream(ARLANDIA, "1", arrive())
    for _ in range(3):
        next(sealed)

    assert len(arrived) <= 4


def test_a_file_of_another_row_or_owner_is_refused(caplog):
    keys.newest(BELLMARE)
    sealed = seal(b"Zyzzyva")

    for other in ({"owner": BELLMARE}, {"row": "2"}):
        with pytest.raises(LockedError):
            open_all(sealed, **other)
    assert len(caplog.messages) == 2


def test_a_file_that_was_cut_reordered_or_joined_is_refused():
    header, *chunks = pieces(seal(os.urandom(3 * files.CHUNK)))
    _other, *others = pieces(seal(os.urandom(3 * files.CHUNK)))
    assert len(chunks) == 3

    for altered in (
        [],
        chunks[:2],
        chunks[:1],
        [chunks[0], chunks[2]],
        [chunks[1], chunks[0], chunks[2]],
        [chunks[0], chunks[0], chunks[2]],
        [chunks[0], others[1], chunks[2]],
        [*chunks, *others],
        [*chunks, *chunks],
        [*chunks, b"x"],
        [chunks[0][:-1], *chunks[1:]],
    ):
        with pytest.raises(LockedError):
            open_all(b"".join([header, *altered]))
    for cut in (b"", header[:1], header[:20], header):
        with pytest.raises(LockedError):
            open_all(cut)


def test_every_flipped_byte_is_refused():
    sealed = seal(b"Zyzzyva")

    for at in range(len(sealed)):
        with pytest.raises(LockedError):
            open_all(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
