"""Who may see what of the compendium: everything published is public. Of drafts, see drafts/access.py."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import ANYONE, SYSTEM, Actor, Visibility, declare
from chemsec.platform.accounts import public as accounts

from .models import Practice

EDITOR = "editor"
WRITERS = ("focal_point", "contributor", EDITOR)  # roles that may write for their organisation
STAFF = "secretariat"  # kind of the organisation that editors are of

declare("compendium.read", _("Anyone, what is public; a withdrawn practice leaves a page that says so."))
declare("compendium.publish", _("The portal's own commands, and an editor as the second person for a draft."))
declare(
    "practice.keep",
    _("Who writes for its owner; of a practice that nobody has taken over, an editor."),
)
declare("compendium.ask", _("Anyone may ask the editors to note a question that found nothing."))


def can_read(user: Actor, practice: Practice) -> bool:
    return user is SYSTEM or practice.visibility == Visibility.PUBLIC


def visible_to(user: Actor) -> QuerySet[Practice]:
    """Every practice whose page the reader may open, withdrawn ones included."""
    every = Practice.objects.select_related("owner")
    return every if user is SYSTEM else every.filter(visibility=Visibility.PUBLIC)


def listed_for(user: Actor) -> QuerySet[Practice]:
    """What lists, counts, search and exports are made of: what the reader may see, less what is withdrawn."""
    return visible_to(user).filter(withdrawn_at__isnull=True)


def get(user: Actor, practice_id: str) -> Practice:
    """Fetch and authorise in one step; what may not be seen doesn't exist."""
    practice = visible_to(user).filter(pk=practice_id).first()
    if practice is None:
        raise Http404
    return practice


def is_member(user: Actor, owner: UUID | None) -> bool:
    """Whether the user acts for this organisation."""
    return owner is not None and user.organisation == owner


def writes_for(user: Actor, owner: UUID | None) -> bool:
    """Whether the user may write for this organisation, which they act for."""
    return writes_for_organisation(user) and is_member(user, owner)


def theirs_elsewhere(user: Actor) -> Q:
    """What belongs to an organisation of the user's other than the Secretariat: they judge none of it."""
    return Q(owner__in=accounts.organisations_of(user.person)) & ~Q(owner__kind=STAFF)


def can_read_history(user: Actor, owner: UUID | None) -> bool:
    """Whether the user may know who did what with something of this owner: its members and editors."""
    return user is SYSTEM or user.has(EDITOR) or is_member(user, owner)


def can_publish(user: Actor) -> bool:
    return user is SYSTEM or user.has(EDITOR)


def writes_for_organisation(user: Actor) -> bool:
    """Whether the user may write for the organisation that they act for."""
    return bool(user.organisation) and user.has(*WRITERS)


def can_keep(user: Actor, practice: Practice) -> bool:
    """Whether the user may say that a practice still holds."""
    if practice.owner_id is None:
        return user.has(EDITOR)
    return writes_for(user, practice.owner_id)


def kept_by(user: Actor) -> QuerySet[Practice]:
    """The practices that the user may confirm."""
    if not writes_for_organisation(user):
        return Practice.objects.none()
    own = Q(owner=user.organisation)
    return listed_for(user).filter(own | Q(owner__isnull=True) if user.has(EDITOR) else own)


__all__ = [
    "ANYONE",
    "EDITOR",
    "STAFF",
    "SYSTEM",
    "WRITERS",
    "can_keep",
    "can_publish",
    "can_read",
    "can_read_history",
    "get",
    "is_member",
    "kept_by",
    "listed_for",
    "theirs_elsewhere",
    "visible_to",
    "writes_for",
    "writes_for_organisation",
]
