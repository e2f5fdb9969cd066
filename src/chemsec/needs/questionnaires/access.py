"""Who makes questionnaires."""

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import SYSTEM, Actor, declare
from chemsec.platform.accounts.models import Role

from .models import Version

declare("questionnaire.manage", _("Programme officers. States see a questionnaire once they are asked."))


def can_manage(user: Actor) -> bool:
    return user is SYSTEM or user.has(Role.OFFICER)


def can_replace(user: Actor, version: Version) -> bool:
    """A version that an exercise uses stays as it is."""
    return can_manage(user) and version.frozen_at is None


def can_read(user: Actor, version: Version) -> bool:  # noqa: ARG001  the pair of visible_to
    return can_manage(user)


def visible_to(user: Actor) -> QuerySet[Version]:
    every = Version.objects.select_related("questionnaire").defer("content")
    return every if can_manage(user) else every.none()


def get(user: Actor, code: str, number: int) -> Version:
    found = visible_to(user).filter(questionnaire__code=code, number=number).first()
    if found is None:
        raise Http404
    return found
