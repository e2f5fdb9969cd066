"""Content files that go into the database: loaded when they have changed, else left alone."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import transaction

from .access import SYSTEM, declare
from .audit import log as audit
from .models import LoadedContent

declare("platform.load", "The portal's own commands, from the files that came with this release.")


def load_when_changed(name: str, files: Iterable[Path], load: Callable[[], None]) -> bool:
    """Call `load` in a transaction unless this database holds these very files; say whether it was called.

    Give the loader's own source among the files: a loader that changed loads again.
    """
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    with transaction.atomic():
        if LoadedContent.objects.filter(name=name, digest=digest.hexdigest()).exists():
            return False
        load()
        LoadedContent.objects.update_or_create(name=name, defaults={"digest": digest.hexdigest()})
        audit.record(
            "load_content",
            f"content/{name}",
            by=SYSTEM,
            right="platform.load",
            facts={"sha256": digest.hexdigest()},
        )
    return True
