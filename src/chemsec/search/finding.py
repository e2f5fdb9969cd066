"""One question, answered: candidates by words and by meaning, ordered by all signals together, with
reasons.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from chemsec.kernel import ranking, tokens, vectors
from chemsec.kernel.places import Place, scope_members
from chemsec.kernel.ranking import Mix, Signals

from . import meaning, understanding, words
from .indexing import ALL, SECTIONS
from .marking import words_of
from .models import Document, Entry, Part, Token

CANDIDATES = 300  # from each of words and meaning: enough that the best of both are among them
MOST_TOKENS = 48  # a question of ten thousand characters is answered by what says most in it
COMMON = 0.25  # a token in more of a language's documents than this only counts when there is no rarer one
LIKELY = 0.05  # temperature that turns nearness to concepts into shares
RECOGNISED = 0.3  # a concept nearer than this is named as understood
SMOOTHED = 100  # so many of the best candidates share their scores with their neighbours
AT_LEAST = 10  # so many are given even when less fits
MIDDLE, WIDTH, FITS = 0.615, 0.12, 0.5  # where "fits" begins: docs/performance.md
MIDDLE_UNSPOKEN = 0.49  # the same where no document is in the language of the question
SCHEMES = meaning.SCHEMES


@dataclass(frozen=True)
class Query:
    """A question in one's own words; the tags are preferences, not filters."""

    text: str
    language: str
    stages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    measure_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reasons:
    """Why something was found."""

    words: tuple[str, ...] = ()  # of the text shown to the asker, as written there
    sentence: str = ""  # the one closest in meaning
    sentence_language: str = ""
    stages: tuple[str, ...] = ()  # in common with the question
    measure_kinds: tuple[str, ...] = ()
    place: str = ""  # the item's scope, when the question named it


@dataclass(frozen=True)
class Hit:
    key: str
    score: float  # 0 to 1; from ½ on it fits
    reasons: Reasons


@dataclass(frozen=True)
class Understood:
    """What was recognised in the question: codes of concepts, and places as ISO 3166-1 alpha-3 or region
    code.
    """

    stages: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    measure_kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    hits: tuple[Hit, ...] = ()
    fits: bool = False  # False: nothing fits well; `hits` are then the nearest few
    total: int = 0
    understood: Understood = field(default_factory=Understood)


@dataclass(frozen=True)
class Asked:
    """A question taken apart."""

    query: Query
    own: dict[str, tuple[float, int]]  # token -> (what it says, in how many documents)
    expanded: dict[str, tuple[float, int]]
    most: float  # what all words of the question say together, those that no document has included
    phrases: tuple[tuple[str, ...], ...]
    total: int  # documents in the index
    is_spoken: bool  # some of them are in the asker's language
    vector: vectors.Floats | None
    places: tuple[Place, ...]
    likely: Mapping[str, Mapping[str, float]]  # scheme -> code -> share
    understood: Understood


def find(
    query: Query,
    *,
    kind: str,
    among: Collection[str] | None = None,
    limit: int = 20,
    offset: int = 0,
    mix: Mix = ranking.MIX,
) -> Found:
    """What fits the question best, of the items `among` which the asker may see (None = all).

    `mix` is for measuring what each part of the ranking brings.
    """
    asked = take_apart(query)
    entries, signals = candidates(asked, kind, among)
    if not len(entries):
        return Found(understood=asked.understood)
    scores = _smoothed(kind, entries, ranking.combine(signals, mix.weights), mix)
    order = np.argsort(-scores, kind="stable")
    middle = MIDDLE if asked.is_spoken else MIDDLE_UNSPOKEN
    good = [ranking.calibrate(float(scores[i]), middle=middle, width=WIDTH) for i in order]
    total = max(sum(score >= FITS for score in good), min(len(good), AT_LEAST))
    page = [(int(entries[order[i]]), good[i]) for i in range(offset, min(offset + limit, total))]
    return Found(
        hits=tuple(explain(asked, kind, page)),
        fits=good[0] >= FITS,
        total=total,
        understood=asked.understood,
    )


def _smoothed(kind: str, entries: np.ndarray, scores: vectors.Floats, mix: Mix) -> vectors.Floats:
    """The best of the candidates share what their neighbours have; those without vectors keep their
    scores.
    """
    shot = meaning.snapshot(kind)
    rows = shot.rows_of(entries)
    best = np.argsort(-scores, kind="stable")[:SMOOTHED]
    best = best[rows[best] >= 0]
    smoothed = scores.copy()
    smoothed[best] = ranking.smooth(
        scores[best], shot.means[rows[best]], share=mix.shared, neighbours=mix.neighbours
    )
    return smoothed


# --- the question ---


