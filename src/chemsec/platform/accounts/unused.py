"""What is due of accounts that nobody uses: a warning, and a month later the end of their roles."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from chemsec.platform import jobs
from chemsec.platform.access import SYSTEM

from . import flows
from .models import Person

MONTH = timedelta(days=30)


@jobs.hourly
def see_to_unused() -> int:
    """Return for how many people something was done. Those of a demonstration come and go."""
    if settings.CHEMSEC_DEMO:
        return 0
    age, now = MONTH * settings.CHEMSEC_UNUSED_MONTHS, timezone.now()
    warned_since = Q(warned_at__gt=F("seen"))
    warn = _unused_for(age - MONTH).exclude(warned_since)
    end = _unused_for(age).filter(warned_since, warned_at__lt=now - MONTH)
    done = [flows.warn_unused(one, by=SYSTEM) for one in warn]
    return len(done) + sum(flows.end_unused(one, by=SYSTEM) for one in end)


def _unused_for(age: timedelta) -> QuerySet[Person]:
    """People with a role who neither signed in nor asked by a key in that time; `seen` is when they last
    signed in.
    """
    since = timezone.now() - age
    people = Person.objects.filter(is_active=True, memberships__ended_at__isnull=True).distinct()
    people = people.annotate(seen=Coalesce("last_login", "joined_at")).filter(seen__lt=since)
    return people.exclude(api_keys__used_on__gte=since.date())
