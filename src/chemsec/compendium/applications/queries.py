"""Reading applications: one function a page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chemsec.compendium import queries as compendium
from chemsec.compendium.models import Application, Practice
from chemsec.platform import languages
from chemsec.platform.access import Actor
from chemsec.platform.pages import Page, page_of

from . import access

MOST = 50  # applications of one group on a page


@dataclass(frozen=True)
class Shown:
    """An application as one reader may know it."""

    application: Application
    owner: str  # its name, or what stands for it

    @property
    def language(self) -> languages.Language:
        return languages.language(self.application.language)


@dataclass(frozen=True)
class Listed:
    """The applications of a practice that a reader may see, and how they came out."""

    shown: list[Shown]
    outcomes: list[tuple[str, int]]  # name, how many

    @property
    def has_invented(self) -> bool:
        return any(one.application.owner.is_fictional for one in self.shown)


def _shown(user: Actor, found: Iterable[Application]) -> list[Shown]:
    """Of applications that have their owners with them."""
    return [
        Shown(one, one.owner.name if access.can_name(user, one) else _("A State that isn’t named"))
        for one in found
    ]


def applications_of(user: Actor, practice: Practice) -> Listed:
    listed = access.visible_to(user).filter(practice=practice, state=Application.State.LISTED)
    shown = _shown(user, listed.select_related("owner"))
    counts = Counter(one.application.outcome for one in shown)
    names = [(str(label), counts[code]) for code, label in Application.Outcome.choices if counts[code]]
    return Listed(shown, names)


@dataclass(frozen=True)
class Line:
    """An application in a list, with the practice that it is of."""

    shown: Shown
    card: compendium.Card


@dataclass(frozen=True)
class Applications:
    waiting: Page  # for an editor to decide
    own: Page


def applications(user: Actor, asked: Mapping[str, str]) -> Applications:
    """Those of the organisation that the user acts for; for an editor also what is to be decided."""
    visible = access.visible_to(user)
    own = visible.filter(owner=user.organisation).order_by("-sent_at", "pk")
    waiting = visible.filter(state=Application.State.SENT).exclude(author=user.person)
    to_decide = waiting.order_by("sent_at", "pk") if user.has(access.EDITOR) else waiting.none()
    return Applications(*(_page(user, asked, *group) for group in (("waiting", to_decide), ("own", own))))


def _page(user: Actor, asked: Mapping[str, str], name: str, found: QuerySet[Application]) -> Page:
    found = found.select_related("practice", "owner")
    page = page_of(found, asked.get(name, "1"), size=MOST, address=f"?{name}=")
    return replace(page, rows=lines(user, page.rows))


def lines(user: Actor, found: Iterable[Application]) -> list[Line]:
    shown = _shown(user, found)
    cards = {card.id: card for card in compendium.cards({one.application.practice for one in shown})}
    return [Line(one, cards[one.application.practice_id]) for one in shown]


def one(user: Actor, application: Application) -> Line:
    """An application on its page. The caller has authorised it."""
    owner = application.owner.name if access.can_name(user, application) else _("A State that isn’t named")
    return Line(Shown(application, owner), compendium.cards([application.practice])[0])
