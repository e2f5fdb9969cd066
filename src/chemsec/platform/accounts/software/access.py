"""Who a key or a secret address stands for, with the rights that they have now."""

import hmac
import re
from dataclasses import replace

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import Actor, declare
from chemsec.platform.accounts.access import actor_for, memberships_of
from chemsec.platform.accounts.models import ApiKey, CalendarFeed, Organisation, Person
from chemsec.platform.accounts.secrets import digest

declare(
    "account.software",
    _("Who is signed in: their own API keys and calendar address. Making one takes a second factor."),
)
declare(
    "account.calendar",
    _("Whoever knows a calendar’s secret address: what has a date on the desks of the person who made it."),
)

# of a key: its prefix and its public id let one that leaks be recognised
TOKEN = re.compile("csp_([0-9a-f]{12})_[0-9a-f]{64}")


# ── keys ──


def keys_of(user: Actor) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(person=user.person, ended_at__isnull=True).select_related("organisation")


def key_of(user: Actor, key_id: str) -> ApiKey:
    found = keys_of(user).filter(pk=key_id).first()
    if found is None:
        raise Http404
    return found


def can_make_key(user: Actor) -> bool:
    """Whoever acts for an organisation, in person."""
    return user.person is not None and user.organisation is not None and not user.key


def find_key(token: str) -> ApiKey | None:
    """The key that this token is of, unless it was revoked or has expired."""
    parts = TOKEN.fullmatch(token)
    if parts is None:
        return None
    current = ApiKey.objects.filter(ended_at__isnull=True, expires_at__gt=timezone.now())
    key = current.select_related("person", "organisation").filter(pk=parts[1]).first()
    return key if key and hmac.compare_digest(key.digest, digest(token)) else None


def actor_of_key(key: ApiKey) -> Actor | None:
    """The person for the key's organisation; None where they no longer belong to it, or lack the second
    factor that it asks for.
    """
    actor = actor_for(key.person, key.organisation)
    if actor.organisation != key.organisation_id or not _is_let_in(key.person, actor):
        return None
    return replace(actor, key=key.pk)


def _is_let_in(person: Person, actor: Actor) -> bool:
    needs_one = actor.kind in Organisation.NEED_A_SECOND_FACTOR
    return person.is_active and (not needs_one or is_mfa_enabled(person))


# ── calendar ──


def feed_of(user: Actor) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(person=user.person, ended_at__isnull=True).first()


def owner_of_feed(secret: str) -> Person | None:
    """Whose calendar this secret opens, unless it was revoked or the account closed."""
    feeds = CalendarFeed.objects.filter(ended_at__isnull=True, person__is_active=True)
    found = feeds.filter(digest=digest(secret)).select_related("person").first()
    return found.person if found else None


def seats_of(person: Person) -> list[Actor]:
    """The person in each of their organisations that lets them in, or as nobody's member."""
    organisations = [one.organisation for one in memberships_of(person).select_related("organisation")]
    actors = [actor_for(person, one) for one in dict.fromkeys(organisations)] or [actor_for(person)]
    return [actor for actor in actors if _is_let_in(person, actor)]
