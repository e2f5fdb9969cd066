"""Content files that go into the database: loaded when they have changed, else left alone."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import transaction

from .models import LoadedContent


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
    return True
