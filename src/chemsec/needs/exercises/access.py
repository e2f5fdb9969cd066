"""Who runs exercises, and who sees how far States are."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import SYSTEM, Actor, declare
from chemsec.platform.accounts.models import Role

from .models import Exercise, Response

declare("exercise.manage", _("Programme officers. How far each State is, never what it hasn’t submitted."))
declare("exercise.read", _("Programme officers, and the people of the States that were asked."))


def can_manage(user: Actor) -> bool:
    return user is SYSTEM or user.has(Role.OFFICER)


def visible_to(user: Actor) -> QuerySet[Exercise]:
    """All to whoever manages them; to a State those that ask it."""
    every = Exercise.objects.select_related("version__questionnaire").defer("version__content")
    if can_manage(user):
        return every
    if user.organisation is None:
        return every.none()
    return every.filter(responses__owner=user.organisation)


def can_read(user: Actor, exercise: Exercise) -> bool:
    return visible_to(user).filter(pk=exercise.pk).exists()


def get(user: Actor, key: UUID) -> Exercise:
    """For whoever manages it; a State has its response."""
    found = visible_to(user).filter(pk=key).first() if can_manage(user) else None
    if found is None:
        raise Http404
    return found


def managed(user: Actor, key: UUID) -> Response:
    """How far a State is, for whoever manages exercises."""
    every = Response.objects.select_related("exercise__version__questionnaire", "owner")
    every = every.defer("exercise__version__content")
    found = every.filter(pk=key).first() if can_manage(user) else None
    if found is None:
        raise Http404
    return found
