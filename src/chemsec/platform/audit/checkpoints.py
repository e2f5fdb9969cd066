"""Signed statements of how long the log is and what its root is, as text that anybody can keep and check.

The form is C2SP's tlog-checkpoint (a signed note): the log's name, its size, its root in base64, the time, an
empty line, and one signature line, Ed25519.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chemsec.platform import keyfiles

from .models import Checkpoint, Head

ED25519 = b"\x01"  # the kind of key, as the signed note names it


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says."""

    size: int
    root: bytes
    source: str  # where it was found, for messages


def name() -> str:
    """What the log is called: the portal's host, and `audit`."""
    return f"{urlsplit(settings.CHEMSEC_BASE_URL).netloc}/audit"


def signing_key() -> Ed25519PrivateKey:
    """The key in CHEMSEC_AUDIT_KEY_FILE; outside production it is made when it isn't there."""
    file = Path(settings.CHEMSEC_AUDIT_KEY_FILE)
    if not file.exists() and not settings.CHEMSEC_PRODUCTION:
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        keyfiles.make(file, pem)
    key = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{file} holds no Ed25519 key.")
    return key


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_key() -> str:
    """The key that checks the signatures, as a signed note writes it: name+id+key."""
    raw = _raw(signing_key().public_key())
    return f"{name()}+{_key_id(raw).hex()}+{base64.b64encode(ED25519 + raw).decode()}"


def _key_id(raw: bytes) -> bytes:
    return hashlib.sha256(name().encode() + b"\n" + ED25519 + raw).digest()[:4]


def sign() -> str:
    """The checkpoint of the log as it is now; made where the last one is of fewer entries."""
    with transaction.atomic():
        head = Head.objects.select_for_update().get(pk=1)
        kept = Checkpoint.objects.filter(size=head.size).first()
        if kept is None:
            now = timezone.now()
            kept = Checkpoint(size=head.size, note=_note(head.size, bytes(head.root), now), made_at=now)
            kept.save(force_insert=True)
    return kept.note


def _note(size: int, root: bytes, at: datetime) -> str:
    time = at.astimezone(UTC).isoformat(timespec="seconds")
    return sign_text(f"{size}\n{base64.b64encode(root).decode()}\n{time}\n")


def sign_text(lines: str) -> str:
    """A signed note of the portal's with these lines. One that is no checkpoint begins with what it is."""
    key = signing_key()
    text = f"{name()}\n{lines}"
    signature = _key_id(_raw(key.public_key())) + key.sign(text.encode())
    return f"{text}\n— {name()} {base64.b64encode(signature).decode()}\n"


def parse(note: str, source: str = "the checkpoint given") -> Statement:
    """What a note says; ValueError when it isn't one, or this log's key didn't sign it."""
    text, _, signed = note.partition("\n\n")
    lines = text.split("\n")
    try:
        size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
        signature = base64.b64decode(signed.strip().rpartition(" ")[2], validate=True)[4:]
    except (IndexError, ValueError) as error:
        raise ValueError(f"{source} isn't a checkpoint.") from error
    try:
        signing_key().public_key().verify(signature, (text + "\n").encode())
    except InvalidSignature as error:
        raise ValueError(f"{source} wasn't signed with the key of this log.") from error
    return Statement(size, root, source)


def kept() -> list[Statement]:
    """What the checkpoints kept here say; ValueError for one that this log's key didn't sign."""
    rows = Checkpoint.objects.order_by("size").values_list("size", "note")
    return [parse(note, f"the checkpoint of {size} entries") for size, note in rows]
