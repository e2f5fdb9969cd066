"""The compendium's version: one number that grows with every change a reader could see.

Pages are cached under it, so a new edition makes every older page stale at once, in all processes.
"""

from django.db.models import F

from .models import Version


def bump() -> None:
    if not Version.objects.filter(pk=1).update(number=F("number") + 1):
        Version.objects.create(pk=1, number=1)


def current() -> int:
    return Version.objects.values_list("number", flat=True).filter(pk=1).first() or 0
