"""What translations put on My desk, and the notices that they send."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.platform import languages
from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.desk import Item, Offer, Section

from . import access, queries


def _translation(key: str) -> str:
    return reverse("translation", args=key.split(" "))


notices.register(
    "translation.offered", gettext_lazy("A translation of “%(practice)s” waits for review."), _translation
)
notices.register(
    "translation.placed", gettext_lazy("Your translation of “%(practice)s” is in place."), _translation
)


@desk.register
def translations(actor: Actor) -> Iterable[Item]:
    offered = list(access.offered_to(actor))
    cards = queries.titles(offered)
    for one in offered:
        if one.practice_id in cards and one.offered_at:
            card = cards[one.practice_id]
            what = _("Review a translation: %(language)s") % {
                "language": languages.language(one.language).name
            }
            url = _translation(f"{one.practice_id} {one.language}")
            yield Item(Section.WAITING, what, card.text.title, url, one.offered_at, None, card.language.tag)


@desk.offer
def translating(actor: Actor) -> Iterable[Offer]:
    if access.can_translate(actor):
        yield Offer(_("Translations"), reverse("translations"))
