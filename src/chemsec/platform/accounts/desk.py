"""My desk: what waits for a person and what they wait for. Rooms register with it; it knows none of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import Actor


class Section(TextChoices):
    WAITING = "waiting", _("Waits for me")
    DRAFTS = "drafts", _("My drafts")
    AWAITED = "awaited", _("I wait for")


MOST = 30  # of one kind that stand on a desk: what is due first; lists have the rest


@dataclass(frozen=True)
class Item:
    """One thing on the desk: what it is, where it is, who acts next, since when and by when."""

    section: Section
    what: str  # what is to be done or awaited, in the reader's language
    title: str  # of the object
    url: str
    since: datetime
    due: datetime | None = None
    language: str = ""  # of the title, where it isn't the reader's
    is_confidential: bool = False  # its title stays behind the sign-in: a calendar says `what` alone

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.now()


@dataclass(frozen=True)
class Offer:
    """Something that a person can begin from their desk."""

    label: str  # in the reader's language
    url: str
    is_main: bool = False


_offers: list[Callable[[Actor], Iterable[Offer]]] = []
_sources: list[Callable[[Actor], Iterable[Item]]] = []


def register(source: Callable[[Actor], Iterable[Item]]) -> None:
    """Let a room put items on the desks of those whom they concern: at most a few queries an actor."""
    _sources.append(source)


def offer(source: Callable[[Actor], Iterable[Offer]]) -> None:
    """Let a room say what those may begin whom it lets."""
    _offers.append(source)


def offers(actor: Actor) -> list[Offer]:
    found = [one for source in _offers for one in source(actor)]
    return sorted(found, key=lambda one: not one.is_main)


def items(actor: Actor) -> dict[Section, list[Item]]:
    """Everything on the actor's desk, what is due soonest first, then what has waited longest."""
    found: dict[Section, list[Item]] = {section: [] for section in Section}
    for source in _sources:
        for item in source(actor):
            found[item.section].append(item)
    for section in found.values():
        section.sort(key=lambda item: (item.due is None, item.due or item.since, item.since))
    return found
