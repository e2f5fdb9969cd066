"""Letting another organisation see an object, and taking that back."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from chemsec.platform.access import SYSTEM, Actor
from chemsec.platform.accounts import public as accounts
from chemsec.platform.accounts.models import Organisation, Role
from chemsec.platform.accounts.notices import tell
from chemsec.platform.audit import log as audit
from chemsec.platform.vault.public import commit

from . import access
from .models import Share, holds

LONGEST = timedelta(days=365)
ACTING = [role for role in Role.values if role != Role.READER]


@transaction.atomic
def share(kind: str, key: UUID, to: UUID, purpose: str, until: date, *, by: Actor) -> Share:
    """Let the members of another organisation see the object, until the end of that day (UTC). What was
    shared with them before is replaced.
    """
    thing = access.find(by, kind, key)
    if not thing.may_share or by.person is None or by.key:
        raise PermissionDenied
    receiver = access.partners_of(by).filter(pk=to).first()
    if receiver is None or to == thing.owner:
        raise ValidationError(_("Choose another organisation than your own."))
    if not timezone.localdate() <= until <= timezone.localdate() + LONGEST:
        raise ValidationError(_("Choose a day from today on, within a year."))
    Organisation.objects.select_for_update(no_key=True).get(pk=thing.owner)  # one after the other
    before = Share.objects.filter(kind=kind, key=key, to=to, ended_at__isnull=True)
    for over in before.exclude(holds()):
        end_on_its_day(over, by=SYSTEM)
    before.update(ended_at=timezone.now(), ended_by=by.person)
    made = Share(
        kind=kind, key=key, owner_id=thing.owner, to=receiver, purpose=purpose, shared_by_id=by.person
    )
    made.until = datetime.combine(until, time.max, tzinfo=timezone.get_current_timezone())
    made.save(force_insert=True)
    facts = {"to": str(to), "until": made.until.isoformat(), "purpose": commit(purpose, thing.owner)}
    tell(_acting_for(to), "share.received", _named(made), _names(made), by=by.person)
    tell(_acting_for(thing.owner), "share.made", _named(made), _names(made), by=by.person)
    audit.record("share", _named(made), by=by, right="share.make", facts=facts)
    return made


@transaction.atomic
def end_share(share: Share, *, by: Actor) -> None:
    """Its receivers see nothing of the object from the next request on."""
    if not access.can_end(by, share):
        raise PermissionDenied
    current = Share.objects.filter(holds(), pk=share.pk)
    if not current.update(ended_at=timezone.now(), ended_by=by.person):
        raise ValidationError(_("This was ended already."))
    other = share.to_id if by.organisation == share.owner_id else share.owner_id
    named = _named(share)
    tell(_acting_for(other), "share.ended", named, _names(share), by=by.person)
    audit.record("end_share", named, by=by, right="share.end", facts={"to": str(share.to_id)})


@transaction.atomic
def end_on_its_day(share: Share, *, by: Actor) -> bool:
    """Note of a share whose last day is past that it is over, and tell both sides; whether nobody had yet."""
    if by is not SYSTEM:
        raise PermissionDenied
    over = Share.objects.filter(pk=share.pk, ended_at__isnull=True, until__lte=timezone.now())
    if not over.update(ended_at=F("until")):
        return False
    told = [*_acting_for(share.owner_id), *_acting_for(share.to_id)]
    tell(told, "share.over", _named(share), _names(share), by=None)
    audit.record("share_over", _named(share), by=by, right="share.end", facts={"to": str(share.to_id)})
    return True


def _named(share: Share) -> str:
    return f"{share.kind}/{share.key}"


def _names(share: Share) -> dict[str, Organisation]:
    return {"owner": share.owner, "to": share.to}


def _acting_for(organisation: UUID) -> list[UUID]:
    return accounts.people_with(*ACTING, organisation=organisation)
