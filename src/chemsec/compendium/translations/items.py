"""What translations put on My desk, and the notices that they send."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.compendium.models import Translation
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
    "translation.changed",
    gettext_lazy("Somebody changed the translation of “%(practice)s” that you had offered for review."),
    _translation,
)
notices.register(
    "translation.placed", gettext_lazy("Your translation of “%(practice)s” is in place."), _translation
)
notices.register(
    "translation.sent_back",
    gettext_lazy("Your translation of “%(practice)s” was sent back; what should be different stands there."),
    _translation,
)


@desk.register
def translations(actor: Actor) -> Iterable[Item]:
    """What one may review, and of one's own what somebody else reviews or has sent back."""
    yield from _items(access.offered_to(actor), Section.WAITING, _("Review a translation: %(language)s"))
    if actor.person:
        mine = Translation.objects.filter(offered_by=actor.person)
        back = mine.filter(offered_at__isnull=True) if access.can_translate(actor) else mine.none()
        yield from _items(back, Section.WAITING, _("Revise your translation: %(language)s"))
        what = _("Somebody reviews your translation: %(language)s")
        yield from _items(mine.filter(offered_at__isnull=False), Section.AWAITED, what)


def _items(found: Iterable[Translation], section: Section, what: str) -> Iterable[Item]:
    found = list(found)[: desk.MOST]
    cards = queries.titles(found)
    for one in found:
        since = one.offered_at or one.sent_back_at
        if one.practice_id in cards and since:
            card = cards[one.practice_id]
            said = what % {"language": languages.language(one.language).name}
            url = _translation(f"{one.practice_id} {one.language}")
            yield Item(section, said, card.text.title, url, since, None, card.language.tag)


@desk.offer
def translating(actor: Actor) -> Iterable[Offer]:
    if access.can_translate(actor):
        yield Offer(_("Translations"), reverse("translations"))