def take_apart(query: Query) -> Asked:
    text, phrases = tokens.split_phrases(query.text, query.language)
    own = tokens.query_tokens(text, query.language)
    other = [token for token in understanding.expand(own, query.language) if token not in own]
    counts = dict(
        Token.objects.filter(
            token__in=[
                ALL,
                *own,
                *other,
                tokens.prefix(query.language),
                *{token.partition("_")[0] + "_" for token in (*own, *other)},
            ],
            documents__gt=0,
        ).values_list("token", "documents")
    )
    own = _complete(own, text, query.language, counts)
    total = counts.get(ALL, 0)
    vector = meaning.question(query.text, query.language) if query.text.strip() else None
    nearness = understanding.nearness(vector, own, query.language)
    weighed = _weigh(own, counts, total)
    places = understanding.gazetteer().find(query.text, query.language)
    likely = {scheme: _likely(getattr(query, scheme, ()), nearness.get(scheme, {})) for scheme in SCHEMES}
    unknown = [token for token in own if token not in counts and not token.startswith(tokens.ANY)]
    return Asked(
        query=query,
        own=weighed,
        expanded=_weigh(other, counts, total),
        most=sum(weight for weight, _n in weighed.values()) + len(unknown) * 1.0,
        phrases=phrases,
        total=total,
        is_spoken=tokens.prefix(query.language) in counts,
        vector=vector,
        places=places,
        likely=likely,
        understood=Understood(
            **{
                scheme: tuple(
                    code for code, near in _by_nearness(nearness.get(scheme, {})) if near >= RECOGNISED
                )[:3]
                for scheme in ("stages", "audiences", "measure_kinds")
            },
            places=tuple(place.code for place in places),
        ),
    )


def _complete(own: list[str], text: str, language: str, counts: dict[str, int]) -> list[str]:
    """A last word that is being typed stands for the words that begin with it."""
    if not own or own[-1] in counts or text[-1:].isspace():
        return own
    completions = understanding.complete(text, language)
    counts |= dict(
        Token.objects.filter(token__in=completions, documents__gt=0).values_list("token", "documents")
    )
    return [*own, *completions]


def _weigh(wanted: Iterable[str], counts: Mapping[str, int], total: int) -> dict[str, tuple[float, int]]:
    """What each known token says, the ones that say most; common ones only where there is nothing else."""
    known: dict[str, tuple[float, int]] = {}
    for token in wanted:
        if token in counts:
            of_language = counts.get(token.partition("_")[0] + "_", total)
            known[token] = (ranking.idf(counts[token], of_language), counts[token])
    rare = {t: v for t, v in known.items() if v[1] <= COMMON * counts.get(t.partition("_")[0] + "_", total)}
    best = sorted((rare or known).items(), key=lambda pair: -pair[1][0])[:MOST_TOKENS]
    return dict(best)


def _likely(wished: Sequence[str], nearness: Mapping[str, float]) -> dict[str, float]:
    """What the asker said counts as certain; else what the question is near to."""
    if wished:
        return dict.fromkeys(wished, 1 / len(wished))
    return dict(zip(nearness, ranking.softmax(list(nearness.values()), LIKELY), strict=True))


