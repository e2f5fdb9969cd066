"""Reading translations: one function a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from chemsec.compendium import access as compendium
from chemsec.compendium import queries as practices
from chemsec.compendium.models import PROSE, EditionText, Practice, ReplacedText, Section, Translation
from chemsec.kernel.differences import Piece, differences
from chemsec.platform import caching, languages
from chemsec.platform.access import ANYONE, Actor
from chemsec.platform.glossary import Term, mark_terms
from chemsec.platform.pages import Page, page_of

State = EditionText.State
PAGE = 40  # practices on a page of the board
SHOWN = 10  # texts that were replaced
STATES = (State.MACHINE, State.HUMAN, State.REVIEWED, State.OUT_OF_DATE)
NONE = "none"  # no text in this language
WAITING, OPEN = "waiting", "open"  # of a working copy: offered for review, or being worked on

SYMBOLS = {
    State.SOURCE: "■",
    State.REVIEWED: "●",
    State.HUMAN: "◐",
    State.MACHINE: "○",
    State.OUT_OF_DATE: "△",
    NONE: "–",
    WAITING: "◇",
    OPEN: "…",
}
SHORT = {
    State.SOURCE: pgettext_lazy("translation", "original"),
    State.REVIEWED: pgettext_lazy("translation", "reviewed"),
    State.HUMAN: pgettext_lazy("translation", "by a person"),
    State.MACHINE: pgettext_lazy("translation", "by a machine"),
    State.OUT_OF_DATE: pgettext_lazy("translation", "behind"),
    NONE: pgettext_lazy("translation", "nothing"),
    WAITING: gettext_lazy("waiting for review"),
    OPEN: gettext_lazy("being translated"),
}


def in_place(practice: Practice, language: str | None) -> EditionText | None:
    """The text of the current edition in this language; its source for None."""
    texts = EditionText.objects.select_related("edition").filter(
        edition__practice=practice, edition__number=practice.current
    )
    wanted = texts.filter(language=language) if language else texts.filter(state=State.SOURCE)
    return wanted.first()


# ── the board ──


@dataclass(frozen=True)
class Cell:
    """How far one practice is in one language: beside the words a symbol, told apart by its form."""

    language: languages.Language
    state: str  # of the text there, NONE, or "source"
    name: str  # of the state, in a word or two
    work: str  # WAITING, OPEN or empty: what becomes of it

    @property
    def is_source(self) -> bool:
        return self.state == State.SOURCE

    @property
    def marks(self) -> list[tuple[str, str]]:
        """What the cell says, symbol and words; of a language that has nothing yet only what is under way."""
        state = [] if self.state == NONE and self.work else [(SYMBOLS[self.state], self.name)]
        return state + ([(SYMBOLS[self.work], short_name(self.work))] if self.work else [])


@dataclass(frozen=True)
class Wanted:
    """What of the board somebody wants to see."""

    language: str = ""  # empty: all of them
    state: str = ""
    title: str = ""  # words in a title, whatever its language

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.language,) if self.language else languages.CODES

    @property
    def address(self) -> str:
        return "?" + urlencode({"language": self.language, "state": self.state, "q": self.title, "page": ""})


@dataclass(frozen=True)
class Board:
    """How far practices are translated, a page of it: a line each, a column each language."""

    page: Page
    columns: list[languages.Language]
    rows: list[tuple[practices.Card, list[Cell]]]
    counts: list[tuple[str, str, int]]  # in the columns: state, name, how many
    legend: list[tuple[str, str]]  # symbol, what it stands for
    wanted: Wanted


def board(user: Actor, wanted: Wanted, number: str | int) -> Board:
    """How far each practice is translated; those of one state and title, if asked."""
    listed = _listed(user, wanted).order_by("-changed_at", "pk")
    page = page_of(listed, number, size=PAGE, address=wanted.address)
    cards = practices.cards(page.rows, with_others=True)
    works = Translation.objects.filter(practice__in=[card.id for card in cards])
    under_way = {
        (practice, language): WAITING if offered_at else OPEN
        for practice, language, offered_at in works.values_list("practice", "language", "offered_at")
    }
    rows = [(card, [_cell(card, code, under_way) for code in wanted.codes]) for card in cards]
    legend = [
        (symbol, short_name(state) if state in (WAITING, OPEN) else state_name(state))
        for state, symbol in SYMBOLS.items()
    ]
    columns = [languages.language(code) for code in wanted.codes]
    return Board(page, columns, rows, _totals(user, wanted), legend, wanted)


def _listed(user: Actor, wanted: Wanted) -> QuerySet[Practice]:
    listed = compendium.listed_for(user)
    texts = EditionText.objects.filter(edition__number=F("edition__practice__current"))
    if wanted.title:
        # SQLite tells capitals apart where they aren't of ASCII
        spelt = {wanted.title, wanted.title.lower(), wanted.title.capitalize()}
        named = Q(*(("title__icontains", words) for words in sorted(spelt)), _connector=Q.OR)
        listed = listed.filter(pk__in=texts.filter(named).values("edition__practice"))
    there = texts.filter(language__in=wanted.codes)
    if wanted.state == NONE:
        each = there.values("edition__practice").annotate(number=Count("pk")).order_by()
        return listed.exclude(pk__in=each.filter(number=len(wanted.codes)).values("edition__practice"))
    if wanted.state == WAITING:
        return listed.filter(pk__in=_waiting(wanted).values("practice"))
    if wanted.state in STATES:
        return listed.filter(pk__in=there.filter(state=wanted.state).values("edition__practice"))
    return listed


def _waiting(wanted: Wanted) -> QuerySet[Translation]:
    return Translation.objects.filter(offered_at__isnull=False, language__in=wanted.codes)


def _totals(user: Actor, wanted: Wanted) -> list[tuple[str, str, int]]:
    counted = counts(ANYONE)
    totals = {state: sum(counted[code].get(state, 0) for code in wanted.codes) for state in (*STATES, NONE)}
    totals[WAITING] = _waiting(wanted).filter(practice__in=compendium.listed_for(user)).count()
    return [
        (str(state), short_name(state) if state == WAITING else state_name(state), number)
        for state, number in totals.items()
    ]


@caching.kept(1)
def counts(user: Actor) -> dict[str, dict[str, int]]:
    """For each language how many practices are in each state, NONE among them."""
    listed = compendium.listed_for(user)
    total = listed.count()
    found: dict[str, dict[str, int]] = {code: {NONE: total} for code in languages.CODES}
    rows = (
        EditionText.objects.filter(
            edition__practice__in=listed, edition__number=F("edition__practice__current")
        )
        .values_list("language", "state")
        .annotate(number=Count("pk"))
        .order_by()
    )
    for language, state, number in rows:
        found[language][state] = number
        found[language][NONE] -= number
    return found


def _cell(card: practices.Card, code: str, under_way: Mapping[tuple[str, str], str]) -> Cell:
    language, work = languages.language(code), under_way.get((card.id, code), "")
    text = next((one for one in card.others if one.language == code), None)
    if text is None:
        return Cell(language, NONE, short_name(NONE), work)
    text.edition = card.edition  # or each would ask for it
    number = len(text.behind())
    if not number:
        return Cell(language, text.state, short_name(text.state), work)
    said = ngettext("behind in %(n)s section", "behind in %(n)s sections", number)
    return Cell(language, text.state, said % {"n": languages.number(number)}, work)


def short_name(state: str) -> str:
    """A state in a word or two; what it means says `state_name`."""
    return str(SHORT[state])


def state_name(state: str) -> str:
    return _("not translated") if state == NONE else str(State(state).label)


# ── side by side ──


@dataclass(frozen=True)
class Part:
    """A section beside its translation."""

    code: str
    name: str
    terms: list[Term]  # the source, with the glossary's terms marked
    placed: str  # what readers see now
    words: str  # what stands in the working copy, else what readers see
    section: Section
    is_worked_on: bool
    changed: list[Piece]  # what the source changed since the edition that is translated, where it did
    is_behind: bool

    @property
    def state(self) -> str:
        if not self.section.of and not self.placed:
            return _("not translated")
        return str(State(self.section.state).label)

    @property
    def known(self) -> list[Term]:
        """The terms in it, each once."""
        return list(dict.fromkeys(term for term in self.terms if term.translation))


@dataclass(frozen=True)
class Sheet:
    practice: Practice
    source: EditionText
    language: languages.Language
    parts: list[Part]
    work: Translation | None
    is_placed: bool
    replaced: list["Replaced"]

    @property
    def source_language(self) -> languages.Language:
        return languages.language(self.source.language)

    @property
    def to_review(self) -> list[Part]:
        """What stands there as a machine or a person left it, up to date with its source."""
        return [
            part
            for part in self.parts
            if part.placed and not part.is_behind and part.section.state != State.REVIEWED
        ]


def side_by_side(practice: Practice, source: EditionText, language: str) -> Sheet:
    """Every section of the source with its translation. The caller has authorised it."""
    placed = in_place(practice, language)
    works = Translation.objects.select_related("offered_by", "sent_back_by")
    work = works.filter(practice=practice, language=language).first()
    earlier = sources_of(practice)
    parts = [
        _part(name, source, language, (placed, work), earlier=earlier)
        for name in PROSE
        if getattr(source, name) or (placed and getattr(placed, name))
    ]
    replaced = _replaced(practice, language, placed)
    return Sheet(practice, source, languages.language(language), parts, work, placed is not None, replaced)


@dataclass(frozen=True)
class Replaced:
    """What readers saw until other words were put in its place."""

    text: ReplacedText
    parts: list[tuple[str, list[Piece]]]  # the name of each section that changed, its words then and after


def _replaced(practice: Practice, language: str, placed: EditionText | None) -> list[Replaced]:
    """The last of them, newest first, each against what came after it."""
    found = ReplacedText.objects.filter(practice=practice, language=language).select_related("replaced_by")
    made, after = [], placed.words if placed else {}
    for text in found[:SHOWN]:
        changed = [name for name in PROSE if text.words.get(name, "") != after.get(name, "")]
        parts = [
            (str(practices.NAMES[name]), differences(text.words.get(name, ""), after.get(name, "")))
            for name in changed
        ]
        made.append(Replaced(text, parts))
        after = text.words
    return made


def sources_of(practice: Practice) -> dict[int, EditionText]:
    """The source of each of its editions, by number."""
    texts = EditionText.objects.filter(edition__practice=practice, state=State.SOURCE).select_related(
        "edition"
    )
    return {text.edition.number: text for text in texts}


def _part(
    name: str,
    source: EditionText,
    language: str,
    there: tuple[EditionText | None, Translation | None],
    *,
    earlier: dict[int, EditionText],
) -> Part:
    placed, work = there
    now = getattr(source, name)
    shown = getattr(placed, name) if placed else ""
    section = placed.section(name) if placed else Section(State.HUMAN, 0)
    is_behind = section.of < source.edition.number
    old = earlier.get(section.of)
    worked = bool(work and name in work.words)
    return Part(
        name,
        str(practices.NAMES[name]),
        mark_terms(now, source.language, language),
        shown,
        work.words[name] if work and worked else shown,
        section,
        worked,
        differences(getattr(old, name), now) if is_behind and old else [],
        is_behind,
    )


# ── for readers ──


def behind(text: EditionText) -> list[str]:
    """The names of the sections that translate an earlier edition, as a practice's page says."""
    return [str(practices.NAMES[name]) for name in text.behind()]


def titles(found: Iterable[Translation]) -> dict[str, practices.Card]:
    return {card.id: card for card in practices.by_ids(ANYONE, [one.practice_id for one in found])}
