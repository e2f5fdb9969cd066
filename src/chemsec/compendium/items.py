"""What was done with a practice, in words, and who may read it."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from chemsec.platform import languages
from chemsec.platform.access import Actor
from chemsec.platform.audit import histories

from . import access, queries
from .translations.access import can_translate

OF_TRANSLATORS = {
    "offer_translation",
    "send_back_translation",
}  # of working copies, which only who translates may see


def _language(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {**facts, "language": languages.language(facts["language"]).name}


histories.name_verbs(
    {
        "publish_edition": lambda facts: _("Edition %(edition)s was published.") % facts,
        "add_translation": lambda facts: (
            _("A translation of edition %(edition)s was put in place: %(language)s.") % _language(facts)
        ),
        "offer_translation": lambda facts: (
            _("A translation was offered for review: %(language)s.") % _language(facts)
        ),
        "send_back_translation": lambda facts: (
            _("A translation was sent back to its translators: %(language)s.") % _language(facts)
        ),
        "withdraw_practice": lambda facts: _("It was withdrawn: %(reason)s") % facts,
    }
)


def _history(actor: Actor, key: str) -> histories.Subject:
    practice = access.get(actor, key)
    if not access.can_read_history(actor, practice.owner_id):
        raise Http404
    card = queries.cards([practice])[0]
    hidden = frozenset() if can_translate(actor) else frozenset(OF_TRANSLATORS)
    return histories.Subject(
        card.text.title, reverse("practice", args=[practice.pk]), card.language.tag, hidden
    )


histories.register("practice", _history)
