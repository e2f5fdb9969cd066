"""Upkeep that nobody asks for: reminders and checks of links, every hour."""

import time
from functools import partial

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from chemsec.compendium import access as compendium
from chemsec.compendium.models import Edition, Link
from chemsec.platform import jobs
from chemsec.platform.access import SYSTEM

from . import flows, links

BATCH = 100  # links that one job asks for
PAUSE = 5  # seconds before a server is asked again


@jobs.hourly
def remind_all() -> int:
    """Tell those who are to be told of practices whose review is due; return of how many."""
    today = timezone.localdate()
    due = Q()
    for who, ahead in flows.AHEAD.items():
        due |= Q(reminded__lt=who, review_by__lte=today + ahead)
    found = compendium.listed_for(SYSTEM).filter(due)
    return sum(bool(flows.remind(practice, by=SYSTEM)) for practice in found)


@jobs.hourly
def ask_for_checks() -> None:
    """Have the links checked that are due, unless a job does so already."""
    if not settings.CHEMSEC_ASK_OUTSIDE:
        return
    list_links()
    if not jobs.is_under_way(check_links) and Link.objects.filter(due_at__lte=timezone.now()).exists():
        check_links.enqueue()


@task()
def check_links() -> None:
    due = Link.objects.filter(due_at__lte=timezone.now())[:BATCH]
    links.check(list(due), pause=partial(time.sleep, PAUSE))


def list_links() -> None:
    """Know the sources of what the compendium shows, and forget those that nothing names any more."""
    shown: set[str] = set(
        Edition.objects.filter(number=F("practice__current"), practice__in=compendium.listed_for(SYSTEM))
        .exclude(url="")
        .values_list("url", flat=True)
    )
    known = set(Link.objects.values_list("url", flat=True))
    now = timezone.now()
    Link.objects.bulk_create((Link(url=url, due_at=now) for url in shown - known), ignore_conflicts=True)
    Link.objects.filter(url__in=known - shown).delete()
