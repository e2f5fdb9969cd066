"""Files, sealed in chunks, so that one of any size is read and written with little memory.

A file begins with the length of a cell, in two bytes, and that cell: the file's own key, sealed for its
owner and row. Each chunk is authenticated with its number and with whether it is the last: a file that was
cut, reordered or joined with another is refused. What was read before the refusal came is not to be used.
"""

import itertools
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.views.decorators.debug import sensitive_variables

from .cells import TAG, Place, log_refusal, open_cell, seal
from .errors import LockedError

CHUNK = 64 * 1024
LENGTH = struct.Struct(">H")
NUMBER = struct.Struct(">IQ")  # a nonce: zero, and the chunk's number, under a key of this file alone


def seal_stream(owner: UUID, row: str | UUID, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The sealed file, piece by piece; `row` is what it is kept under and must be given to open it."""
    header, cipher = _begin(_place(owner, row))
    yield LENGTH.pack(len(header)) + header
    for number, (chunk, is_last) in enumerate(_mark_last(_resize(chunks))):
        yield cipher.encrypt(NUMBER.pack(0, number), chunk, bytes([is_last]))


def open_stream(owner: UUID, row: str | UUID, file: BinaryIO) -> Iterator[bytes]:
    """What was sealed, chunk by chunk; LockedError, which is logged, at the first one that doesn't open."""
    place = _place(owner, row)
    header = file.read(LENGTH.size)
    cipher = AESGCM(
        open_cell(place, file.read(LENGTH.unpack(header)[0]) if len(header) == LENGTH.size else b"")
    )
    sealed = iter(lambda: file.read(CHUNK + TAG), b"")
    for number, (chunk, is_last) in enumerate(_mark_last(sealed)):
        try:
            plain = cipher.decrypt(NUMBER.pack(0, number), chunk, bytes([is_last]))
        except InvalidTag:
            refusal = LockedError(f"chunk {number} was altered, or isn't where it was")
            log_refusal(place, refusal.reason)
            raise refusal from None
        yield plain


@sensitive_variables()
def _begin(place: Place) -> tuple[bytes, AESGCM]:
    key = AESGCM.generate_key(256)
    return seal(place, key), AESGCM(key)


def _place(owner: UUID, row: str | UUID) -> Place:
    return Place(owner, "vault", "file", str(row))


def _resize(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)


def _mark_last(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether it is the last; of nothing there is one, which is empty."""
    ahead = iter(chunks)
    held = next(ahead, b"")
    for chunk in itertools.chain(ahead, [None]):
        yield held, chunk is None
        held = chunk or b""
