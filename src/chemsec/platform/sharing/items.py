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


def _titles(actor: Actor, keys: Iterable[str]) -> dict[str, str]:
    """Of what these notices are about, as they name it: kind and key."""
    named: dict[str, list[UUID]] = {}
    for kind, _slash, key in (key.partition("/") for key in keys):
        named.setdefault(kind, []).append(UUID(key))
    return {
        f"{kind}/{key}": thing.title
        for kind, found in named.items()
        for key, thing in access.find_all(actor, kind, found).items()
    }


for _kind, _said, _titled in (
    (
        "received",
        gettext_lazy("%(owner)s shares something with %(to)s."),
        gettext_lazy("%(owner)s shares “%(title)s” with %(to)s."),
    ),
    (
        "made",
        gettext_lazy("A colleague shares something with %(to)s."),
        gettext_lazy("A colleague shares “%(title)s” with %(to)s."),
    ),
    (
        "ended",
        gettext_lazy("%(owner)s no longer shares something with %(to)s."),
        gettext_lazy("%(owner)s no longer shares “%(title)s” with %(to)s."),
    ),
    (
        "over",
        gettext_lazy("The time for which %(owner)s shared something with %(to)s is over."),
        gettext_lazy("The time for which %(owner)s shared “%(title)s” with %(to)s is over."),
    ),
):
    notices.register(f"share.{_kind}", _said, _shares, named=_titled, titles=_titles)


def _with_whom(sentence: str, organisation: str) -> str:
    return sentence % {"name": accounts.name_of(UUID(organisation))}


histories.name_verbs(
    {
        "share": lambda facts: _with_whom(_("It was shared with: %(name)s."), facts["to"]),
        "end_share": lambda facts: _with_whom(_("It isn’t shared any more with: %(name)s."), facts["to"]),
        "share_over": lambda facts: _with_whom(
            _("The time for which it was shared is over, with: %(name)s."), facts["to"]
        ),
    }
)


@desk.offer
def sharing(actor: Actor) -> Iterable[Offer]:
    if access.visible_to(actor).exists():
        yield Offer(_("Shared with us and by us"), reverse("shares"))
