"""Reading the compendium: one function a page, each in a fixed number of SQL queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models import Value as Number
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.kernel.differences import Piece
from chemsec.kernel.differences import differences as compare_texts
from chemsec.kernel.sentences import split_sentences, split_steps
from chemsec.platform import caching, languages, taxonomy
from chemsec.platform.access import ANYONE, Actor
from chemsec.platform.invented import marked
from chemsec.search import public as search

from . import access, facets
from .filters import SORTS, VIEWS, Filters
from .findable import KIND
from .models import COLLECTION, NEEDS, PROSE, Edition, EditionText, Practice, Tag

NAMES = {  # of the parts of a text, as a practice's page heads them
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("What it is"),
    "how_to_apply": gettext_lazy("How to adopt it"),
    "needs_law": gettext_lazy("Law"),
    "needs_staff": gettext_lazy("Staff"),
    "needs_time": gettext_lazy("Time"),
    "needs_money": gettext_lazy("Money"),
    "evidence": gettext_lazy("Does it work?"),
    "limits": gettext_lazy("Limits"),
}
MAX_FOUND = 60  # more than anybody reads; what lies below is noise
# when nothing fits: practices that the reader may look at, that are looked at for facets, and facets offered
NEAREST, NEAR, NEAR_FACETS = 3, 8, 6
THIN = 2  # practices at which a page speaks of a gap
TELLING = ("stage", "measure", "audience", "region")  # facets by which practices are alike
ALIKE = 4  # practices like one that its page names
RAREST = 1_000_000  # what a tag in common weighs that only one practice has
OPEN_FACETS = 3  # stand open at first; the others show only their names


@dataclass(frozen=True)
class Card:
    """An edition in the words of one reader: what lists, pages, exports and booklets show of it."""

    practice: Practice
    edition: Edition
    text: EditionText
    reader: str  # the language that was asked for
    reasons: search.Reasons | None = None
    others: tuple[EditionText, ...] = ()  # every text of the edition; only where they are asked for
    score: float | None = None  # of a hit, 0 to 1

    @property
    def id(self) -> str:
        return self.practice.pk

    @property
    def steps(self) -> list[str]:
        return split_steps(self.text.how_to_apply)

    @property
    def needs(self) -> list[tuple[str, str]]:
        """What adopting it takes: each kind of need with what the text says of it, empty where it doesn't."""
        return [(str(NAMES[name]), getattr(self.text, name)) for name in NEEDS]

    @property
    def states_needs(self) -> bool:
        return any(value for _name, value in self.needs)

    @property
    def lead(self) -> str:
        """The first sentence of the summary: what a list shows."""
        return next(iter(split_sentences(self.text.summary)), "")

    @property
    def scope(self) -> str:
        return facets.scope_name(self.edition.scope)

    @property
    def is_foreign(self) -> bool:
        """The reader's language isn't there: the text stands in its own."""
        return self.text.language != self.reader

    @property
    def language(self) -> languages.Language:
        return languages.language(self.text.language)

    @property
    def grade(self) -> str:
        """The grade of evidence that readers see; an older edition shows its own."""
        return facets.grade_of(self.edition, self.practice.reports if self.is_current else 0)

    @property
    def grade_level(self) -> int:
        return taxonomy.codes("evidence_grades").index(self.grade)

    @property
    def language_name(self) -> str:
        """The language of the text, named in the reader's."""
        return languages.document_language_name(self.text.language.partition("-")[0])

    @property
    def is_invented(self) -> bool:
        return self.practice.is_invented

    @property
    def publisher(self) -> str:
        """As it is shown and cited: what was invented says so."""
        return marked(self.edition.publisher) if self.is_invented else self.edition.publisher

    @property
    def is_current(self) -> bool:
        return self.edition.number == self.practice.current

    @cached_property
    def document_languages(self) -> list[str]:
        codes = [self.edition.document_language, *self.edition.other_languages]
        return [languages.document_language_name(code) for code in dict.fromkeys(codes)]


def _best_text(texts: Iterable[EditionText], source: str, wanted: str) -> EditionText:
    by_language = {text.language: text for text in texts}
    return by_language.get(wanted) or by_language[source]


