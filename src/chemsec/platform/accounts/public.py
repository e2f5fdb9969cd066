"""What rooms may ask of accounts."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from chemsec.platform import languages
from chemsec.platform.access import Actor

from . import demo
from .access import actor_for, actor_of, still_acting
from .flows import ensure_states
from .gate import fresh_factor, fresh_proof, signed_in
from .models import ApiKey, Membership, Organisation, Person
from .notices import tell
from .software.access import actor_of_key, find_key, owner_of_feed, seats_of
from .software.flows import count_request

Scope = ApiKey.Scope


def name_of(organisation: UUID) -> str:
    """The organisation's name in the reader's language."""
    return Organisation.objects.get(pk=organisation).name


def bare_name_of(organisation: UUID) -> str:
    """The same as its members would write it, without the mark of what was invented."""
    return Organisation.objects.get(pk=organisation).bare_name


def organisations_of(person: UUID | None) -> QuerySet:
    """The organisations that somebody belongs to now, whichever they act for."""
    return Membership.objects.current().filter(person=person).values("organisation")


def names_of_organisations(organisations: Iterable[UUID]) -> dict[UUID, str]:
    """The same of several at once."""
    return {one.pk: one.name for one in Organisation.objects.filter(pk__in=set(organisations))}


def names_of_persons(persons: Iterable[UUID]) -> dict[UUID, str]:
    """The caller sees to it that the reader may know them."""
    return dict(Person.objects.filter(pk__in=set(persons)).values_list("pk", "name"))


def states() -> list[Organisation]:
    """The organisations of all States that may be asked something, by name in the reader's language: in a
    demonstration the invented ones, else the real ones (see `ensure_states`).
    """
    found = Organisation.objects.filter(kind=Organisation.Kind.STATE, is_fictional=settings.CHEMSEC_DEMO)
    return sorted(found, key=lambda one: languages.in_order(one.bare_name))


def is_staff(actor: Actor) -> bool:
    return actor.kind == Organisation.Kind.SECRETARIAT


def demo_actor(name: str) -> Actor:
    """An invented person of the demonstration, by the part of their address before the @."""
    return actor_for(Person.objects.get(email=name + demo.DOMAIN))


def demo_people(state: Organisation) -> list[Actor]:
    """Two invented persons of an invented State who may write for it, made where it has fewer."""
    return [actor_for(one, state) for one in demo.ensure_people(state)]


def people_with(*roles: str, organisation: UUID | None = None) -> list[UUID]:
    """Everybody who has one of these roles, anywhere or in this organisation."""
    current = Membership.objects.current().filter(role__in=roles)
    if organisation is not None:
        current = current.filter(organisation=organisation)
    return list(current.values_list("person_id", flat=True).distinct())


def actors_with(role: str) -> list[Actor]:
    """Everybody who has this role, acting for the organisation in which they do."""
    current = Membership.objects.current().filter(role=role, person__is_active=True)
    return [
        actor_for(one.person, one.organisation) for one in current.select_related("person", "organisation")
    ]


def members_of(organisation: UUID) -> list[UUID]:
    """Everybody who belongs to it now."""
    return list(
        Membership.objects.current().filter(organisation=organisation).values_list("person", flat=True)
    )


def act_as(request: HttpRequest, actor: Actor) -> None:
    """Let the request be this actor's, whatever session came with it: that of an API key."""
    request._actor = actor  # type: ignore[attr-defined]  # noqa: SLF001  as in `actor_of`


__all__ = [
    "Person",
    "Scope",
    "act_as",
    "actor_for",
    "actor_of",
    "actor_of_key",
    "actors_with",
    "bare_name_of",
    "count_request",
    "demo_actor",
    "demo_people",
    "ensure_states",
    "find_key",
    "fresh_factor",
    "fresh_proof",
    "is_staff",
    "members_of",
    "name_of",
    "names_of_organisations",
    "names_of_persons",
    "organisations_of",
    "owner_of_feed",
    "people_with",
    "seats_of",
    "signed_in",
    "states",
    "still_acting",
    "tell",
]
