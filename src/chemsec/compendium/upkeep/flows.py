"""Reminders that a practice should be looked at again, and withdrawals by two persons."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from chemsec.compendium import access as compendium
from chemsec.compendium import flows as practices
from chemsec.compendium import people
from chemsec.compendium.models import Gap, Practice, Reminded, Withdrawal
from chemsec.compendium.version import bump
from chemsec.platform.access import SYSTEM, Actor
from chemsec.platform.accounts import public as accounts
from chemsec.platform.audit import log as audit

from . import access

AHEAD = {  # days before the day of review at which each is told
    Reminded.KEEPER: timedelta(days=30),
    Reminded.OWNER: timedelta(0),
    Reminded.READERS: timedelta(days=-30),
}


# ── reminders ──


def reminded_by(review_by: date, today: date) -> Reminded:
    """Who should have been told by today."""
    due = [who for who, ahead in AHEAD.items() if today >= review_by - ahead]
    return max(due, default=Reminded.NOBODY)


@transaction.atomic
def remind(practice: Practice, *, by: Actor) -> Reminded:
    """Tell who is to be told by now that a practice should be looked at again, each of them once."""
    if by is not SYSTEM:
        raise PermissionDenied
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    now = reminded_by(practice.review_by, timezone.localdate())
    if practice.is_withdrawn or now <= practice.reminded:
        return Reminded(practice.reminded)
    practice.reminded = now
    practice.save(update_fields=["reminded"])
    if practice.owner_id:
        keeper = people.first_of(practice.owner_id, practice.keeper_id)
        told = keeper if now == Reminded.KEEPER else people.writers(practice.owner_id)
        accounts.tell(told, "practice.review", practice.pk, {"title": people.title_of(practice)}, by=None)
    if now == Reminded.READERS:
        Practice.objects.filter(pk=practice.pk).update(changed_at=timezone.now())
        bump()
    _record("remind", practice, {"reminded": now.label}, by=by, right="practice.keep")
    return now


# ── withdrawal ──


@transaction.atomic
def propose_withdrawal(
    practice: Practice, *, by: Actor, reason: str, language: str, successor: Practice | None = None
) -> Withdrawal:
    """Propose that a practice is withdrawn; an editor who isn't the same person carries it out."""
    if not access.can_propose(by, practice) or by.person is None or by.organisation is None:
        raise PermissionDenied
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if practice.is_withdrawn:
        raise ValidationError(_("This practice has been withdrawn."))
    if practice.withdrawals.filter(state=access.WAITING).exists():
        raise ValidationError(_("Its withdrawal has been proposed already and waits for an editor."))
    _refuse_successor(practice, successor, by=by)
    withdrawal = Withdrawal(
        practice=practice,
        owner_id=by.organisation,
        proposed_by_id=by.person,
        reason=reason,
        language=language,
        successor=successor,
    )
    withdrawal.full_clean(exclude=["state"])
    withdrawal.save()
    _tell(withdrawal, "withdrawal.proposed", people.around(practice), by=by)
    _record_step("propose_withdrawal", withdrawal, by=by, right="withdrawal.propose")
    return withdrawal


@transaction.atomic
def carry_out_withdrawal(withdrawal: Withdrawal, *, by: Actor) -> Practice:
    """Withdraw the practice, as the second person."""
    withdrawal = _taken(withdrawal, "carry_out", by=by, may=access.is_second(by, withdrawal))
    # both, always in one order: two practices that should replace each other don't both go, nor wait for good
    both = Practice.objects.filter(pk__in=[withdrawal.practice_id, withdrawal.successor_id]).order_by("pk")
    list(both.select_for_update(of=("self",)).values_list("pk"))
    _refuse_successor(withdrawal.practice, withdrawal.successor, by=by)
    practice = practices.withdraw_practice(
        withdrawal.practice,
        withdrawal.reason,
        by=by,
        language=withdrawal.language,
        successor=withdrawal.successor,
    )
    _tell_concerned(withdrawal, "withdrawal.carried_out", by=by)
    _record_step("carry_out_withdrawal", withdrawal, by=by, right="withdrawal.decide")
    return practice


@transaction.atomic
def decline_withdrawal(withdrawal: Withdrawal, text: str, *, by: Actor) -> Withdrawal:
    """Leave the practice where it is; who proposed it reads why."""
    withdrawal = _taken(withdrawal, "decline", by=by, may=access.is_second(by, withdrawal), answer=text)
    _tell_concerned(withdrawal, "withdrawal.declined", by=by)
    _record_step("decline_withdrawal", withdrawal, by=by, right="withdrawal.decide")
    return withdrawal


@transaction.atomic
def take_back_withdrawal(withdrawal: Withdrawal, *, by: Actor) -> Withdrawal:
    withdrawal = _taken(withdrawal, "take_back", by=by, may=access.can_take_back(by, withdrawal))
    _record_step("take_back_withdrawal", withdrawal, by=by, right="withdrawal.propose")
    return withdrawal


def _taken(withdrawal: Withdrawal, verb: str, *, by: Actor, may: bool, answer: str = "") -> Withdrawal:
    """Take a step in its life, under lock: of two at once one does."""
    if not may:
        raise PermissionDenied
    locked = Withdrawal.objects.select_for_update(of=("self",)).select_related("practice", "successor")
    withdrawal = locked.get(pk=withdrawal.pk)
    try:
        getattr(withdrawal, verb)()
    except TransitionNotAllowed as error:
        raise ValidationError(_("Somebody has decided on this already.")) from error
    if verb != "take_back":
        withdrawal.decided_by_id = by.person
    withdrawal.decided_at, withdrawal.answer = timezone.now(), answer
    withdrawal.save()
    return withdrawal


def _refuse_successor(practice: Practice, successor: Practice | None, *, by: Actor) -> None:
    if successor is None:
        return
    if successor.pk == practice.pk:
        raise ValidationError(_("A practice can’t replace itself."))
    if not compendium.listed_for(by).filter(pk=successor.pk).exists():
        raise ValidationError(_("The practice that should replace it isn’t in the compendium any more."))


def _tell_concerned(withdrawal: Withdrawal, kind: str, *, by: Actor) -> None:
    owner = withdrawal.practice.owner_id
    _tell(withdrawal, kind, [withdrawal.proposed_by_id, *(people.writers(owner) if owner else [])], by=by)


def _tell(withdrawal: Withdrawal, kind: str, told: list[UUID], *, by: Actor) -> None:
    facts = {"title": people.title_of(withdrawal.practice)}
    accounts.tell(told, kind, str(withdrawal.pk), facts, by=by.person)


# ── questions that found nothing ──


@transaction.atomic
def settle_search(gap: Gap, *, by: Actor, is_open: bool = False) -> Gap:
    """Note that an editor has seen to a question that found nothing, or that it is open again after all."""
    if not by.has(access.EDITOR):
        raise PermissionDenied
    gap.settled_at = None if is_open else timezone.now()
    gap.save(update_fields=["settled_at"])
    verb = "reopen_search" if is_open else "settle_search"
    audit.record(verb, f"gap/{gap.pk}", by=by, right="compendium.edit")
    return gap


def _record_step(verb: str, withdrawal: Withdrawal, *, by: Actor, right: str) -> None:
    facts = {"withdrawal": str(withdrawal.pk), "successor": withdrawal.successor_id or ""}
    _record(verb, withdrawal.practice, facts, by=by, right=right)


def _record(verb: str, practice: Practice, facts: Mapping[str, Any], *, by: Actor, right: str) -> None:
    audit.record(verb, f"practice/{practice.pk}", by=by, right=right, facts=facts)