def cards(
    practices: Iterable[Practice], *, language: str | None = None, with_others: bool = False
) -> list[Card]:
    """The current editions of these practices, in their order. Two queries, whatever their number."""
    wanted = language or languages.current().code
    practices = list(practices)
    current = Q()
    for number, ids in _by_number(practices).items():
        current |= Q(number=number, practice__in=ids)
    editions = (
        {edition.practice_id: edition for edition in Edition.objects.filter(current)} if practices else {}
    )
    needed = Q() if with_others else Q(language=wanted) | Q(state=EditionText.State.SOURCE)
    texts = defaultdict(list)
    for text in EditionText.objects.filter(needed, edition__in=editions.values()):
        texts[text.edition_id].append(text)
    return [
        Card(
            practice,
            edition,
            _best_text(texts[edition.pk], edition.source_language, wanted),
            wanted,
            others=tuple(texts[edition.pk]) if with_others else (),
        )
        for practice in practices
        for edition in [editions[practice.pk]]
    ]


def _by_number(practices: Iterable[Practice]) -> dict[int, list[str]]:
    numbers = defaultdict(list)
    for practice in practices:
        numbers[practice.current].append(practice.pk)
    return numbers


def by_ids(user: Actor, ids: Sequence[str], *, language: str | None = None) -> list[Card]:
    """The practices with these ids that the reader may see, in the order of the ids."""
    found = access.listed_for(user).in_bulk(ids)
    return cards([found[key] for key in dict.fromkeys(ids) if key in found], language=language)


def titles(user: Actor, ids: Sequence[str]) -> list[str]:
    """The titles of these practices, in their order; an id for what isn't there, or no longer."""
    found = {card.id: card.text.title for card in by_ids(user, ids)}
    return [found.get(key, key) for key in ids]


# ── lists ──


@dataclass(frozen=True)
class Value:
    """One value of a facet as a list shows it."""

    code: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Listing:
    """A page of a list: its cards, its size and the facets that would narrow it."""

    filters: Filters
    total: int
    cards: list[Card]
    pages: int
    facets: dict[str, list[Value]] = field(default_factory=dict)

    @property
    def shown_facets(self) -> list[tuple[str, object, list[Value], bool]]:
        """Code, name, values and whether it stands open: the first three, and those that narrow already."""
        return [
            (code, facets.FACETS[code].name, values, place < OPEN_FACETS or code in self.filters.chosen)
            for place, (code, values) in enumerate(self.facets.items())
            if values
        ]

    @property
    def number(self) -> int:
        return self.filters.page

    @property
    def before(self) -> str:
        return self.filters.address(page=self.filters.page - 1) if self.filters.page > 1 else ""

    @property
    def after(self) -> str:
        return self.filters.address(page=self.filters.page + 1) if self.filters.page < self.pages else ""

    @property
    def sorts(self) -> list[tuple[object, str]]:
        """Name and address of each order; the one in force has no address."""
        return _choices(SORTS, self.filters, "sort")

    @property
    def views(self) -> list[tuple[object, str]]:
        return _choices(VIEWS, self.filters, "view")


def _choices(known: Mapping[str, object], filters: Filters, name: str) -> list[tuple[object, str]]:
    now = getattr(filters, name)
    return [(shown, "" if code == now else filters.address(**{name: code})) for code, shown in known.items()]


def _narrow(listed: QuerySet[Practice], chosen: Mapping[str, tuple[str, ...]]) -> QuerySet[Practice]:
    """Values of one facet widen, facets narrow each other."""
    for facet, codes in chosen.items():
        listed = listed.filter(pk__in=Tag.objects.filter(facet=facet, code__in=codes).values("practice"))
    return listed


def filtered(user: Actor, filters: Filters) -> QuerySet[Practice]:
    """The practices that a list shows, in its order."""
    return _sorted(_narrow(access.listed_for(user), filters.chosen), filters.sort)


