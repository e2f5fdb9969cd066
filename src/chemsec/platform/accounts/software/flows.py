"""Making, using and revoking what lets a person's own software in."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chemsec.platform import limits
from chemsec.platform.access import Actor
from chemsec.platform.accounts import access as accounts
from chemsec.platform.accounts import notices
from chemsec.platform.accounts.models import ApiKey, CalendarFeed
from chemsec.platform.accounts.secrets import digest
from chemsec.platform.audit import log as audit

from . import access

LIFETIMES = (30, 90, 365)  # days
MOST, SECONDS = 120, 60  # requests of one key within so long


# ── keys ──


@transaction.atomic
def make_key(name: str, scopes: Sequence[str], days: int, *, by: Actor) -> tuple[ApiKey, str]:
    """Make a key for the organisation that one acts for; return it and its token, which isn't kept."""
    if not access.can_make_key(by) or by.person is None or by.organisation is None:
        raise PermissionDenied
    if days not in LIFETIMES or not scopes:
        raise ValidationError(_("Choose what the key may do and how long."))
    accounts.hold(by.person)
    now, mine = timezone.now(), access.keys_of(by).filter(name=name)
    mine.filter(expires_at__lte=now).update(ended_at=now)
    if mine.exists():
        raise ValidationError(_("You have a key of that name. Revoke it first, or choose another name."))
    key = ApiKey(pk=secrets.token_hex(6), person_id=by.person, organisation_id=by.organisation, name=name)
    token = f"csp_{key.pk}_{secrets.token_hex(32)}"
    key.scopes, key.digest = sorted(scopes), digest(token)
    key.expires_at = now + timedelta(days=days)
    key.full_clean()
    key.save(force_insert=True)
    _tell("key.made", key.pk, {"name": name}, by=by)
    facts = {"for": str(by.organisation), "scopes": key.scopes, "until": key.expires_at.isoformat()}
    audit.record("make_key", f"key/{key.pk}", by=by, right="account.software", facts=facts)
    return key, token


@transaction.atomic
def revoke_key(key: ApiKey, *, by: Actor) -> None:
    """It opens nothing from the next request on."""
    if key.person_id != by.person or by.key:
        raise PermissionDenied
    if not access.keys_of(by).filter(pk=key.pk).update(ended_at=timezone.now()):
        raise ValidationError(_("This key was revoked already."))
    _tell("key.revoked", key.pk, {"name": key.name}, by=by)
    audit.record("revoke_key", f"key/{key.pk}", by=by, right="account.software")


@transaction.atomic
def count_request(key: ApiKey) -> int:
    """Count a request of this key; how many seconds it has to wait, if any. No entry in the log: it tells of
    decisions, not of visits.
    """
    ApiKey.objects.select_for_update().get(pk=key.pk)  # requests at once are counted one by one
    wait = limits.wait(f"key.{key.pk}", most=MOST, seconds=SECONDS)
    today = timezone.localdate()
    if not wait and key.used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(used_on=today)
    return wait


# ── calendar ──


@transaction.atomic
def make_feed(*, by: Actor) -> str:
    """Give the person's calendar a secret address, and return the secret, which isn't kept. An address from
    before opens nothing any more.
    """
    if by.person is None or by.key:
        raise PermissionDenied
    accounts.hold(by.person)
    _end_feed(by)
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(person_id=by.person, digest=digest(secret))
    _tell("calendar.made", "", {}, by=by)
    audit.record("make_calendar_feed", f"calendar/{feed.pk}", by=by, right="account.software")
    return secret


@transaction.atomic
def revoke_feed(*, by: Actor) -> None:
    """The address opens nothing from the next request on."""
    if by.person is None or by.key:
        raise PermissionDenied
    ended = _end_feed(by)
    if ended is None:
        raise ValidationError(_("Your calendar has no address."))
    _tell("calendar.revoked", "", {}, by=by)
    audit.record("revoke_calendar_feed", f"calendar/{ended.pk}", by=by, right="account.software")


def revoke_all(person: UUID) -> dict[str, Any]:
    """Revoke whatever lets the software of an account in that is closed, within the flow that closes it; what
    that was, for its entry in the log.
    """
    current = {"person": person, "ended_at__isnull": True}
    keys = sorted(ApiKey.objects.filter(**current).values_list("pk", flat=True))
    ApiKey.objects.filter(**current).update(ended_at=timezone.now())
    feeds = CalendarFeed.objects.filter(**current).update(ended_at=timezone.now())
    return {"keys": keys, "calendars": feeds}


def _end_feed(by: Actor) -> CalendarFeed | None:
    feed = CalendarFeed.objects.select_for_update().filter(person=by.person, ended_at__isnull=True).first()
    if feed:
        CalendarFeed.objects.filter(pk=feed.pk).update(ended_at=timezone.now())
    return feed


def _tell(kind: str, key: str, facts: dict[str, str], *, by: Actor) -> None:
    """The person is told what was done in their own name, at once: it may not have been them."""
    if by.person:
        notices.tell([by.person], kind, key, facts, by=None, at_once=True)
