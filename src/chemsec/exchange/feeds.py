"""Atom feeds: what last happened to the practices of a list, newest first.

An entry is an edition, under the address by which it is cited. A practice that was withdrawn is one more
entry, which says why, since a feed has no other way to take something back.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from chemsec.compendium import public as compendium
from chemsec.platform import languages

SIZE = 50


def atom(cards: Iterable[compendium.Card], *, path: str, feed_path: str) -> Atom1Feed:
    """The feed of the list at `path`, itself found at `feed_path`."""
    about = _("New editions and withdrawals, newest first.")
    feed = Atom1Feed(
        title=_("Chemical Security Portal: practices"),
        subtitle=about,
        description=about,  # the same for formats that have no subtitle; the generator asks for both
        link=settings.CHEMSEC_BASE_URL + path,
        feed_url=settings.CHEMSEC_BASE_URL + feed_path,
        language=languages.current().tag,
        author_name=_("Chemical Security Portal"),
    )
    for card in cards:
        feed.add_item(**(_withdrawal(card) if card.practice.is_withdrawn else _edition(card)))
    return feed


def _edition(card: compendium.Card) -> dict:
    cited = compendium.cited(card.edition)
    return {
        "unique_id": cited,
        "link": cited,
        "title": card.text.title,
        "description": card.text.summary,
        "author_name": card.publisher,
        "pubdate": card.edition.published_at,
        "updateddate": card.practice.changed_at,
        "categories": card.edition.stages,
    }


def _withdrawal(card: compendium.Card) -> dict:
    cited = compendium.cited(card.edition)
    return {
        "unique_id": f"{cited}#withdrawn",
        "link": cited,
        "title": _("Withdrawn: %(title)s") % {"title": card.text.title},
        "description": card.practice.withdrawn_reason,
        "pubdate": card.practice.withdrawn_at,
        "updateddate": card.practice.withdrawn_at,
    }