def _sorted(listed: QuerySet[Practice], sort: str) -> QuerySet[Practice]:
    if sort == "title":
        return listed.annotate(shown_title=_shown("title")).order_by("shown_title", "pk")
    if sort == "year":
        year = Edition.objects.filter(practice=OuterRef("pk"), number=OuterRef("current")).values("year")
        return listed.annotate(year=Subquery(year)).order_by(F("year").desc(nulls_last=True), "pk")
    return listed.order_by("-published_at", "pk")


def _shown(name: str) -> Coalesce:
    """A field of the text that the reader would see, as SQL."""
    texts = EditionText.objects.filter(edition__practice=OuterRef("pk"), edition__number=OuterRef("current"))
    return Coalesce(
        Subquery(texts.filter(language=languages.current().code).values(name)[:1]),
        Subquery(texts.filter(state=EditionText.State.SOURCE).values(name)[:1]),
    )


def practices(user: Actor, filters: Filters) -> Listing:
    """One page of the browsable list."""
    found = filtered(user, filters)
    total = found.count()
    page = found[filters.start : filters.end]
    return Listing(filters, total, cards(page), filters.pages(total), _facets(user, filters))


def _facets(user: Actor, filters: Filters) -> dict[str, list[Value]]:
    return _values(_facet_counts(user, tuple(filters.chosen.items())), filters)


