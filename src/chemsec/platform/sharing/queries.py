"""Reading shares: one function a page."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from chemsec.platform.access import Actor

from . import access
from .models import Share, holds

MOST = 100  # of each group that a page lists


@dataclass(frozen=True)
class Line:
    """A share with the object that it is of; None where the object is gone from the reader's sight."""

    share: Share
    thing: access.Thing | None
    may_end: bool


@dataclass(frozen=True)
class Shelf:
    """What an organisation shares and is shared, and what it shared once."""

    given: list[Line]
    received: list[Line]
    ended: list[Line]


def of_thing(user: Actor, kind: str, key: UUID) -> list[Line]:
    """With whom the object is shared now, for its owner's members."""
    found = _listed(user).filter(holds(), kind=kind, key=key, owner=user.organisation)
    return [Line(share, None, access.can_end(user, share)) for share in found]


def received(user: Actor, kind: str, key: UUID) -> Share | None:
    """By which share the user's organisation sees the object of another one."""
    return _listed(user).filter(holds(), kind=kind, key=key, to=user.organisation).first()


def shares(user: Actor) -> Shelf:
    found = _listed(user)
    ours = found.filter(owner=user.organisation)
    return Shelf(
        given=_lines(user, ours.filter(holds())),
        received=_lines(user, found.filter(holds(), to=user.organisation)),
        ended=[replace(line, may_end=False) for line in _lines(user, ours.exclude(holds()))],
    )


def _listed(user: Actor) -> QuerySet[Share]:
    return access.visible_to(user).select_related("owner", "to", "shared_by", "ended_by")


def _lines(user: Actor, found: QuerySet[Share]) -> list[Line]:
    listed = list(found[:MOST])
    keys: dict[str, set[UUID]] = {}
    for share in listed:
        keys.setdefault(share.kind, set()).add(share.key)
    things = {kind: access.find_all(user, kind, named) for kind, named in keys.items()}
    return [Line(one, things[one.kind].get(one.key), access.can_end(user, one)) for one in listed]