def _by_nearness(nearness: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(nearness.items(), key=lambda pair: -pair[1])


# --- the candidates ---


def candidates(asked: Asked, kind: str, among: Collection[str] | None) -> tuple[np.ndarray, Signals]:
    """Primary keys of entries worth looking at, and their signals."""
    shot = meaning.snapshot(kind)
    allowed = _allowed(asked, kind, among)
    backend = words.backend()
    own = dict(
        backend.match(kind, asked.own, asked.total, CANDIDATES if allowed is None else 10 * CANDIDATES)
    )
    other = dict(
        backend.match(kind, asked.expanded, asked.total, CANDIDATES if allowed is None else 10 * CANDIDATES)
    )
    near: list[int] = []
    if asked.vector is not None:
        rows = None if allowed is None else shot.rows_of(np.array(sorted(allowed), dtype=np.int64))
        nearest = shot.nearest(asked.vector, CANDIDATES, None if rows is None else rows[rows >= 0])
        near = [int(entry) for entry in shot.entries[nearest]]
    wanted = (
        {*own, *other, *near}
        if asked.query.text.strip()
        else set(Entry.objects.filter(kind=kind).values_list("pk", flat=True))
    )
    if allowed is not None:
        wanted &= allowed
    known = {e.pk: e for e in Entry.objects.filter(pk__in=wanted)}
    entries = np.array(sorted(known), dtype=np.int64)
    return entries, _signals(asked, shot, [known[pk] for pk in entries], own=own, other=other)


def _allowed(asked: Asked, kind: str, among: Collection[str] | None) -> set[int] | None:
    allowed = None
    if among is not None:
        keys = set(among)
        allowed = {pk for pk, key in Entry.objects.filter(kind=kind).values_list("pk", "key") if key in keys}
    if asked.phrases:
        having = words.backend().having(kind, asked.phrases)
        allowed = having if allowed is None else allowed & having
    return allowed


def _signals(
    asked: Asked,
    shot: meaning.Snapshot,
    found: Sequence[Entry],
    *,
    own: Mapping[int, float],
    other: Mapping[int, float],
) -> Signals:
    size = len(found)
    entries = np.array([entry.pk for entry in found], dtype=np.int64)
    near = {name: np.zeros(size, dtype=np.float32) for name in ranking.PARTS["meaning"]}
    rows = shot.rows_of(entries)
    has = np.flatnonzero(rows >= 0)
    if asked.vector is not None and len(has):
        near["whole"][has] = vectors.cosines(shot.means[rows[has]], asked.vector)
        begins, ends = shot.starts[rows[has]], shot.starts[rows[has] + 1]
        at = np.concatenate([np.arange(begin, end) for begin, end in zip(begins, ends, strict=True)])
        group = np.repeat(has, ends - begins)
        cosines = vectors.cosines(shot.parts[at], asked.vector)
        for name, mask in {
            "title": (shot.levels[at] == Part.SECTION) & (shot.orders[at] == SECTIONS.index("title")),
            "how": (shot.levels[at] == Part.SECTION) & (shot.orders[at] == SECTIONS.index("how_to_apply")),
            "sentence": shot.levels[at] == Part.SENTENCE,
        }.items():
            np.maximum.at(near[name], group[mask], cosines[mask])
    members = frozenset[str]().union(*(place.members for place in asked.places))
    scopes = {place.scope for place in asked.places if place.scope}
    regions = understanding.regions()
    fits = np.array(
        [
            ranking.place_fit(members, scopes, scope=entry.scope, covers=scope_members(entry.scope, regions))
            for entry in found
        ],
        dtype=np.float32,
    ).reshape(size, 3)
    tagged = {
        scheme: np.array(
            [ranking.share_covered(asked.likely[scheme], entry.tags.get(scheme, ())) for entry in found],
            dtype=np.float32,
        )
        for scheme in SCHEMES
    }

    def shares(scores: Mapping[int, float], most: float) -> np.ndarray:
        most = max(most, 3.0) * ranking.BM25_MOST
        return np.array([min(1.0, scores.get(int(pk), 0.0) / most) for pk in entries], dtype=np.float32)

    return Signals(
        **near,
        **tagged,
        words=shares(own, asked.most),
        expanded=shares(other, sum(weight for weight, _n in asked.expanded.values())),
        nation=fits[:, 0],
        region=fits[:, 1],
        elsewhere=fits[:, 2],
    )


# --- the reasons ---


def explain(asked: Asked, kind: str, page: Sequence[tuple[int, float]]) -> Iterable[Hit]:
    numbers = [pk for pk, _score in page]
    entries = {e.pk: e for e in Entry.objects.filter(pk__in=numbers)}
    shown = _shown_documents(numbers, asked.query.language)
    sentences = _nearest_sentences(asked, kind, shown)
    wanted = {*asked.own, *asked.expanded, *(token for phrase in asked.phrases for token in phrase)}
    spellings = understanding.spellings_of(wanted)
    scopes = {place.scope for place in asked.places if place.scope}
    for pk, score in page:
        entry, document = entries[pk], shown[pk]
        yield Hit(
            key=entry.key,
            score=round(score, 4),
            reasons=Reasons(
                words=words_of(document.sections.values(), document.language, spellings),
                sentence=sentences.get(pk, ""),
                sentence_language=document.language if pk in sentences else "",
                stages=_in_common(asked, "stages", entry),
                measure_kinds=_in_common(asked, "measure_kinds", entry),
                place=entry.scope if entry.scope in scopes else "",
            ),
        )


def _in_common(asked: Asked, scheme: str, entry: Entry) -> tuple[str, ...]:
    wished = getattr(asked.query, scheme) or getattr(asked.understood, scheme)
    return tuple(code for code in wished if code in entry.tags.get(scheme, ()))


def _shown_documents(entries: Sequence[int], language: str) -> dict[int, Document]:
    """The text that the asker is shown: in the own language where there is one, else as its source wrote
    it.
    """
    shown: dict[int, Document] = {}
    for document in Document.objects.filter(entry__in=entries):
        held = shown.get(document.entry_id)
        if (
            held is None
            or document.language == language
            or (document.is_source and held.language != language)
        ):
            shown[document.entry_id] = document
    return shown


def _nearest_sentences(asked: Asked, kind: str, shown: Mapping[int, Document]) -> dict[int, str]:
    """The sentence of each shown text that is closest in meaning to the question."""
    if asked.vector is None:
        return {}
    shot = meaning.snapshot(kind)
    best: dict[int, int] = {}
    for pk, row in zip(shown, shot.rows_of(np.array(list(shown), dtype=np.int64)), strict=True):
        if row < 0 or shown[pk].language not in shot.language_names:
            continue
        at = np.arange(shot.starts[row], shot.starts[row + 1])
        language = shot.language_names.index(shown[pk].language)
        at = at[(shot.levels[at] == Part.SENTENCE) & (shot.languages[at] == language)]
        if len(at):
            best[pk] = int(shot.numbers[at[int(np.argmax(vectors.cosines(shot.parts[at], asked.vector)))]])
    texts = dict(Part.objects.filter(pk__in=best.values()).values_list("pk", "text"))
    return {pk: texts[number] for pk, number in best.items() if number in texts}