@caching.kept(500)
def _facet_counts(user: Actor, chosen: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[tuple[str, str], int]:
    """Counts for every value; a facet in use is counted as if it weren't, so that one can widen it."""
    listed, narrowed = access.listed_for(user), dict(chosen)
    counts = _counts(_narrow(listed, narrowed), [facet for facet in facets.FACETS if facet not in narrowed])
    for facet in narrowed:
        others = {name: codes for name, codes in chosen if name != facet}
        counts |= _counts(_narrow(listed, others), [facet])
    return counts


def _counts(listed: QuerySet[Practice], names: Sequence[str]) -> dict[tuple[str, str], int]:
    rows = Tag.objects.filter(facet__in=names, practice__in=listed).values_list("facet", "code")
    return {(facet, code): count for facet, code, count in rows.annotate(n=Count("practice")).order_by()}


def _values(counts: dict[tuple[str, str], int], filters: Filters) -> dict[str, list[Value]]:
    shown: dict[str, list[Value]] = {}
    for facet in facets.FACETS:
        chosen = filters.chosen.get(facet, ())
        shown[facet] = [
            Value(code, facets.name(facet, code), counts.get((facet, code), 0), code in chosen)
            for code in facets.values(facet)
            if (facet, code) in counts or code in chosen
        ]
    shown["language"].sort(key=lambda value: -value.count)
    return shown


def changes(user: Actor, filters: Filters, *, limit: int) -> list[Card]:
    """What last happened to the practices of a list, newest first; withdrawn ones in their last edition."""
    visible = _narrow(access.visible_to(user), filters.chosen)
    return cards(visible.order_by("-changed_at", "pk")[:limit])


# ── search ──


@dataclass(frozen=True)
class Answer:
    """What a question found: a listing of hits with reasons, or nothing that fits and what lies near."""

    question: str
    listing: Listing
    fits: bool
    nearest: list[Card] = field(
        default_factory=list
    )  # where nothing fits, for whoever wants to look all the same
    near_facets: list[tuple[str, str, str]] = field(default_factory=list)  # facet, code, name


def answer(user: Actor, question: str, filters: Filters) -> Answer:
    """Practices for a question in plain words, best first, each with the reason why it fits."""
    language = languages.current().code
    among = set(_narrow(access.listed_for(user), filters.chosen).values_list("pk", flat=True))
    size = max(0, min(filters.size, MAX_FOUND - filters.start))
    found = search.find(
        search.Query(question, language), kind=KIND, among=among, offset=filters.start, limit=size
    )
    keys = found.keys[:MAX_FOUND]
    hits = _explained(user, found.hits if found.fits else (), language=language)
    counts = _counts(access.listed_for(user).filter(pk__in=keys), list(facets.FACETS)) if found.fits else {}
    total = len(keys) if found.fits else 0
    return Answer(
        question,
        Listing(filters, total, hits, filters.pages(total), _values(counts, filters)),
        found.fits,
        nearest=[] if found.fits else by_ids(user, keys[:NEAREST]),
        near_facets=[] if found.fits else _near_facets(user, keys[:NEAR]),
    )


def answered(user: Actor, questions: Iterable[str], *, limit: int) -> list[str]:
    """The first of these questions that the compendium answers: what it may offer as examples."""
    language = languages.current().code
    fit = (question for question in questions if match(user, search.Query(question, language), limit=1).cards)
    return list(islice(fit, limit))


def _near_facets(user: Actor, keys: Sequence[str]) -> list[tuple[str, str, str]]:
    """Stages and measures that the nearest practices have in common: where to look when nothing fits."""
    counts = _counts(access.listed_for(user).filter(pk__in=keys), ["stage", "measure"])
    often = sorted(counts, key=lambda pair: -counts[pair])[:NEAR_FACETS]
    return [(facet, code, facets.name(facet, code)) for facet, code in often]


def _explained(user: Actor, hits: Sequence[search.Hit], *, language: str) -> list[Card]:
    by_key = {hit.key: hit for hit in hits}
    return [
        replace(card, reasons=by_key[card.id].reasons, score=by_key[card.id].score)
        for card in by_ids(user, list(by_key), language=language)
    ]


@dataclass(frozen=True)
class Matches:
    """What answers a need: the best of them as cards with score and reasons, and how many fit in all."""

    cards: list[Card]
    total: int


def match(user: Actor, need: search.Query, *, limit: int) -> Matches:
    """Practices that answer a need, best first, in its language; none where nothing fits."""
    among = set(access.listed_for(user).values_list("pk", flat=True))
    found = search.find(need, kind=KIND, among=among, limit=limit)
    if not found.fits:
        return Matches([], 0)
    return Matches(_explained(user, found.hits, language=need.language), len(found.keys))


# ── one practice ──


@dataclass(frozen=True)
class Related:
    card: Card
    stages: tuple[str, ...]
    measure_kinds: tuple[str, ...]
    in_same_place: bool

    @property
    def in_common(self) -> list[str]:
        """Names of what the two share, as the reader is told."""
        names = [("stages", code) for code in self.stages]
        names += [("measure_kinds", code) for code in self.measure_kinds]
        place = [self.card.scope] if self.in_same_place else []
        return place + [taxonomy.label(scheme, code) for scheme, code in names]


@dataclass(frozen=True)
class Sheet:
    """The page of a practice or of one edition of it."""

    card: Card
    editions: list[Edition]
    related: list[Related]
    collections: list[Card]  # that gather it
    gathered: list[Card]  # of a collection: what it gathers, in its order, as far as it is still there


def practice(
    user: Actor, practice_id: str, *, number: int | None = None, language: str | None = None
) -> Sheet:
    """A practice in its current edition, or in the one asked for; 404 for what may not be seen."""
    visible = access.visible_to(user).filter(pk=practice_id)
    editions = list(
        Edition.objects.filter(practice__in=visible).select_related("practice__owner").order_by("-number")
    )
    if not editions:
        raise Http404
    found = editions[0].practice
    wanted_number = found.current if number is None else number
    edition = next((one for one in editions if one.number == wanted_number), None)
    if edition is None:
        raise Http404
    texts = tuple(edition.texts.all())
    wanted = language or languages.current().code
    card = Card(found, edition, _best_text(texts, edition.source_language, wanted), wanted, others=texts)
    if found.is_withdrawn:
        return Sheet(card, editions, [], [], [])
    gathered = by_ids(user, edition.gathers, language=language) if edition.gathers else []
    return Sheet(card, editions, *_beside(user, edition), gathered)


def single(listed: QuerySet[Practice]) -> QuerySet[Practice]:
    """Practices without the collections of them: what is counted once."""
    collections = Tag.objects.filter(facet="document", code=COLLECTION)
    return listed.exclude(pk__in=collections.values("practice"))


def editions(user: Actor, practice_id: str) -> list[Card]:
    """Every edition of a practice in the reader's language, newest first; 404 for what may not be seen."""
    practice = access.get(user, practice_id)
    found = practice.editions.order_by("-number").prefetch_related("texts")
    wanted = languages.current().code
    return [
        Card(practice, edition, _best_text(edition.texts.all(), edition.source_language, wanted), wanted)
        for edition in found
    ]


@dataclass(frozen=True)
class Changes:
    """What one edition of a practice says differently from an earlier one."""

    card: Card
    older: Edition
    language: languages.Language  # of the texts compared
    texts: list[tuple[str, list[Piece]]]  # field, its pieces
    facts: list[tuple[str, list[str], list[str]]]  # name, what went, what came
    source_language: languages.Language
    source_texts: list[tuple[str, list[Piece]]]  # the same of the sources, where the texts aren't those


def differences(user: Actor, practice_id: str, number: int, older: int) -> Changes:
    """Two editions compared in the reader's language where both have it, and in their sources' languages: a
    translation may be of either.
    """
    card = practice(user, practice_id, number=number).card
    before = practice(user, practice_id, number=older).card
    source, source_before = (_in_its_source(one) for one in (card, before))
    if card.is_foreign or before.is_foreign:
        card, before = source, source_before
    return Changes(
        card,
        before.edition,
        card.language,
        _changed_texts(before, card),
        _changed_facts(before.edition, card.edition),
        source.language,
        [] if card.text.pk == source.text.pk else _changed_texts(source_before, source),
    )


def _in_its_source(card: Card) -> Card:
    if card.text.state == EditionText.State.SOURCE:
        return card
    return replace(card, text=next(one for one in card.others if one.state == EditionText.State.SOURCE))


def _changed_texts(before: Card, now: Card) -> list[tuple[str, list[Piece]]]:
    pairs = [(name, getattr(before.text, name), getattr(now.text, name)) for name in PROSE]
    return [(str(NAMES[name]), compare_texts(old, new)) for name, old, new in pairs if old != new]


def _changed_facts(older: Edition, newer: Edition) -> list[tuple[str, list[str], list[str]]]:
    before, now = _named_facts(older), _named_facts(newer)
    return [
        (
            name,
            [n for n in before[name] if n not in now[name]],
            [n for n in now[name] if n not in before[name]],
        )
        for name in before
        if before[name] != now[name]
    ]


def _named_facts(edition: Edition) -> dict[str, list[str]]:
    """What an edition states besides its text, as readers read it."""
    facts: dict[str, list[str]] = {str(facet.name): [] for facet in facets.FACETS.values()}
    for facet, code in facets.tags_of(edition):
        facts[str(facets.FACETS[facet].name)].append(facets.name(facet, code))
    plain = {
        _("Name of the publisher"): edition.publisher,
        _("Where it is meant for"): facets.scope_name(edition.scope),
        _("Year of the document"): str(edition.year or ""),
        _("Source"): edition.url,
    }
    return facts | {name: [value] if value else [] for name, value in plain.items()}


def _beside(user: Actor, edition: Edition) -> tuple[list[Related], list[Card]]:
    """Practices that share the most with this one, and the collections that gather it."""
    tags = tuple(tag for tag in facets.tags_of(edition) if tag[0] in TELLING)
    gathered = tuple(edition.gathers or ())
    alike = _keys_alike(edition.practice_id, tags, gathered) if tags else []
    gathering = [key for key in _gatherings().get(edition.practice_id, []) if key not in gathered]
    found = {card.id: card for card in by_ids(user, [*alike, *gathering])}
    related = [_related(edition, found[key]) for key in alike if key in found]
    return related, [found[key] for key in gathering if key in found]


@caching.kept(3_000)
def _keys_alike(practice_id: str, tags: tuple[tuple[str, str], ...], gathered: tuple[str, ...]) -> list[str]:
    """Public practices that share the most. A rare tag in common says more than a frequent one: it counts
    for as much as practices with it are few.
    """
    often = _tag_counts()
    others = single(access.listed_for(ANYONE).exclude(pk__in=[practice_id, *gathered]))
    each = [(Q(facet=facet, code=code), RAREST // often.get((facet, code), 1)) for facet, code in tags]
    shared = Tag.objects.filter(Q(*(tag for tag, _weight in each), _connector=Q.OR), practice__in=others)
    weight = Sum(Case(*(When(tag, then=Number(weight)) for tag, weight in each)))
    best = shared.values("practice").annotate(weight=weight).order_by("-weight", "practice")
    return list(best.values_list("practice", flat=True)[:ALIKE])


@caching.kept(1)
def _gatherings() -> dict[str, list[str]]:
    """For each practice the public collections that gather it."""
    rows = Tag.objects.filter(facet=Tag.GATHERS, practice__in=access.listed_for(ANYONE))
    found = defaultdict(list)
    for key, collection in rows.order_by("practice").values_list("code", "practice"):
        found[key].append(collection)
    return dict(found)


@caching.kept(1)
def _tag_counts() -> dict[tuple[str, str], int]:
    """How many public practices have each tag."""
    return _counts(single(access.listed_for(ANYONE)), TELLING)


def _related(edition: Edition, card: Card) -> Related:
    return Related(
        card,
        tuple(code for code in edition.stages if code in card.edition.stages),
        tuple(code for code in edition.measure_kinds if code in card.edition.measure_kinds),
        card.edition.scope == edition.scope,
    )


# ── the whole ──


def stage_counts(user: Actor) -> dict[str, int]:
    """How many practices there are at each stage."""
    counts = _counts(single(access.listed_for(user)), ["stage"])
    return {code: counts.get(("stage", code), 0) for code in taxonomy.codes("stages")}


@dataclass(frozen=True)
class Totals:
    practices: int
    states: int
    languages: int
    evaluated: int


def totals(user: Actor) -> Totals:
    """What the portal knows, counted honestly."""
    listed = single(access.listed_for(user))
    evidence = _counts(listed, ["evidence", "language"])
    places = Edition.objects.filter(
        practice__in=listed, number=F("practice__current"), scope__startswith="national:"
    )
    return Totals(
        practices=listed.count(),
        states=places.values("scope").distinct().count(),
        languages=sum(1 for facet, _code in evidence if facet == "language"),
        evaluated=sum(evidence.get(("evidence", grade), 0) for grade in ("evaluated", "independent")),
    )


def newest(user: Actor, *, limit: int = 4) -> list[Card]:
    return cards(_sorted(access.listed_for(user), "newest")[:limit])


@dataclass(frozen=True)
class Coverage:
    """Counts for each pair of a line and a stage, under the filters of the list."""

    rows: str
    filters: Filters
    stages: tuple[str, ...]
    lines: list[tuple[str, str, list[tuple[str, int]]]]  # code, name, (stage, count)
    total: int

    @property
    def empty(self) -> list[tuple[str, str, str]]:
        """The cells where nothing is known: row code, row name, stage."""
        return [
            (code, name, stage) for code, name, cells in self.lines for stage, count in cells if not count
        ]

    @property
    def thin(self) -> list[tuple[str, str, int]]:
        """Lines with at most two practices in all, fewest first: code, name, count."""
        sums = [(code, name, max(count for _stage, count in cells)) for code, name, cells in self.lines]
        return sorted((line for line in sums if line[2] <= THIN), key=lambda line: line[2])

    @property
    def most(self) -> int:
        return max((count for _code, _name, cells in self.lines for _stage, count in cells), default=0)


def coverage(user: Actor, rows: str, filters: Filters) -> Coverage:
    """Stage × measure kind (or audience, or region): where practices are and where none is."""
    counts, total = _pair_counts(user, rows, tuple(filters.chosen.items()))
    stages = taxonomy.codes("stages")
    lines = [
        (code, facets.name(rows, code), [(stage, counts.get((code, stage), 0)) for stage in stages])
        for code in facets.values(rows)
    ]
    return Coverage(rows, filters, stages, lines, total)


@caching.kept(100)
def _pair_counts(
    user: Actor, rows: str, chosen: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[dict[tuple[str, str], int], int]:
    """How many practices each line has at each stage, and how many there are."""
    listed = single(_narrow(access.listed_for(user), dict(chosen)))
    pairs = (
        Tag.objects.filter(facet=rows, practice__in=listed, practice__tags__facet="stage")
        .values_list("code", "practice__tags__code")
        .annotate(n=Count("practice"))
        .order_by()
    )
    return {(code, stage): n for code, stage, n in pairs}, listed.count()
