"""What changes keys. They and the audit log are in two databases: its entry is committed a moment later.

Each of these may be run again after a death at any point; running it again writes its entry too.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chemsec.platform.access import Actor
from chemsec.platform.audit import log

from . import keys
from .access import check_keeper
from .models import OwnerKey
from .router import ALIAS


class UnknownOwnerError(LookupError):
    """The owner has no key."""


def rotate_master_key(*, by: Actor) -> int:
    """Wrap every owner's key under the newest master key; say how many were changed.

    Keys are changed one by one: whenever it ends, each opens with one of the master keys in the file.
    """
    check_keeper(by)
    keys.forget()
    master = keys.current_master()
    changed = 0
    for pk, wrapped in OwnerKey.objects.filter(wrapped__isnull=False).values_list("pk", "wrapped"):
        before = bytes(wrapped or b"")
        if not master.is_newest(before):
            after = master.wrap(master.unwrap(before))
            changed += OwnerKey.objects.filter(pk=pk, wrapped=before).update(wrapped=after)
    with transaction.atomic():
        log.record("rotate_master_key", "vault/master", by=by, right="vault.keep", facts={"keys": changed})
    return changed


def rotate_owner_key(owner: UUID, *, by: Actor) -> int:
    """Give an owner a new key, with which everything is sealed from now on; say its version.

    What was sealed before opens as before; `reseal` brings it under the new key.
    """
    check_keeper(by)
    with transaction.atomic(), transaction.atomic(using=ALIAS):
        _lock(owner)
        keys.add_version(owner)
        version = OwnerKey.objects.get(owner=owner, retired__isnull=True).version
        facts = {"version": version}
        log.record("rotate_owner_key", f"organisation/{owner}", by=by, right="vault.keep", facts=facts)
    keys.forget()
    return version


def forget_owner(owner: UUID, *, by: Actor) -> int:
    """Take an owner's keys away, for ever; say how many. What they sealed is locked from the next request on.

    Backups of the key store still hold them until they expire.
    """
    check_keeper(by)
    with transaction.atomic(), transaction.atomic(using=ALIAS):
        _lock(owner)
        now = timezone.now()
        OwnerKey.objects.filter(owner=owner, retired__isnull=True).update(retired=now)
        gone = OwnerKey.objects.filter(owner=owner, wrapped__isnull=False).update(wrapped=None)
        facts = {"keys": gone}
        log.record(
            "forget_owner", f"organisation/{owner}", by=by, right="vault.keep", facts=facts, binds=True
        )
        transaction.on_commit(keys.wipe, using=ALIAS, robust=True)
    keys.forget()
    return gone


def _lock(owner: UUID) -> None:
    if not list(OwnerKey.objects.select_for_update().filter(owner=owner).values_list("pk")):
        raise UnknownOwnerError(f"{owner} has no key.")
