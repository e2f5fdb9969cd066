"""Letting another organisation see an object, and taking that back."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chemsec.platform.access import Actor
from chemsec.platform.accounts import public as accounts
from chemsec.platform.accounts.models import Organisation, Role
from chemsec.platform.accounts.notices import tell
from chemsec.platform.audit import log as audit
from chemsec.platform.vault.public import commit

from . import access
from .models import Share

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
    now = timezone.now()
    Share.objects.filter(kind=kind, key=key, to=to, ended_at__isnull=True).update(
        ended_at=now, ended_by=by.person
    )
    made = Share(
        kind=kind, key=key, owner_id=thing.owner, to=receiver, purpose=purpose, shared_by_id=by.person
    )
    made.until = datetime.combine(until, time.max, tzinfo=timezone.get_current_timezone())
    made.save(force_insert=True)
    facts = {"to": str(to), "until": made.until.isoformat(), "purpose": commit(purpose, thing.owner)}
    names = {"owner": accounts.name_of(thing.owner), "to": receiver.name}
    tell(_acting_for(to), "share.received", f"{kind}/{key}", names, by=by.person)
    tell(_acting_for(thing.owner), "share.made", f"{kind}/{key}", names, by=by.person)
    audit.record("share", f"{kind}/{key}", by=by, right="share.make", facts=facts)
    return made


@transaction.atomic
def end_share(share: Share, *, by: Actor) -> None:
    """Its receivers see nothing of the object from the next request on."""
    if not access.can_end(by, share):
        raise PermissionDenied
    ended = Share.objects.filter(pk=share.pk, ended_at__isnull=True)
    if not ended.update(ended_at=timezone.now(), ended_by=by.person):
        raise ValidationError(_("This was ended already."))
    names = {"owner": share.owner.name, "to": share.to.name}
    other = share.to_id if by.organisation == share.owner_id else share.owner_id
    tell(_acting_for(other), "share.ended", "", names, by=by.person)
    facts = {"to": str(share.to_id)}
    audit.record("end_share", f"{share.kind}/{share.key}", by=by, right="share.end", facts=facts)


def _acting_for(organisation: UUID) -> list[UUID]:
    return accounts.people_with(*ACTING, organisation=organisation)
