"""The demonstration's invented States, organisations and persons. See content/demo/organisations.json."""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet

from . import factors
from .models import Membership, Organisation, Person, Role

PASSWORD = "a demonstration only"  # noqa: S105  of invented persons, where production refuses to start
DOMAIN = "@demo.chemsec.example"
UNSEEN = "@invented.chemsec.example"  # of persons who only stand behind what an invented State did
WRITERS = (Role.FOCAL_POINT, Role.CONTRIBUTOR)


def persons() -> QuerySet[Person]:
    return Person.objects.filter(email__endswith=DOMAIN, is_active=True).order_by("joined_at")


def totp_secret(email: str) -> str:
    """The same at each installation, so that a script can sign in."""
    return base64.b32encode(hashlib.sha256(email.encode()).digest()[:20]).decode()


def code(email: str) -> str:
    """What an invented person's authenticator app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(totp_secret(email), counter))


def accounts() -> Iterator[dict[str, Any]]:
    """Every account of the demonstration: what `demo_accounts` prints and the sign-in page offers."""
    memberships = Membership.objects.current().filter(person__in=persons())
    for membership in memberships.select_related("person", "organisation").order_by("pk"):
        yield {
            "id": membership.person_id,
            "role": membership.role,
            "role_name": membership.get_role_display(),
            "name": membership.person.name,
            "seat": membership.organisation_id,
            "organisation": membership.organisation.bare_name,  # all are invented, and the page says so
            "email": membership.person.email,
            "password": PASSWORD,
            "totp_secret": totp_secret(membership.person.email),
        }


def ensure_people(state: Organisation) -> list[Person]:
    """Two who may write for an invented State: those that it has, and others whom nobody can sign in as."""
    writers = Membership.objects.current().filter(organisation=state, role__in=WRITERS).order_by("pk")
    found = [one.person for one in writers.select_related("person")]
    for role, name in zip(WRITERS, ("First", "Second"), strict=True):
        if len(found) < len(WRITERS) and not any(one.role == role for one in writers):
            email = f"{role}.{state.pk.hex[:12]}{UNSEEN}"
            person = Person(email=email, name=f"{name} official of {state.names['en']} (invented)")
            person.set_unusable_password()
            person.save()
            Membership.objects.create(person=person, organisation=state, role=role)
            found.append(person)
    return found


@transaction.atomic
def load() -> int:
    """Make the invented States, organisations and persons that aren't there yet; return how many persons."""
    content = json.loads(
        (settings.CHEMSEC_CONTENT_DIR / "demo" / "organisations.json").read_text(encoding="utf-8")
    )
    known = {
        organisation.names["en"]: organisation
        for organisation in Organisation.objects.filter(is_fictional=True)
    }
    for described in content["organisations"]:
        facts = {key: described[key] for key in ("kind", "names", "group") if key in described}
        if described["names"]["en"] not in known:
            known[described["names"]["en"]] = Organisation.objects.create(is_fictional=True, **facts)
    password, made = make_password(PASSWORD), 0
    for described in content["persons"]:
        email = described["email"] + DOMAIN
        if Person.objects.filter(email=email).exists():
            continue
        person = Person(
            email=email, name=described["name"], language=described["language"], password=password
        )
        person.save()
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        data = {"secret": factors.seal(person.pk, totp_secret(email))}
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data=data)
        for seat in described["seats"]:
            organisation = known[seat["organisation"]]
            Membership.objects.create(person=person, organisation=organisation, role=seat["role"])
        made += 1
    return made
