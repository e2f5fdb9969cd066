"""The editors' desk: lists of what wants looking at, each as a page, as a part of the desk and as a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from chemsec.compendium import access as compendium
from chemsec.compendium import queries as practices
from chemsec.compendium.applications import access as applications
from chemsec.compendium.drafts import access as drafts
from chemsec.compendium.drafts.queries import next_step
from chemsec.compendium.filters import Filters
from chemsec.compendium.models import (
    Application,
    Draft,
    Edition,
    EditionText,
    Gap,
    Link,
    Practice,
    Reminded,
    Signal,
    Translation,
    Withdrawal,
)
from chemsec.compendium.translations import queries as translations
from chemsec.platform import languages
from chemsec.platform.access import ANYONE, Actor
from chemsec.platform.pages import Page, page_of

from . import access, links

FEW = 6  # rows of a list that stand on the desk
PAGE = 50
SOON = timedelta(days=30)
RECENT = timedelta(days=90)  # within which readers' signals count here


@dataclass(frozen=True)
class Cell:
    text: str
    url: str = ""
    language: languages.Language | None = None  # of the text, where it isn't the reader's
    is_late: bool = False


@dataclass(frozen=True)
class Row:
    cells: Sequence[Cell]
    search: Gap | None = None  # what can be settled here


@dataclass(frozen=True)
class List:
    """One of the lists: `find` gives what it is of, the most pressing first, and `show` makes its rows."""

    code: str
    name: Promise
    means: Promise
    is_good: Promise  # what it says when there is nothing
    columns: Sequence[Promise]
    find: Callable[[Actor], Sequence[Any] | QuerySet]
    show: Callable[[Actor, Sequence[Any]], list[Row]]

    def first(self, user: Actor) -> "Part":
        found = self.find(user)
        size = found.count() if isinstance(found, QuerySet) else len(found)
        return Part(self, self.show(user, list(found[:FEW])), size)

    def page(self, user: Actor, number: str) -> tuple[Page, list[Row]]:
        page = page_of(self.find(user), number, size=PAGE)
        return page, self.show(user, page.rows)

    def all(self, user: Actor) -> list[Row]:
        return self.show(user, list(self.find(user)))


@dataclass(frozen=True)
class Part:
    """A list as it stands on the desk."""

    of: List
    rows: list[Row]
    size: int


def _day(moment: Any) -> str:
    return languages.day(moment) if moment else "–"


def _card(card: practices.Card, page: str = "practice") -> Cell:
    return Cell(card.text.title, reverse(page, args=[card.id]), card.language)


# ── what is under way ──


@dataclass(frozen=True)
class _Waiting:
    """Something that an editor or its writers have to see to."""

    key: Any  # of what it is
    what: str
    title: Cell
    next: str
    since: datetime
    due: datetime | None = None


class _Key(NamedTuple):
    """The same, not read yet: the queue may be long, and a page shows little of it."""

    since: datetime
    kind: str
    key: Any


@dataclass(frozen=True)
class _Kind:
    find: Callable[[Actor], QuerySet]
    since: str  # name of the field
    show: Callable[[QuerySet], Iterable[_Waiting]]


def _drafts(user: Actor) -> QuerySet[Draft]:
    return drafts.visible_to(user).filter(state__in=drafts.UNDER_WAY).exclude(state=Draft.State.DRAFT)


def _show_drafts(found: QuerySet[Draft]) -> Iterable[_Waiting]:
    for draft in found.select_related("reviewer"):
        title = Cell(
            str(draft),
            reverse("draft", args=[draft.pk]),
            languages.language(draft.language) if draft.language else None,
        )
        state = str(draft.get_state_display())
        yield _Waiting(draft.pk, state, title, next_step(draft), draft.since, draft.due)


def _applications(user: Actor) -> QuerySet[Application]:
    return applications.visible_to(user).filter(state=Application.State.SENT)


def _show_applications(found: QuerySet[Application]) -> Iterable[_Waiting]:
    for one, card in _with_cards(found):
        title = Cell(card.text.title, reverse("application", args=[one.pk]), card.language)
        yield _Waiting(
            one.pk, _("application"), title, _("An editor decides whether it is shown"), one.sent_at
        )


def _translations(user: Actor) -> QuerySet[Translation]:
    return Translation.objects.filter(offered_at__isnull=False, practice__in=compendium.listed_for(user))


def _show_translations(found: QuerySet[Translation]) -> Iterable[_Waiting]:
    for one, card in _with_cards(found):
        language = languages.language(one.language)
        title = Cell(card.text.title, reverse("translation", args=[card.id, one.language]), card.language)
        what = _("translation: %(language)s") % {"language": language.name}
        yield _Waiting(one.pk, what, title, _("Somebody else reviews it"), one.offered_at)


def _withdrawals(user: Actor) -> QuerySet[Withdrawal]:
    return access.visible_to(user).filter(state=access.WAITING)


def _show_withdrawals(found: QuerySet[Withdrawal]) -> Iterable[_Waiting]:
    for one, card in _with_cards(found):
        title = Cell(card.text.title, reverse("withdrawal", args=[one.pk]), card.language)
        yield _Waiting(one.pk, _("withdrawal"), title, _("A second editor decides"), one.proposed_at)


def _with_cards(found: QuerySet) -> Iterable[tuple[Any, practices.Card]]:
    """Each of these with its practice as it is read."""
    rows = list(found.select_related("practice"))
    cards = {card.id: card for card in practices.cards({one.practice for one in rows})}
    return [(one, cards[one.practice_id]) for one in rows]


_KINDS = {
    "draft": _Kind(_drafts, "since", _show_drafts),
    "application": _Kind(_applications, "sent_at", _show_applications),
    "translation": _Kind(_translations, "offered_at", _show_translations),
    "withdrawal": _Kind(_withdrawals, "proposed_at", _show_withdrawals),
}


def _queue(user: Actor) -> list[_Key]:
    """Everything under way that editors have a part in, what has waited longest first."""
    return sorted(
        _Key(since, name, key)
        for name, kind in _KINDS.items()
        for since, key in kind.find(user).values_list(kind.since, "pk")
    )


def _queue_rows(user: Actor, found: Sequence[_Key]) -> list[Row]:
    shown: dict[tuple[str, Any], _Waiting] = {}
    for name, kind in _KINDS.items():
        keys = [one.key for one in found if one.kind == name]
        shown |= {(name, one.key): one for one in kind.show(kind.find(user).filter(pk__in=keys))}
    rows = (shown.get((one.kind, one.key)) for one in found)
    return [_queue_row(one) for one in rows if one]  # without what was seen to meanwhile


def _queue_row(one: _Waiting) -> Row:
    now = timezone.now()
    waits = Cell(languages.days((now - one.since).days))
    due = Cell(_day(one.due), is_late=bool(one.due and one.due < now))
    return Row([Cell(one.what), one.title, Cell(one.next), waits, due])


# ── what grows stale ──


def _stale(user: Actor) -> QuerySet[Practice]:
    soon = timezone.localdate() + SOON
    return compendium.listed_for(user).filter(review_by__lte=soon).order_by("review_by", "pk")


def _stale_rows(_user: Actor, found: Sequence[Practice]) -> list[Row]:
    owners = {one.pk: one.owner for one in Practice.objects.filter(pk__in=found).select_related("owner")}
    told = {
        Reminded.NOBODY: _("nobody yet"),
        Reminded.KEEPER: _("who wrote it"),
        Reminded.OWNER: _("its organisation"),
        Reminded.READERS: _("its readers, by a mark"),
    }
    today = timezone.localdate()
    return [
        Row(
            [
                _card(card),
                Cell(owner.name if (owner := owners[card.id]) else _("nobody: the editors")),
                Cell(_day(card.practice.confirmed_at)),
                Cell(_day(card.practice.review_by), is_late=card.practice.review_by < today),
                Cell(told[Reminded(card.practice.reminded)]),
            ]
        )
        for card in practices.cards(found)
    ]


# ── sources that don't answer ──


def _broken(user: Actor) -> list[Link]:
    """Links that failed three times in a row, of practices that the user may see: never many."""
    failing = Link.objects.filter(state=Link.State.FAILS, failures__gte=links.TRIES)
    found = list(failing.order_by("failing_since", "pk"))
    shown = {url for url, _practice in _cited(user, found)}
    return [link for link in found if link.url in shown]


def _cited(user: Actor, found: Sequence[Link]) -> Iterable[tuple[str, str]]:
    """Address and practice of the current editions that cite these."""
    current = Edition.objects.filter(number=F("practice__current"), practice__in=compendium.listed_for(user))
    return current.filter(url__in=[link.url for link in found]).values_list("url", "practice")


def _broken_rows(user: Actor, found: Sequence[Link]) -> list[Row]:
    by_url = dict(_cited(user, found))
    cards = {card.id: card for card in practices.by_ids(user, list(by_url.values()))}
    return [
        Row(
            [
                _card(cards[by_url[link.url]], "revise"),
                Cell(link.url, link.url),
                Cell(f"{link.get_fault_display()}{f' ({link.status})' if link.status else ''}"),
                Cell(_day(link.failing_since)),
                Cell(languages.number(link.failures)),
            ]
        )
        for link in found
    ]


# ── what readers look for and say ──


def _searches(user: Actor) -> QuerySet[Gap]:
    return access.searches_for(user).filter(settled_at__isnull=True)


def _search_rows(_user: Actor, found: Sequence[Gap]) -> list[Row]:
    return [
        Row(
            [
                Cell(
                    one.text,
                    reverse("search", query={"q": one.text}),
                    languages.language(one.language),
                ),
                Cell(languages.language(one.language).name),
                Cell(_day(one.asked_at)),
            ],
            search=one,
        )
        for one in found
    ]


def _doubted(user: Actor) -> QuerySet[Practice]:
    """Practices that readers called wrong or out of date of late."""
    since = timezone.localdate() - RECENT
    said = Q(signals__day__gte=since)

    def counted(kind: str) -> Sum:
        return Sum("signals__count", filter=said & Q(signals__kind=kind))

    wrong = Signal.objects.filter(kind=Signal.Kind.WRONG, day__gte=since)
    listed = compendium.listed_for(user).filter(pk__in=wrong.values("practice"))
    return listed.annotate(
        wrong=counted(Signal.Kind.WRONG),
        useful=counted(Signal.Kind.USEFUL),
        applied=counted(Signal.Kind.APPLIED),
    ).order_by("-wrong", "pk")


def _doubted_rows(_user: Actor, found: Sequence[Any]) -> list[Row]:
    cards = {card.id: card for card in practices.cards(found)}
    return [
        Row(
            [
                _card(cards[one.pk]),
                *(Cell(languages.number(count or 0)) for count in (one.wrong, one.useful, one.applied)),
            ]
        )
        for one in found
    ]


LISTS = {
    one.code: one
    for one in (
        List(
            "queue",
            gettext_lazy("Under way"),
            gettext_lazy(
                "What waits for an editor or for its writers; what has waited longest stands first."
            ),
            gettext_lazy("Nothing waits."),
            [
                pgettext_lazy("column", "What it is"),  # a draft, a translation …: not what a practice is
                gettext_lazy("Practice"),
                gettext_lazy("Who acts next"),
                gettext_lazy("Waits for"),
                gettext_lazy("Due"),
            ],
            _queue,
            _queue_rows,
        ),
        List(
            "stale",
            gettext_lazy("To be looked at again"),
            gettext_lazy("Practices whose review is due within a month, or overdue."),
            gettext_lazy("No review is due within a month."),
            [
                gettext_lazy("Practice"),
                gettext_lazy("Owner"),
                gettext_lazy("Last confirmed"),
                gettext_lazy("Review by"),
                gettext_lazy("Who was told"),
            ],
            _stale,
            _stale_rows,
        ),
        List(
            "links",
            gettext_lazy("Sources that don’t answer"),
            gettext_lazy("Links that failed three times in a row. The practice leads to its next edition."),
            gettext_lazy("No link has failed three times."),
            [
                gettext_lazy("Practice"),
                gettext_lazy("Source"),
                gettext_lazy("What is wrong"),
                gettext_lazy("Since"),
                gettext_lazy("Tries"),
            ],
            _broken,
            _broken_rows,
        ),
        List(
            "searches",
            gettext_lazy("Questions that found nothing"),
            gettext_lazy("What readers asked for, and wanted you to know. Without their names."),
            gettext_lazy("Every question has been seen to."),
            [gettext_lazy("Question"), gettext_lazy("Language"), gettext_lazy("Asked on")],
            _searches,
            _search_rows,
        ),
        List(
            "doubts",
            gettext_lazy("What readers doubt"),
            gettext_lazy("Practices that readers called wrong or out of date within three months."),
            gettext_lazy("No reader has called anything wrong."),
            [
                gettext_lazy("Practice"),
                gettext_lazy("Wrong or out of date"),
                gettext_lazy("Useful"),
                gettext_lazy("Applied"),
            ],
            _doubted,
            _doubted_rows,
        ),
    )
}


# ── the desk ──


@dataclass(frozen=True)
class Checks:
    """How far the links have been checked."""

    links: int
    checked: int
    failing: int  # once or twice so far, or more often


@dataclass(frozen=True)
class Desk:
    parts: list[Part]
    checks: Checks
    empty_cells: int  # of the coverage matrix
    cells: int
    thin: list[tuple[str, str, int]]  # lines with hardly a practice: code, name, how many
    translated: list[tuple[languages.Language, list[int]]]  # language, how many in each state
    states: list[str]


def desk(user: Actor) -> Desk:
    coverage = practices.coverage(ANYONE, "measure", Filters())
    counted = translations.counts(ANYONE)
    states = [EditionText.State.SOURCE, *translations.STATES, translations.NONE]
    return Desk(
        [one.first(user) for one in LISTS.values()],
        _checks(),
        len(coverage.empty),
        len(coverage.lines) * len(coverage.stages),
        coverage.thin,
        [
            (languages.language(code), [counted[code].get(state, 0) for state in states])
            for code in languages.CODES
        ],
        [translations.state_name(state) for state in states],
    )


def _checks() -> Checks:
    failing = Q(state=Link.State.FAILS)
    found = Link.objects.aggregate(
        links=Count("pk"), checked=Count("checked_at"), failing=Count("pk", filter=failing)
    )
    return Checks(**found)


# ── one practice ──


def reminders(user: Actor) -> QuerySet[Practice]:
    """Practices that the user is to confirm: of those that they keep themselves a month ahead."""
    kept = compendium.kept_by(user).filter(owner__isnull=False)
    own = Q(keeper=user.person, reminded__gte=Reminded.KEEPER)
    return kept.filter(own | Q(reminded__gte=Reminded.OWNER)).order_by("review_by", "pk")
