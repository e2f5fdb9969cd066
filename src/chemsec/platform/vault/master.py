"""The master key, which wraps owners' keys.

It stands behind `wrap` and `unwrap`, so that a key management service takes the file's place where
CHEMSEC_MASTER names a function that gives a `Master` of it. What `wrap`
gives names the master key that made it, so that several may be in use while one takes over from another.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from chemsec.platform import keyfiles

from .errors import LockedError

SIZE = 32  # bytes of a key
ID_SIZE = 8
FROM_FILE = "chemsec.platform.vault.master.from_file"
DEMONSTRATION = b"demonstration..."  # how a key of a demonstration begins, wherever it is copied to


class Master(Protocol):
    def wrap(self, key: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key; LockedError when no master key here opens it."""
        ...

    def is_newest(self, wrapped: bytes) -> bool:
        """Whether the master key that wraps now wrapped this."""
        ...

    def is_demonstration(self) -> bool:
        """Whether everybody may know it."""
        ...


class FileMaster:
    """The keys in a file, one a line, newest first: all unwrap, the first one wraps (AES-KW, RFC 3394)."""

    def __init__(self, keys: Sequence[bytes]):
        self._keys = {key_id(key): key for key in keys}
        self.newest = key_id(keys[0])

    def wrap(self, key: bytes) -> bytes:
        return self.newest + aes_key_wrap(self._keys[self.newest], key)

    @sensitive_variables()
    def unwrap(self, wrapped: bytes) -> bytes:
        master = self._keys.get(wrapped[:ID_SIZE])
        if master is None:
            raise LockedError(f"the master key {wrapped[:ID_SIZE].hex()} isn't here")
        try:
            return aes_key_unwrap(master, wrapped[ID_SIZE:])
        except InvalidUnwrap:
            raise LockedError("the owner's key was altered") from None

    def is_newest(self, wrapped: bytes) -> bool:
        return wrapped.startswith(self.newest)

    def is_demonstration(self) -> bool:
        return any(key.startswith(DEMONSTRATION) for key in self._keys.values())


def key_id(key: bytes) -> bytes:
    """What a master key is called: taken from the key itself, so that no two have the same."""
    return hashlib.sha256(b"chemsec master key\0" + key).digest()[:ID_SIZE]


def load() -> Master:
    """What CHEMSEC_MASTER names: the file, or what stands before a key management service. LockedError when
    it has no key.
    """
    made: Master = import_string(settings.CHEMSEC_MASTER)()
    return made


def from_file() -> FileMaster:
    """The master keys in CHEMSEC_MASTER_KEY_FILE; LockedError when there is none."""
    file = settings.CHEMSEC_MASTER_KEY_FILE
    try:
        lines = Path(file).read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise LockedError("there is no master key") from None
    except (OSError, UnicodeDecodeError):
        raise LockedError("the file of the master key can't be read") from None
    keys = [_parse(line) for line in map(str.strip, lines) if line and not line.startswith("#")]
    if not keys:
        raise LockedError("the file of the master key is empty")
    return FileMaster(keys)


@sensitive_variables()
def _parse(line: str) -> bytes:
    try:
        if len(line) == 2 * SIZE:
            key = bytes.fromhex(line)
        else:
            key = base64.b64decode(line.translate({ord("-"): "+", ord("_"): "/"}), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != SIZE:
        raise LockedError(
            "the file of the master key holds a line that isn't 32 bytes in hexadecimal or base64"
        )
    return key


def make_demonstration_key() -> None:
    """A master key for a demonstration or a developer, where there is none; production refuses it."""
    file = Path(settings.CHEMSEC_MASTER_KEY_FILE)
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = DEMONSTRATION + secrets.token_bytes(SIZE - len(DEMONSTRATION))
        keyfiles.make(file, f"# for a demonstration: production refuses it\n{key.hex()}\n".encode())
