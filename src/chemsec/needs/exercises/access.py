"""Who runs exercises, and who sees how far States are."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import SYSTEM, Actor, declare
from chemsec.platform.accounts.models import Role

from .models import Exercise, Response

declare("exercise.manage", _("Programme officers. How far each State is, never what it hasn’t submitted."))


def can_manage(user: Actor) -> bool:
    return user is SYSTEM or user.has(Role.OFFICER)


def visible_to(user: Actor) -> QuerySet[Exercise]:
    """All to whoever manages them; a State has its response."""
    every = Exercise.objects.select_related("version__questionnaire").defer("version__content")
    return every if can_manage(user) else every.none()


def can_read(user: Actor, exercise: Exercise) -> bool:  # noqa: ARG001  the pair of visible_to
    return can_manage(user)


def get(user: Actor, key: UUID) -> Exercise:
    return _one(visible_to(user).filter(pk=key))


def managed(user: Actor, key: UUID) -> Response:
    """How far a State is, for whoever manages exercises."""
    every = Response.objects.with_form().select_related("owner")
    return _one((every if can_manage(user) else every.none()).filter(pk=key))


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise Http404
    return found
