"""Everything that changes an exercise, and what the Secretariat does with a State's response."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from chemsec.needs.questionnaires.models import Version
from chemsec.platform.access import SYSTEM, Actor
from chemsec.platform.accounts import public as accounts
from chemsec.platform.accounts.models import Role
from chemsec.platform.audit import log as audit

from . import access
from .models import Exercise, Response


@transaction.atomic
def make_exercise(version: Version, *, by: Actor, **said: Any) -> Exercise:
    """Prepare a round; nobody is asked yet. The States of the reference list can be asked from here on."""
    if not access.can_manage(by):
        raise PermissionDenied
    exercise = Exercise(version=version, made_by_id=by.person, **said)
    _check(exercise)
    exercise.save()
    accounts.ensure_states()
    _record("make_exercise", exercise, {"version": version.number, **_dates(exercise)}, by=by)
    return exercise


@transaction.atomic
def change_exercise(exercise: Exercise, *, by: Actor, **said: Any) -> Exercise:
    """Change what was prepared; of one that runs its name, closing, reminders and words."""
    exercise = _held(exercise, by)
    if exercise.is_over:
        raise ValidationError(_("This exercise is over."))
    fixed = exercise.state == Exercise.State.RUNNING and ("version", "opens_on")
    for name, value in said.items():
        if fixed and name in fixed and getattr(exercise, name) != value:
            raise ValidationError(_("States are asked already: questions and opening stay as they are."))
        setattr(exercise, name, value)
    _check(exercise)
    exercise.save()
    _record("change_exercise", exercise, _dates(exercise), by=by)
    return exercise


def _check(exercise: Exercise) -> None:
    exercise.full_clean(exclude=["state", "made_by", "version"], validate_constraints=False)
    if exercise.closes_on <= exercise.opens_on:
        raise ValidationError({"closes_on": _("It closes after it opens.")})


@transaction.atomic
def invite_states(exercise: Exercise, states: Iterable[UUID], *, by: Actor) -> list[Response]:
    """Ask these States: the first time this starts the exercise and freezes its questions. Who was asked
    already isn't asked again.
    """
    exercise = _held(exercise, by)
    if exercise.state == Exercise.State.PREPARED:
        exercise.invite()
        exercise.since = timezone.now()
        exercise.save()
        Version.objects.filter(pk=exercise.version_id, frozen_at__isnull=True).update(
            frozen_at=exercise.since
        )
    elif exercise.is_over:
        raise ValidationError(_("This exercise is over."))
    known = set(exercise.responses.values_list("owner", flat=True))
    new = sorted(set(states) & {one.pk for one in accounts.states()} - known)
    if not new:
        raise ValidationError(_("Choose at least one State that wasn’t asked yet."))
    made = Response.objects.bulk_create(Response(exercise=exercise, owner_id=state) for state in new)
    for response in made:
        _tell_state(response, "exercise.invited", by=by)
    facts = {"states": [str(state) for state in new], "questionnaire": exercise.version.questionnaire.code}
    _record("invite_states", exercise, facts, by=by, binds=True)
    return made


@transaction.atomic
def close_exercise(exercise: Exercise, text: str, *, by: Actor) -> Exercise:
    return _move(exercise, "close", text, by=by)


@transaction.atomic
def cancel_exercise(exercise: Exercise, text: str, *, by: Actor) -> Exercise:
    """End a round for good. What States have written stays with them."""
    return _move(exercise, "cancel", text, by=by)


@transaction.atomic
def reopen_exercise(exercise: Exercise, text: str, closes_on: date, *, by: Actor) -> Exercise:
    if closes_on <= timezone.localdate():
        raise ValidationError({"closes_on": _("A day to come.")})
    exercise = _move(exercise, "reopen", text, by=by)
    Exercise.objects.filter(pk=exercise.pk).update(closes_on=closes_on)
    exercise.closes_on = closes_on
    return exercise


def _move(exercise: Exercise, verb: str, text: str, *, by: Actor) -> Exercise:
    exercise = _held(exercise, by)
    if not text.strip():
        raise ValidationError(_("Say why; the States that were asked read it."))
    _step(exercise, verb)
    exercise.reason, exercise.since = text.strip(), timezone.now()
    exercise.save()
    for response in exercise.responses.all():
        _tell_state(response, f"exercise.{verb}", by=by)
    _record(f"{verb}_exercise", exercise, {"reason": exercise.reason}, by=by, binds=True)
    return exercise


@transaction.atomic
def extend_response(response: Response, until: date, *, by: Actor) -> Response:
    """Let one State submit later."""
    response = _held_response(response, by)
    if until <= response.closes_on or until <= timezone.localdate():
        raise ValidationError({"until": _("A day after the one that holds now.")})
    if response.exercise.state == Exercise.State.CANCELLED:
        raise ValidationError(_("This exercise is over."))
    response.extended_to, response.extension_asked_at, response.reminded = until, None, None
    response.save()
    _tell_state(response, "response.extended", by=by)
    _record_response("extend_response", response, {"until": until.isoformat()}, by=by)
    return response


@transaction.atomic
def remind(exercise: Exercise, today: date, *, by: Actor) -> int:
    """Tell the States whose response is out, as often as the exercise says; return how many were told."""
    if by is not SYSTEM:
        raise PermissionDenied
    waiting = exercise.responses.select_for_update(of=("self",)).select_related("exercise")
    told = 0
    for response in waiting.exclude(state__in=[Response.State.SUBMITTED, Response.State.DONE]):
        left = (response.closes_on - today).days
        due = [days for days in exercise.remind if days >= left]
        if not due or left < 0 or (response.reminded is not None and response.reminded <= min(due)):
            continue
        response.reminded = min(due)
        response.save(update_fields=["reminded"])
        _tell_state(response, "response.reminded", by=by)
        told += 1
    if told:
        _record("remind_states", exercise, {"states": told}, by=by)
    return told


def _held(exercise: Exercise, by: Actor) -> Exercise:
    if not access.can_manage(by):
        raise PermissionDenied
    return access.visible_to(by).select_for_update(of=("self",)).get(pk=exercise.pk)


def _held_response(response: Response, by: Actor) -> Response:
    if not access.can_manage(by):
        raise PermissionDenied
    every = Response.objects.select_for_update(of=("self",)).select_related("exercise")
    return every.get(pk=response.pk)


def _step(exercise: Exercise, verb: str) -> None:
    step: Callable[[], None] = getattr(exercise, verb)
    try:
        step()
    except TransitionNotAllowed as error:
        raise ValidationError(_("Somebody has decided on this already.")) from error


def _dates(exercise: Exercise) -> dict[str, str]:
    return {"opens": exercise.opens_on.isoformat(), "closes": exercise.closes_on.isoformat()}


def _tell_state(response: Response, kind: str, *, by: Actor) -> None:
    people = accounts.people_with(Role.FOCAL_POINT, organisation=response.owner_id)
    accounts.tell(people, kind, str(response.pk), {}, by=by.person)


def _record(
    verb: str, exercise: Exercise, facts: Mapping[str, Any], *, by: Actor, binds: bool = False
) -> None:
    thing = f"exercise/{exercise.pk}"
    audit.record(verb, thing, by=by, right="exercise.manage", facts=facts, binds=binds)


def _record_response(verb: str, response: Response, facts: Mapping[str, Any], *, by: Actor) -> None:
    audit.record(verb, f"response/{response.pk}", by=by, right="exercise.manage", facts=facts)
