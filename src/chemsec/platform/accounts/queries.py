"""Reading accounts: one function a page."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from chemsec.platform.access import Actor

from . import access, desk, notices
from .models import Invitation, Membership, Notice, Organisation, Person

NEWS = 30  # notices that the desk shows


@dataclass(frozen=True)
class News:
    """The newest that somebody was told of an object, and how much before it."""

    notice: Notice
    sentence: str
    url: str
    earlier: int
    is_new: bool  # that, or some of what came before


@dataclass(frozen=True)
class Desk:
    offers: list[desk.Offer]
    sections: dict[desk.Section, list[desk.Item]]
    news: list[News]
    unread: int

    @property
    def is_full(self) -> bool:
        """Whether more may wait than the desk shows."""
        return any(len(items) >= desk.MOST for items in self.sections.values())

    @property
    def is_empty(self) -> bool:
        return not self.news and not any(self.sections.values())


def my_desk(actor: Actor) -> Desk:
    """What stands on the actor's desk, and the newest that they were told: once of what has its own page."""
    told = list(Notice.objects.filter(person=actor.person)[:NEWS])
    groups: dict[object, list[Notice]] = {}
    for notice in told:
        url = notices.url(notice)
        groups.setdefault(url if notice.key in url else notice.pk, []).append(notice)
    newest = [group[0] for group in groups.values()]
    news = [
        News(group[0], sentence, notices.url(group[0]), len(group) - 1, any(not one.read_at for one in group))
        for group, sentence in zip(groups.values(), notices.sentences(actor, newest), strict=True)
    ]
    return Desk(desk.offers(actor), desk.items(actor), news, sum(one.read_at is None for one in told))


@dataclass(frozen=True)
class Seat:
    """An organisation that a person may act for, with their roles in it."""

    organisation: Organisation
    roles: list[str]
    is_current: bool


def seats(person: Person, actor: Actor) -> list[Seat]:
    found: dict[object, Seat] = {}
    for membership in access.memberships_of(person).select_related("organisation"):
        organisation = membership.organisation
        seat = found.setdefault(
            organisation.pk, Seat(organisation, [], organisation.pk == actor.organisation)
        )
        seat.roles.append(str(membership.get_role_display()))
    return list(found.values())


def closing(person: Person) -> dict[str, object]:
    """What ends with an account: its roles, and organisations that nobody would manage any more."""
    roles = access.memberships_of(person).select_related("organisation")
    return {"closes": person, "roles": list(roles), "alone": access.managed_alone_by(person)}


def members(organisation: Organisation) -> QuerySet[Membership]:
    return organisation.memberships.current().select_related("person").order_by("person__name", "role")


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    return organisation.invitations.filter(ended_at__isnull=True, expires_at__gt=timezone.now())
