"""The notices that shares send, what they offer on My desk, and what their acts are called."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts import public as accounts
from chemsec.platform.accounts.desk import Offer
from chemsec.platform.audit import histories

from . import access


def _shares(_key: str) -> str:
    return reverse("shares")


notices.register("share.received", gettext_lazy("%(owner)s shares something with %(to)s."), _shares)
notices.register("share.made", gettext_lazy("A colleague shares something with %(to)s."), _shares)
notices.register("share.ended", gettext_lazy("%(owner)s and %(to)s don’t share something any more."), _shares)


def _with_whom(sentence: str, organisation: str) -> str:
    return sentence % {"name": accounts.name_of(UUID(organisation))}


histories.name_verbs(
    {
        "share": lambda facts: _with_whom(_("It was shared with: %(name)s."), facts["to"]),
        "end_share": lambda facts: _with_whom(_("It isn’t shared any more with: %(name)s."), facts["to"]),
    }
)


@desk.offer
def sharing(actor: Actor) -> Iterable[Offer]:
    if access.visible_to(actor).exists():
        yield Offer(_("Shared with us and by us"), reverse("shares"))
