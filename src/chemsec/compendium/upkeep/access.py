"""Who keeps practices true: who may propose and decide a withdrawal, and who has the editors' desk."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.compendium import access as compendium
from chemsec.compendium.access import EDITOR, theirs_elsewhere, writes_for
from chemsec.compendium.models import Gap, Practice, Withdrawal
from chemsec.platform.access import SYSTEM, Actor, declare

declare("withdrawal.propose", _("Who writes for the practice’s owner, and any editor."))
declare(
    "withdrawal.read", _("The members of the organisation that proposed it or owns the practice; editors.")
)
declare(
    "withdrawal.decide",
    _(
        "A second person: an editor who didn’t propose it, and isn’t a member of the organisation that did "
        "unless it is the Secretariat."
    ),
)
declare("compendium.edit", _("Editors."))

WAITING = Withdrawal.State.WAITING


def can_edit(user: Actor) -> bool:
    return user.has(EDITOR)


def can_propose(user: Actor, practice: Practice) -> bool:
    return user.has(EDITOR) or writes_for(user, practice.owner_id)


def visible_to(user: Actor) -> QuerySet[Withdrawal]:
    every = Withdrawal.objects.all()
    if user is SYSTEM or user.has(EDITOR):
        return every
    if not user.organisation:
        return every.none()
    return every.filter(Q(owner=user.organisation) | Q(practice__owner=user.organisation))


def can_read(user: Actor, withdrawal: Withdrawal) -> bool:
    if user is SYSTEM or user.has(EDITOR):
        return True
    concerned = {withdrawal.owner_id, withdrawal.practice.owner_id}
    return bool(user.organisation) and user.organisation in concerned


def get(user: Actor, key: UUID) -> Withdrawal:
    """Fetch and authorise in one step; what may not be seen doesn't exist."""
    people = ("practice", "owner", "proposed_by", "successor")
    found = visible_to(user).select_related(*people).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def decided_by(user: Actor, found: QuerySet[Withdrawal]) -> QuerySet[Withdrawal]:
    """Those of these withdrawals that the user may decide on as the second person."""
    if not user.has(EDITOR):
        return found.none()
    return found.exclude(Q(proposed_by=user.person) | theirs_elsewhere(user))


def is_second(user: Actor, withdrawal: Withdrawal) -> bool:
    return decided_by(user, Withdrawal.objects.filter(pk=withdrawal.pk)).exists()


def can_take_back(user: Actor, withdrawal: Withdrawal) -> bool:
    """Its proposer, or who else writes for the same organisation."""
    return writes_for(user, withdrawal.owner_id)


def practice_to_keep(user: Actor, practice_id: str) -> Practice:
    """A practice that the user may confirm."""
    practice = compendium.get(user, practice_id)
    if practice.is_withdrawn or not compendium.can_keep(user, practice):
        raise Http404
    return practice


def practice_to_withdraw(user: Actor, practice_id: str) -> Practice:
    practice = compendium.get(user, practice_id)
    if practice.is_withdrawn or not can_propose(user, practice):
        raise Http404
    return practice


def searches_for(user: Actor) -> QuerySet[Gap]:
    """Questions that found nothing, for the editors."""
    every = Gap.objects.all()
    return every if user is SYSTEM or user.has(EDITOR) else every.none()


def search_of(user: Actor, key: int) -> Gap:
    found = searches_for(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found
