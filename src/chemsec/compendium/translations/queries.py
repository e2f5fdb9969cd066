"""Reading translations: one function a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from chemsec.compendium import access as compendium
from chemsec.compendium import queries as practices
from chemsec.compendium.models import PROSE, EditionText, Practice, Section, Translation
from chemsec.kernel.differences import Piece, differences
from chemsec.platform import languages
from chemsec.platform.access import ANYONE, Actor
from chemsec.platform.glossary import Term, mark_terms

State = EditionText.State
PAGE = 40  # practices on a page of the board
STATES = (State.MACHINE, State.HUMAN, State.REVIEWED, State.OUT_OF_DATE)
NONE = "none"  # no text in this language


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
    language: str
    state: str  # of the text there, NONE, or "source"
    name: str  # of the state
    is_open: bool  # somebody is working on it


@dataclass(frozen=True)
class Board:
    """How far practices are translated into a language, a page of it."""

    page: Page
    rows: list[tuple[practices.Card, Cell]]
    counts: list[tuple[str, str, int]]  # in the chosen language: state, name, how many
    language: str
    state: str


def board(user: Actor, language: str, state: str, number: int) -> Board:
    """How far each practice is translated; in one language those of one state, if asked."""
    listed = compendium.listed_for(user)
    texts = _current_texts(language)
    totals = counts(user)[language]
    named = [(str(code), state_name(code), totals.get(code, 0)) for code in (*STATES, NONE)]
    if state == NONE:
        listed = listed.exclude(pk__in=texts.values("edition__practice"))
    elif state in STATES:
        listed = listed.filter(pk__in=texts.filter(state=state).values("edition__practice"))
    page = Paginator(listed.order_by("-changed_at", "pk"), PAGE).get_page(number)
    cards = practices.cards(page.object_list, with_others=True)
    working = set(
        Translation.objects.filter(practice__in=[card.id for card in cards]).values_list(
            "practice", "language"
        )
    )
    rows = [(card, _cell(card, language, working)) for card in cards]
    return Board(page, rows, named, language, state)


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


def _current_texts(language: str) -> QuerySet[EditionText]:
    """The texts of current editions in this language."""
    return EditionText.objects.filter(language=language, edition__number=F("edition__practice__current"))


def _cell(card: practices.Card, language: str, working: set[tuple[str, str]]) -> Cell:
    text = next((one for one in card.others if one.language == language), None)
    state = str(text.state) if text else NONE
    return Cell(language, state, state_name(state), (card.id, language) in working)


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
    return Sheet(practice, source, languages.language(language), parts, work, placed is not None)


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
