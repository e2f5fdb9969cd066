"""Owners' keys, unwrapped for as long as one request or job lasts, so that forgetting holds from the next."""

import logging
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.signals import request_finished, request_started
from django.db import DatabaseError, IntegrityError, connections, transaction
from django.db.models import Max
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django_tasks.signals import task_finished, task_started

from . import master, models  # models as a whole: its Salt needs fields, which need what is here
from .errors import ForgottenError, LockedError
from .router import ALIAS

logger = logging.getLogger(__name__)

FEW = 2  # owners whose keys are read one by one; for a third, all are, so that no page asks once an owner


@dataclass
class Key:
    """A version of an owner's key; it is unwrapped when something is sealed with it, or opened."""

    id: int
    version: int
    wrapped: bytes | None = field(repr=False)
    retired: bool
    _secret: bytes = field(default=b"", repr=False)
    _ciphers: dict[str, AESGCM] = field(default_factory=dict, repr=False)

    def cipher(self, use: str) -> AESGCM:
        """What seals and opens for this use, which is a table and a field."""
        if use not in self._ciphers:
            self._ciphers[use] = self._derive(use)
        return self._ciphers[use]

    @sensitive_variables()
    def _derive(self, use: str) -> AESGCM:
        derive = HKDF(
            algorithm=SHA256(), length=master.SIZE, salt=None, info=f"{use}.{self.version}".encode()
        ).derive
        return AESGCM(derive(self._unwrap()))

    @sensitive_variables()
    def _unwrap(self) -> bytes:
        if self.wrapped is None:
            raise ForgottenError("the owner's key was forgotten")
        if not self._secret:
            self._secret = current_master().unwrap(self.wrapped)
        return self._secret


Ring = dict[int, Key]  # an owner's keys by id


class _Held(threading.local):
    """What this thread knows until its request or job ends."""

    def __init__(self):
        self.clear()

    def clear(self) -> None:
        self.master: master.Master | None = None
        self.rings: dict[UUID, Ring] = {}
        self.reads = 0
        self.reread: set[UUID] = set()


_held = _Held()


def forget(**_kwargs) -> None:
    """Drop what was unwrapped."""
    _held.clear()


for _signal in (request_started, request_finished, task_started, task_finished):
    _signal.connect(forget, dispatch_uid="vault.forget")


def current_master() -> master.Master:
    if _held.master is None:
        _held.master = master.load()
    return _held.master


def newest(owner: UUID) -> Key:
    """The key that seals for this owner now; the owner's first one is made when it is asked for."""
    ring = _held.rings.get(owner) or _read(owner)
    key = _sealing(ring.values())
    if key is None:
        _make(owner)
        key = _sealing(_read(owner).values())
    if key is None:
        raise LockedError("another process takes the owner's key away")
    return key


def find(owner: UUID, key_id: int) -> Key:
    """The owner's key of this id; LockedError when the owner has none such."""
    ring = _held.rings.get(owner)
    if ring is None:
        ring = _read(owner)
    elif key_id not in ring and owner not in _held.reread:  # perhaps made since we looked
        _held.reread.add(owner)
        ring = _read(owner)
    if key_id not in ring:
        raise LockedError("the owner has no key of this id")
    return ring[key_id]


def add_version(owner: UUID) -> None:
    """Make a new version, with which everything is sealed from now on; within a transaction of `keys`."""
    models.OwnerKey.objects.filter(owner=owner, retired__isnull=True).update(retired=timezone.now())
    _insert(owner)


def _insert(owner: UUID) -> None:
    last = models.OwnerKey.objects.filter(owner=owner).aggregate(last=Max("version"))["last"] or 0
    wrapped = current_master().wrap(secrets.token_bytes(master.SIZE))
    models.OwnerKey.objects.create(owner=owner, version=last + 1, wrapped=wrapped)


def _sealing(keys: Iterable[Key]) -> Key | None:
    return next((key for key in keys if not key.retired), None)


def _make(owner: UUID) -> None:
    try:
        with transaction.atomic(using=ALIAS):
            _insert(owner)  # fails where there is one to seal with
    except IntegrityError:
        logger.info("Another process was faster to make a key for %s", owner)
    except DatabaseError as error:
        raise LockedError("the key store can't be written to") from error


def _read(owner: UUID) -> Ring:
    _held.reads += 1
    rows = models.OwnerKey.objects.all() if _held.reads > FEW else models.OwnerKey.objects.filter(owner=owner)
    rings: dict[UUID, Ring] = {owner: {}}
    try:
        for owned_by, pk, version, wrapped, retired in rows.values_list(
            "owner", "id", "version", "wrapped", "retired"
        ):
            key = Key(pk, version, None if wrapped is None else bytes(wrapped), retired is not None)
            rings.setdefault(owned_by, {})[pk] = key
    except DatabaseError as error:
        raise LockedError("the key store can't be reached") from error
    _held.rings |= rings
    return _held.rings[owner]


def wipe() -> None:
    """Make the key store drop what was overwritten in it. Not within a transaction."""
    with connections[ALIAS].cursor() as cursor:
        if connections[ALIAS].vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f"VACUUM {connections[ALIAS].ops.quote_name(models.OwnerKey._meta.db_table)}")
