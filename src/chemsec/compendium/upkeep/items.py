"""What upkeep puts on My desk, and the notices that it sends."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.compendium.queries import cards
from chemsec.platform.access import Actor
from chemsec.platform.accounts import desk, notices
from chemsec.platform.accounts.desk import Item, Offer, Section
from chemsec.platform.audit import histories

from . import access, queries


def _withdrawal(key: str) -> str:
    return reverse("withdrawal", args=[key])


def _titles(actor: Actor, keys: Iterable[str]) -> dict[str, str]:
    found = list(access.visible_to(actor).filter(pk__in=list(keys)).select_related("practice"))
    titles = {card.id: card.text.title for card in cards([one.practice for one in found])}
    return {str(one.pk): titles[one.practice_id] for one in found}


notices.register(
    "practice.review",
    gettext_lazy("Does “%(title)s” still hold? It should be looked at again."),
    lambda key: reverse("practice_confirm", args=[key]),
)
notices.register(
    "withdrawal.proposed",
    gettext_lazy("Somebody proposes to withdraw a practice."),
    _withdrawal,
    named=gettext_lazy("Somebody proposes to withdraw “%(title)s”."),
    titles=_titles,
)
notices.register("withdrawal.carried_out", gettext_lazy("“%(title)s” was withdrawn."), _withdrawal)
notices.register(
    "withdrawal.declined",
    gettext_lazy("A practice stays: its withdrawal was declined."),
    _withdrawal,
    named=gettext_lazy("“%(title)s” stays: its withdrawal was declined."),
    titles=_titles,
)


histories.name_verbs(
    {
        "remind": gettext_lazy("Somebody was reminded that it should be looked at again."),
        "confirm_practice": lambda facts: (
            _("It was confirmed; to be looked at again by %(review_by)s.") % facts
        ),
        "propose_withdrawal": gettext_lazy("Its withdrawal was proposed."),
        "carry_out_withdrawal": gettext_lazy("Its withdrawal was carried out by a second person."),
        "decline_withdrawal": gettext_lazy("Its withdrawal was declined."),
        "take_back_withdrawal": gettext_lazy("The proposal to withdraw it was taken back."),
    }
)


@desk.register
def reviews(actor: Actor) -> Iterable[Item]:
    """Practices that somebody should say of whether they still hold."""
    for card in cards(queries.reminders(actor)[: desk.MOST]):
        practice = card.practice
        due = datetime.combine(practice.review_by, time.min, UTC)
        yield Item(
            Section.WAITING,
            _("Confirm that it still holds, or revise it"),
            card.text.title,
            reverse("practice_confirm", args=[card.id]),
            practice.confirmed_at or practice.published_at,
            due,
            card.language.tag,
        )


@desk.register
def withdrawals(actor: Actor) -> Iterable[Item]:
    """What an editor decides as the second person, and what its proposer waits for."""
    waiting = access.visible_to(actor).filter(state=access.WAITING)
    yield from _items(access.decided_by(actor, waiting), Section.WAITING, _("Decide on a withdrawal"))
    mine = waiting.filter(proposed_by=actor.person, owner=actor.organisation)
    yield from _items(mine, Section.AWAITED, _("A second person decides on the withdrawal"))


def _items(found, section: Section, what: str) -> Iterable[Item]:
    first = list(found.select_related("practice")[: desk.MOST])
    titles = {card.id: card for card in cards([one.practice for one in first])}
    for one in first:
        card, url = titles[one.practice_id], _withdrawal(str(one.pk))
        yield Item(
            section,
            what,
            card.text.title,
            url,
            one.proposed_at,
            None,
            card.language.tag,
            is_confidential=True,  # that it may go is for those alone who decide
        )


@desk.offer
def editing(actor: Actor) -> Iterable[Offer]:
    if actor.has(access.EDITOR):
        yield Offer(_("Editors’ desk"), reverse("editors"))
