"""Seal bytes for one place of one owner, and open them there and nowhere else.

A cell is version(1) · key id(4) · algorithm(1) · nonce(12) · ciphertext and tag. Its place is authenticated
with it, so a cell that was moved to another row, field or owner doesn't open.
"""

import logging
import os
import struct
from functools import cache
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.views.decorators.debug import sensitive_variables

from . import keys
from .errors import LockedError

logger = logging.getLogger("chemsec.vault")

HEADER = struct.Struct(">BIB")  # version, key id, algorithm
VERSION = 1
AES_256_GCM = 1
NONCE = 12
TAG = 16
SHORTEST = HEADER.size + NONCE + TAG


class Place(NamedTuple):
    """Where something is sealed: whose it is, table and field as they were first called, and the row."""

    owner: UUID
    table: str
    field: str
    row: str

    @property
    def use(self) -> str:
        return f"{self.table}.{self.field}"

    def authenticate(self, header: bytes) -> bytes:
        """What the cipher authenticates besides: its parts can't run into each other."""
        return header + self.owner.bytes + _names(self.table, self.field) + self.row.encode()


@cache
def _names(table: str, field: str) -> bytes:
    parts = table.encode(), field.encode()
    return struct.pack(">HH", *map(len, parts)) + b"".join(parts)


@sensitive_variables()
def seal(place: Place, plain: bytes) -> bytes:
    """A cell for this place; LockedError where there is no key to seal with."""
    key = keys.newest(place.owner)
    header = HEADER.pack(VERSION, key.id, AES_256_GCM)
    nonce = os.urandom(NONCE)
    return header + nonce + key.cipher(place.use).encrypt(nonce, plain, place.authenticate(header))


def open_cell(place: Place, cell: bytes) -> bytes:
    """What was sealed at this place; LockedError, which is logged, when the cell doesn't open there."""
    try:
        header, key_id = _read_header(cell)
        cipher = keys.find(place.owner, key_id).cipher(place.use)
        start = HEADER.size + NONCE
        return cipher.decrypt(cell[HEADER.size : start], cell[start:], place.authenticate(header))
    except InvalidTag:
        refusal = LockedError("it was altered, or sealed for another place")
    except LockedError as error:
        refusal = error
    log_refusal(place, refusal.reason)
    raise refusal


def log_refusal(place: Place, reason: str) -> None:
    logger.warning(
        "Refused: table %s, field %s, row %s, owner %s: %s",
        place.table, place.field, place.row, place.owner, reason,
    )  # fmt: skip


def key_of(cell: bytes) -> int:
    """The id of the key that a cell names."""
    return _read_header(cell)[1]


def _read_header(cell: bytes) -> tuple[bytes, int]:
    if len(cell) < SHORTEST:
        raise LockedError("it is too short for a cell")
    header = bytes(cell[: HEADER.size])
    version, key_id, algorithm = HEADER.unpack(header)
    if (version, algorithm) != (VERSION, AES_256_GCM):
        raise LockedError("it is of another version or algorithm")
    return header, key_id
