"""Keeping files: sealed for their owner, named by their row, outside of what the web server knows."""

import hashlib
import os
import time
import uuid
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied

from chemsec.platform import jobs
from chemsec.platform.access import Actor
from chemsec.platform.vault.public import open_stream, seal_stream

from .intake import Accepted
from .models import StoredFile

FORGOTTEN = 86_400  # seconds after which bytes without a row are taken for a broken-off attempt's
READ = 65_536  # bytes


def keep(accepted: Accepted, *, owner: uuid.UUID, thing: tuple[str, str], by: Actor) -> StoredFile:
    """Keep a file with a thing (its kind and key), within the flow that has checked the right and that writes
    the audit entry. The bytes are on disk before the row is committed; without the row nobody finds them.
    """
    if by.person is None:
        raise PermissionDenied
    file = StoredFile(
        owner_id=owner,
        kind=thing[0],
        key=thing[1],
        name=accepted.name,
        sha256=hashlib.sha256(accepted.content).hexdigest(),
        media_type=accepted.media_type,
        size=len(accepted.content),
        given_by_id=by.person,
    )
    file.full_clean()
    _write(path_of(file), seal_stream(owner, file.pk, [accepted.content]))
    file.save(force_insert=True)
    return file


def read(file: StoredFile) -> bytes:
    """Its bytes; LockedError where they don't open, OSError where they aren't there."""
    with path_of(file).open("rb") as sealed:
        return b"".join(open_stream(file.owner_id, file.pk, sealed))


def path_of(file: StoredFile) -> Path:
    return _folder() / str(file.pk)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "sealed"


def _write(path: Path, parts) -> None:
    """All of it, or no file of that name: also when the power goes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("xb") as out:
        for part in parts:
            out.write(part)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@jobs.hourly
def remove_forgotten() -> int:
    """Remove bytes that no row names, once nobody can be about to commit it; return how many."""
    old = [path for path in _folder().glob("*") if time.time() - path.stat().st_mtime > FORGOTTEN]
    known = set(map(str, StoredFile.objects.values_list("pk", flat=True)))
    forgotten = [path for path in old if path.name not in known]
    for path in forgotten:
        path.unlink(missing_ok=True)
    return len(forgotten)
