"""Who may tell of an application, see it, and decide whether it is shown."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.compendium.access import EDITOR, STAFF, is_member, writes_for, writes_for_organisation
from chemsec.compendium.models import Application
from chemsec.platform.access import SYSTEM, Actor, Visibility, declare

declare(
    "application.read",
    _(
        "As its owner chose, once it is shown; its owner's members and editors always. Without the owner's "
        "name, only those two know whose it is."
    ),
)
declare(
    "application.write", _("Focal points, contributors and editors, for the organisation that they act for.")
)
declare("application.decide", _("An editor who didn't write it."))
declare("practice.signal", _("Anyone, once a day for each practice."))

NETWORK = ("intergovernmental", "association", "regional")  # kinds of organisations that are its members
STATE = "state"


def visibilities(user: Actor) -> tuple[str, ...]:
    """The visibilities whose records the user may see, whoever owns them."""
    if user.kind == STAFF:
        return tuple(Visibility.values[:-1])  # all but the owner's own
    if user.kind == STATE:
        return (Visibility.PUBLIC, Visibility.NETWORK, Visibility.STATES, Visibility.UNNAMED)
    if user.kind in NETWORK:
        return (Visibility.PUBLIC, Visibility.NETWORK)
    return (Visibility.PUBLIC,)


def visible_to(user: Actor) -> QuerySet[Application]:
    every = Application.objects.all()
    if user is SYSTEM or user.has(EDITOR):
        return every
    own = Q(owner=user.organisation) if user.organisation else Q(pk=None)
    return every.filter(own | Q(state=Application.State.LISTED, visibility__in=visibilities(user)))


def can_read(user: Actor, application: Application) -> bool:
    if user is SYSTEM or user.has(EDITOR) or is_member(user, application.owner_id):
        return True
    return application.state == Application.State.LISTED and application.visibility in visibilities(user)


def can_name(user: Actor, application: Application) -> bool:
    """Whether the user may know whose application it is."""
    if application.visibility != Visibility.UNNAMED:
        return True
    return user is SYSTEM or user.has(EDITOR) or is_member(user, application.owner_id)


def get(user: Actor, key: UUID) -> Application:
    found = visible_to(user).select_related("practice", "owner", "author").filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def can_write(user: Actor) -> bool:
    return writes_for_organisation(user)


def owns(user: Actor, application: Application) -> bool:
    return writes_for(user, application.owner_id)


def can_decide(user: Actor, application: Application) -> bool:
    return user.has(EDITOR) and user.person != application.author_id
