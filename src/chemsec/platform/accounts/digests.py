"""One e-mail a day to whoever wants that: what changed, and what stands on their desk, with its dates.

Like every message it holds nothing confidential: what is to be done, by when and where.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from chemsec.platform import jobs

from . import desk, notices
from .models import Notice, Person
from .software.access import seats_of

DAY = timedelta(days=1)
SOON = timedelta(days=2)  # before something is due it is a reason of its own to write


@dataclass(frozen=True)
class Part:
    """A section of the desk, over all organisations of the person."""

    section: desk.Section
    items: list[desk.Item]


@jobs.hourly
def mail_digests() -> int:
    """Look at each desk once a day; write where there is news, or something is due. Return to how many."""
    looked_at = Q(digest_at__gt=timezone.now() - DAY)
    wanting = Person.objects.filter(~looked_at, digest=Person.Digest.DAILY, is_active=True)
    return sum(_mail_digest(pk) for pk in wanting.values_list("pk", flat=True))


@transaction.atomic
def _mail_digest(pk: UUID) -> bool:
    now = timezone.now()
    person = Person.objects.select_for_update(no_key=True).get(pk=pk)
    if person.digest_at and person.digest_at > now - DAY:  # another worker was first
        return False
    Person.objects.filter(pk=pk).update(digest_at=now)
    with translation.override(person.language):
        told = list(person.notices.filter(mailed_at__isnull=True, read_at__isnull=True))
        parts = _desk_of(person)
        if not told and not any(_is_due(item) for part in parts for item in part.items):
            return False
        Notice.objects.filter(pk__in=[notice.pk for notice in told]).update(mailed_at=now)
        notices.send(person, told, parts=parts)
    return True


def _desk_of(person: Person) -> list[Part]:
    found = [desk.items(actor) for actor in seats_of(person)]
    parts = [Part(section, [item for one in found for item in one[section]]) for section in desk.Section]
    return [part for part in parts if part.items]


def _is_due(item: desk.Item) -> bool:
    """Due soon, or since yesterday: what is late is not a reason to write every day."""
    now = timezone.now()
    return item.due is not None and now - DAY < item.due <= now + SOON
