"""What is shared with whom, and who may say so. Rooms register the kinds of objects that can be shared."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import Actor, declare
from chemsec.platform.accounts.models import Organisation, Role

from .models import Share, holds

declare("share.read", _("The members of the organisation that shares, and of the one that it shares with."))
declare("share.make", _("Whoever may write the object, for the organisation that owns it."))
declare("share.end", _("Either organisation, by anybody who isn’t only a reader there."))


@dataclass(frozen=True)
class Thing:
    """An object as sharing needs to know it, for one who may see it."""

    owner: UUID
    title: str
    url: str
    language: str = ""  # of the title, where it isn't the reader's
    may_share: bool = False


Find = Callable[[Actor, Iterable[UUID]], dict[UUID, Thing]]  # of those of these keys that the actor may see
_kinds: dict[str, Find] = {}


def register(kind: str, find: Find) -> None:
    """Make a kind of object known, by what fetches and authorises several at once."""
    _kinds[kind] = find


def find(user: Actor, kind: str, key: UUID) -> Thing:
    found = find_all(user, kind, [key])
    if key not in found:
        raise Http404
    return found[key]


def find_all(user: Actor, kind: str, keys: Iterable[UUID]) -> dict[UUID, Thing]:
    return _kinds[kind](user, keys) if kind in _kinds else {}


def shared_with(user: Actor, kind: str) -> QuerySet:
    """Keys of the objects of this kind that others share with the organisation that the user acts for, now:
    what a room's `visible_to` adds to one's own.
    """
    return Share.objects.filter(holds(), kind=kind, to=user.organisation).values("key")


def receivers(kind: str, key: UUID) -> QuerySet:
    """Keys of the organisations that the object is shared with now."""
    return Share.objects.filter(holds(), kind=kind, key=key).values("to")


# ── shares ──


def visible_to(user: Actor) -> QuerySet[Share]:
    """Shares of one's organisation, and current ones with it."""
    if user.organisation is None:
        return Share.objects.none()
    return Share.objects.filter(Q(owner=user.organisation) | holds() & Q(to=user.organisation))


def get(user: Actor, share_id: UUID) -> Share:
    found = visible_to(user).select_related("owner", "to").filter(pk=share_id).first()
    if found is None:
        raise Http404
    return found


def can_end(user: Actor, share: Share) -> bool:
    is_theirs = user.organisation in {share.owner_id, share.to_id}
    return is_theirs and bool(user.roles - {Role.READER}) and not user.key


def partners_of(user: Actor) -> QuerySet[Organisation]:
    """With whom the user's organisation may share: every other one."""
    every = Organisation.objects.all()
    return every.exclude(pk=user.organisation) if user.organisation else every.none()
