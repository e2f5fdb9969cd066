"""Who may read a file: who may see the thing that it is attached to. Kinds of things are registered."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import SYSTEM, Actor, declare

from .models import StoredFile

declare("file.read", _("Who may see the object that a file is attached to."))

_kinds: dict[str, Callable[[Actor, str], bool]] = {}


def register(kind: str, may_see: Callable[[Actor, str], bool]) -> None:
    """Make a kind of thing known: whether an actor may see the one of this key, with its files."""
    _kinds[kind] = may_see


def can_read(user: Actor, file: StoredFile) -> bool:
    return user is SYSTEM or (file.kind in _kinds and _kinds[file.kind](user, file.key))


def get(user: Actor, key: UUID) -> StoredFile:
    """Fetch and authorise in one step; what may not be seen doesn't exist."""
    found = StoredFile.objects.filter(pk=key).first()
    if found is None or not can_read(user, found):
        raise Http404
    return found
