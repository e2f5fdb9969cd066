"""One question, answered: candidates by words and by meaning, ordered by all signals together, with
reasons.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate

import numpy as np
from django.db import connection

from chemsec.kernel import ranking, tokens, vectors
from chemsec.kernel.places import Place, scope_members
from chemsec.kernel.ranking import Mix, Signals
from chemsec.platform import languages

from . import meaning, registry, understanding, words
from .indexing import ALL, SECTIONS
from .marking import one_form_each, words_of
from .models import Document, Entry, Part, Token

CANDIDATES = 120  # from each of words and meaning: enough that the best of both are among them
SEARCHED = 10  # times as many by words when only some entries may be given: most of them drop out
DEEP = 120  # so many of the candidates, the best by everything else, are compared sentence by sentence
MOST_TOKENS = 48  # a question of ten thousand characters is answered by what says most in it
# documents looked at for the question's words, those of the rarest first: bounds the time in a great index
MOST_DOCUMENTS = 12_000
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

    words: tuple[str, ...] = ()  # of the text shown to the asker, in every form in which it has them
    named: tuple[str, ...] = ()  # the same, one form each
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
    keys: tuple[str, ...] = ()  # of all that fits, best first; where nothing does, of the nearest few
    fits: bool = False
    hits: tuple[Hit, ...] = ()  # the page of them that was asked for, with reasons
    understood: Understood = field(default_factory=Understood)


@dataclass(frozen=True)
class Candidate:
    """An entry that may answer the question."""

    pk: int
    key: str
    tags: Mapping[str, Sequence[str]]
    scope: str
    own: float  # what the words of the question give it
    other: float  # what the words in other languages give it
    is_spoken: bool  # it has a text in the asker's language


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
    among: AbstractSet[str] | None = None,
    limit: int = 20,
    offset: int = 0,
    mix: Mix = ranking.MIX,
) -> Found:
    """What fits the question best, of the items `among` which the asker may see (None = all).

    `mix` is for measuring what each part of the ranking brings.
    """
    shot = meaning.snapshot(kind)
    asked = take_apart(query)
    found = candidates(asked, kind, among, shot)
    if not found:
        return Found(understood=asked.understood)
    found, signals = weigh(asked, shot, found, mix.weights)
    scores = _smoothed(shot, found, ranking.combine(signals, mix.weights), mix)
    order = np.argsort(-scores, kind="stable")
    middle = MIDDLE if asked.is_spoken else MIDDLE_UNSPOKEN
    good = [ranking.calibrate(float(scores[i]), middle=middle, width=WIDTH) for i in order]
    total = max(sum(score >= FITS for score in good), min(len(good), AT_LEAST))
    shown = range(offset, min(offset + limit, total))
    return Found(
        keys=tuple(found[i].key for i in order[:total]),
        fits=good[0] >= FITS,
        hits=tuple(explain(asked, shot, [(found[order[i]], good[i]) for i in shown])),
        understood=asked.understood,
    )


def warm_up() -> None:
    """Load what the first question of a process would wait three seconds for; in a thread of its own."""
    try:
        for kind in registry.kinds():
            find(Query("warm up", languages.SOURCE), kind=kind)
    finally:
        connection.close()


def _smoothed(
    shot: meaning.Snapshot, found: Sequence[Candidate], scores: vectors.Floats, mix: Mix
) -> vectors.Floats:
    """The best of the candidates share what their neighbours have; those without vectors keep their
    scores.
    """
    rows = _rows(shot, found)
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
    seen = list(accumulate(documents for _token, (_weight, documents) in best))
    return dict(pair for pair, until in zip(best, seen, strict=True) if until <= max(MOST_DOCUMENTS, seen[0]))


def _likely(wished: Sequence[str], nearness: Mapping[str, float]) -> dict[str, float]:
    """What the asker said counts as certain; else what the question is near to."""
    if wished:
        return dict.fromkeys(wished, 1 / len(wished))
    return dict(zip(nearness, ranking.softmax(list(nearness.values()), LIKELY), strict=True))


def _by_nearness(nearness: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(nearness.items(), key=lambda pair: -pair[1])


# --- the candidates ---


def candidates(
    asked: Asked, kind: str, among: AbstractSet[str] | None, shot: meaning.Snapshot
) -> list[Candidate]:
    """Entries worth looking at, of those that the asker may see."""
    allowed = _allowed(asked, kind, among, shot)
    own, own_best = _by_words(asked, kind, asked.own, allowed)
    other, other_best = _by_words(asked, kind, asked.expanded, allowed)
    wanted = None
    if asked.query.text.strip():
        wanted = {*own_best, *other_best, *_by_meaning(asked, allowed, shot)}
    return [
        Candidate(pk, key, _read_tags(tags), scope, own.get(pk, 0.0), other.get(pk, 0.0), bool(is_spoken))
        for pk, key, tags, scope, is_spoken in _entries(kind, asked.query.language, wanted)
        if among is None or key in among
    ]


@lru_cache(maxsize=20_000)
def _read_tags(tags: str) -> Mapping[str, Sequence[str]]:
    read: Mapping[str, Sequence[str]] = json.loads(tags)
    return read


def _entries(kind: str, language: str, wanted: Iterable[int] | None) -> list[tuple[int, str, str, str, bool]]:
    """(pk, key, tags, scope, whether there is a text in this language) of these entries, None = of all;
    without the ORM, which takes five times as long for the three hundred of a question.
    """
    only = "" if wanted is None else f" AND id IN ({','.join(map(str, sorted(wanted))) or 'NULL'})"
    sql = f"""
        SELECT id, key, tags, scope, EXISTS (
            SELECT 1 FROM search_document d WHERE d.entry_id = search_entry.id AND d.language = %s
        ) FROM search_entry WHERE kind = %s{only} ORDER BY id
    """  # noqa: S608  numbers
    with connection.cursor() as cursor:
        cursor.execute(sql, [language, kind])
        return cursor.fetchall()


def _by_words(
    asked: Asked, kind: str, tokens: dict[str, tuple[float, int]], allowed: set[int] | None
) -> tuple[dict[int, float], list[int]]:
    """Scores of entries by these words, and the best of the entries that are allowed."""
    limit = CANDIDATES if allowed is None else SEARCHED * CANDIDATES
    scores = dict(words.backend().match(kind, tokens, asked.total, limit))
    return scores, [pk for pk in scores if allowed is None or pk in allowed][:CANDIDATES]


def _by_meaning(asked: Asked, allowed: set[int] | None, shot: meaning.Snapshot) -> list[int]:
    if asked.vector is None:
        return []
    rows = None
    if allowed is not None:
        rows = shot.rows_of(np.sort(np.fromiter(allowed, dtype=np.int64, count=len(allowed))))
        rows = rows[rows >= 0]
    found: list[int] = shot.entries[shot.nearest(asked.vector, CANDIDATES, rows)].tolist()
    return found


def _allowed(
    asked: Asked, kind: str, among: AbstractSet[str] | None, shot: meaning.Snapshot
) -> set[int] | None:
    """Entries to look among; None = all that there are vectors of may be seen, the rest is looked up."""
    allowed: set[int] | None = None
    if among is not None:
        may = shot.rows_among(among)
        if may is not None:
            pending = Entry.objects.filter(kind=kind, fingerprint="").values_list("pk", "key")
            allowed = {*shot.entries[may].tolist(), *(pk for pk, key in pending if key in among)}
    if asked.phrases:
        having = words.backend().having(kind, asked.phrases)
        allowed = having if allowed is None else allowed & having
    return allowed


def _rows(shot: meaning.Snapshot, found: Sequence[Candidate]) -> np.ndarray:
    return shot.rows_of(np.array([candidate.pk for candidate in found], dtype=np.int64))


def weigh(
    asked: Asked, shot: meaning.Snapshot, found: list[Candidate], weights: Mapping[str, float]
) -> tuple[list[Candidate], Signals]:
    """The candidates that are worth it, with all their signals: sentences are compared for the best only."""
    signals = _signals(asked, shot, found)
    if len(found) > DEEP:
        best = np.sort(np.argsort(-ranking.combine(signals, weights), kind="stable")[:DEEP])
        found, signals = [found[i] for i in best], signals.only(best)
    return found, replace(signals, **_near_parts(asked, shot, found))


def _near_parts(
    asked: Asked, shot: meaning.Snapshot, found: Sequence[Candidate]
) -> dict[str, vectors.Floats]:
    """How near the title, the "how to apply" and the sentences of each candidate are, by the nearest."""
    near = {name: np.zeros(len(found), dtype=np.float32) for name in ("title", "how", "sentence")}
    rows = _rows(shot, found)
    has = np.flatnonzero(rows >= 0)
    if asked.vector is not None and len(has):
        parts, place = shot.parts_of(rows[has])
        cosines, level, order = vectors.cosines(parts["vector"], asked.vector), parts["level"], parts["order"]
        for name, mask in {
            "title": (level == Part.SECTION) & (order == SECTIONS.index("title")),
            "how": (level == Part.SECTION) & (order == SECTIONS.index("how_to_apply")),
            "sentence": level == Part.SENTENCE,
        }.items():
            np.maximum.at(near[name], has[place[mask]], cosines[mask])
    return near


def _signals(asked: Asked, shot: meaning.Snapshot, found: Sequence[Candidate]) -> Signals:
    """Every signal but those of the parts, which are nought."""
    size = len(found)
    whole = np.zeros(size, dtype=np.float32)
    rows = _rows(shot, found)
    has = np.flatnonzero(rows >= 0)
    if asked.vector is not None and len(has):
        whole[has] = vectors.cosines(shot.means[rows[has]], asked.vector)
    members = frozenset[str]().union(*(place.members for place in asked.places))
    scopes = {place.scope for place in asked.places if place.scope}
    regions = understanding.regions()
    fit = {
        scope: ranking.place_fit(members, scopes, scope=scope, covers=scope_members(scope, regions))
        for scope in {one.scope for one in found}
    }
    fits = np.array([fit[one.scope] for one in found], dtype=np.float32).reshape(size, 3)
    tagged = {
        scheme: np.array(
            [ranking.share_covered(asked.likely[scheme], one.tags.get(scheme, ())) for one in found],
            dtype=np.float32,
        )
        for scheme in SCHEMES
    }

    def shares(scores: Iterable[float], most: float) -> vectors.Floats:
        most = max(most, 3.0) * ranking.BM25_MOST
        return np.array([min(1.0, score / most) for score in scores], dtype=np.float32)

    nought = np.zeros(size, dtype=np.float32)
    return Signals(
        **tagged,
        whole=whole,
        title=nought,
        how=nought,
        sentence=nought,
        words=shares((one.own for one in found), asked.most),
        unspoken=np.array([asked.is_spoken and not one.is_spoken for one in found], dtype=np.float32),
        expanded=shares((one.other for one in found), sum(weight for weight, _n in asked.expanded.values())),
        nation=fits[:, 0],
        region=fits[:, 1],
        elsewhere=fits[:, 2],
    )


# --- the reasons ---


def explain(asked: Asked, shot: meaning.Snapshot, page: Sequence[tuple[Candidate, float]]) -> Iterable[Hit]:
    """The hits of a page, each with why it was found."""
    shown = _shown_documents([one.pk for one, _score in page], asked.query.language)
    sentences = _nearest_sentences(asked, shot, shown)
    wanted = {*asked.own, *asked.expanded, *(token for phrase in asked.phrases for token in phrase)}
    spellings = understanding.spellings_of(wanted)
    scopes = {place.scope for place in asked.places if place.scope}
    for one, score in page:
        document = shown[one.pk]
        words = words_of(document.sections.values(), document.language, spellings)
        yield Hit(
            key=one.key,
            score=round(score, 4),
            reasons=Reasons(
                words=tuple(words),
                named=one_form_each(words),
                sentence=sentences.get(one.pk, ""),
                sentence_language=document.language if one.pk in sentences else "",
                stages=_in_common(asked, "stages", one),
                measure_kinds=_in_common(asked, "measure_kinds", one),
                place=one.scope if one.scope in scopes else "",
            ),
        )


def _in_common(asked: Asked, scheme: str, one: Candidate) -> tuple[str, ...]:
    wished = getattr(asked.query, scheme) or getattr(asked.understood, scheme)
    return tuple(code for code in wished if code in one.tags.get(scheme, ()))


def _shown_documents(entries: Sequence[int], language: str) -> dict[int, Document]:
    """The text that the asker is shown: in the own language where there is one, else as its source wrote
    it.
    """
    found = Document.objects.filter(entry__in=entries)
    shown = {document.entry_id: document for document in found.filter(language=language)}
    if missing := [entry for entry in entries if entry not in shown]:
        shown |= {one.entry_id: one for one in found.filter(entry__in=missing, is_source=True)}
    return shown


def _nearest_sentences(asked: Asked, shot: meaning.Snapshot, shown: Mapping[int, Document]) -> dict[int, str]:
    """The sentence of each shown text that is closest in meaning to the question."""
    if asked.vector is None:
        return {}
    numbers = np.array(list(shown), dtype=np.int64)
    rows = shot.rows_of(numbers)
    numbers, rows = numbers[rows >= 0], rows[rows >= 0]
    parts, place = shot.parts_of(rows)
    language = {name: index for index, name in enumerate(shot.language_names)}
    of_shown = np.array([language.get(shown[pk].language, -1) for pk in numbers.tolist()], dtype=np.int64)
    said = (parts["level"] == Part.SENTENCE) & (parts["language"] == of_shown[place])
    parts, place = parts[said], place[said]
    order = np.argsort(vectors.cosines(parts["vector"], asked.vector), kind="stable")
    best = dict(zip(numbers[place[order]].tolist(), parts["number"][order].tolist(), strict=True))
    texts = dict(Part.objects.filter(pk__in=best.values()).values_list("pk", "text"))
    return {pk: texts[number] for pk, number in best.items() if number in texts}
