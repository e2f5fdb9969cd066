"""Invented persons and organisations, for tests."""

from chemsec.platform.access import Actor
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import Membership, Organisation, Person

GROUPS = {"state": "weog"}


def organisation(kind: str, name: str, *, is_fictional: bool = False) -> Organisation:
    """Unless a test says otherwise it stands for a real one: what is fictional is marked and counts less."""
    return Organisation.objects.create(
        kind=kind, names={"en": name}, group=GROUPS.get(kind, ""), is_fictional=is_fictional
    )


def person(name: str) -> Person:
    return Person.objects.create_user(f"{name}@people.example", "a password of theirs", name=name)


def member(kind: str, role: str, *, of: Organisation | None = None, name: str = "") -> Actor:
    """Somebody with this role, in an organisation of their own unless one is given."""
    home = of or organisation(kind, f"{kind} of {name or role}")
    found = person(name or f"{role}-{Person.objects.count()}")
    Membership.objects.create(person=found, organisation=home, role=role)
    return actor_for(found, home)
