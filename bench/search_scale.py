"""How long a question takes, and how much memory and disk the index needs, with many practices.

    bin/bench search_scale
    python bench/search_scale.py [--sizes 10000 100000] [--database sqlite|postgresql|both]
                                 [--languages N] [--json]

The practices are synthetic: each takes a title and sentences of real practices at random, the same ones in
each of its languages, with their real vectors; the vectors of its sections and of its whole text are those of
its sentences added up. They are written into the index itself, not into the compendium, so that 100,000 take
minutes: the compendium's own query for what may be seen is not part of a figure. The questions are those of
bench/queries/dev.jsonl, each asked once to warm up and once to be timed, among all practices by their keys,
as the compendium asks. A process of its own asks them: its time on the processor is what an idle machine
would take (on PostgreSQL without the server's part), its memory the greatest that it ever held. The time of a
rebuild is that of the real practices, words and vectors, times the number of practices. Without --sizes,
PostgreSQL is measured at 10,000 only.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HOUSE / "src"), str(HOUSE), str(HOUSE / "bench")]
KIND = "practice"
QUERIES = HOUSE / "bench" / "queries" / "dev.jsonl"
SIZES = {"sqlite": [10_000, 100_000], "postgresql": [10_000]}
SENTENCES = {"summary": 2, "how_to_apply": 4, "evidence": 1}  # about what the real ones have
BATCH = 500


@dataclass
class Pool:
    """What synthetic practices are made of: the real ones' sentences, by language and section."""

    entries: list = field(default_factory=list)  # (tags, scope)
    sentences: dict = field(default_factory=dict)  # (practice, language, section) -> [(text, tokens, vector)]


def read_pool() -> Pool:
    from chemsec.kernel import tokens
    from chemsec.kernel.sentences import split_sentences
    from chemsec.search import meaning
    from chemsec.search.models import Document, Entry, Part

    pool, zero = Pool(), bytes(meaning.SIZE)
    vectors = {
        (document, text): bytes(vector)
        for document, text, vector in Part.objects.filter(level=Part.SENTENCE).values_list(
            "document", "text", "vector"
        )
    }
    titles = dict(Part.objects.filter(level=Part.SECTION, order=0).values_list("document", "vector"))
    for number, entry in enumerate(Entry.objects.order_by("pk")):
        pool.entries.append((entry.tags, entry.scope))
        for document in Document.objects.filter(entry=entry):
            for name in ("title", *SENTENCES):
                text = document.sections.get(name) or ""
                pool.sentences[number, document.language, name] = [
                    (
                        sentence,
                        tokens.index_tokens(sentence, document.language),
                        bytes(titles[document.pk])
                        if name == "title"
                        else vectors.get((document.pk, sentence), zero),
                    )
                    for sentence in ([text] if name == "title" else split_sentences(text))
                ]
    return pool


def fill(pool: Pool, sizes: tuple[int, int], languages: list[str], chance: random.Random) -> None:
    """Write the synthetic practices number sizes[0] to sizes[1] into the index."""
    from django.db import connection, transaction
    from django.db.models import Max

    from chemsec.search import indexing, words
    from chemsec.search.models import Document, Entry, Part, Token

    first = [(model.objects.aggregate(top=Max("pk"))["top"] or 0) + 1 for model in (Entry, Document, Part)]
    counts: Counter[str] = Counter()
    for begin in range(*sizes, BATCH):
        entries, documents, parts, rows = [], [], [], {}
        for number in range(begin, min(begin + BATCH, sizes[1])):
            tags, scope = chance.choice(pool.entries)
            entries.append(
                Entry(
                    pk=first[0],
                    kind=KIND,
                    key=f"synthetic-{number}",
                    tags=tags,
                    scope=scope,
                    fingerprint="synthetic",
                )
            )
            chosen = {
                name: [(chance.randrange(len(pool.entries)), chance.randrange(9)) for _ in range(count)]
                for name, count in {"title": 1, **SENTENCES}.items()
            }
            for language in languages:
                said = {name: list(_picked(pool, language, name, picks)) for name, picks in chosen.items()}
                sections = {name: " ".join(text for text, *_ in of) for name, of in said.items()}
                documents.append(
                    Document(
                        pk=first[1],
                        entry_id=first[0],
                        language=language,
                        is_source=language == languages[0],
                        sections=sections,
                    )
                )
                rows[first[1]] = {
                    name: [t for _s, tokens, _v in of for t in tokens] for name, of in said.items()
                }
                counts.update({token for tokens in rows[first[1]].values() for token in tokens})
                counts.update([indexing.ALL, language.partition("-")[0] + "_"])
                for level, order, text, vector in _parts(said):
                    parts.append((first[2], first[1], level, order, text, vector))
                    first[2] += 1
                first[1] += 1
            first[0] += 1
        with transaction.atomic():
            Entry.objects.bulk_create(entries)
            Document.objects.bulk_create(documents)
            words.backend().write(rows)
            with connection.cursor() as cursor:
                cursor.executemany(
                    'INSERT INTO search_part (id, document_id, level, "order", text, vector)'
                    " VALUES (%s, %s, %s, %s, %s, %s)",
                    parts,
                )
    known = dict(Token.objects.values_list("token", "documents"))
    Token.objects.bulk_create(
        [Token(token=token, documents=count + known.get(token, 0)) for token, count in counts.items()],
        batch_size=5_000,
        update_conflicts=True,
        unique_fields=["token"],
        update_fields=["documents"],
    )
    indexing.next_generation(KIND)


def _picked(pool: Pool, language: str, section: str, picks: list[tuple[int, int]]) -> Iterator[tuple]:
    for practice, at in picks:
        of = pool.sentences.get((practice, language, section))
        if of:
            yield of[at % len(of)]


def _parts(said: dict) -> Iterator[tuple[int, int, str, bytes]]:
    """The parts of a text as indexing.parts_of orders them, with vectors added up from its sentences'."""
    import numpy as np

    from chemsec.kernel import vectors
    from chemsec.search.indexing import MEANT
    from chemsec.search.models import Part

    of = {
        name: np.frombuffer(b"".join(vector for *_, vector in said[name]), dtype=np.int8).reshape(
            -1, vectors.SIZE
        )
        for name in MEANT
    }
    sums = {name: rows.sum(axis=0, dtype=np.float32) for name, rows in of.items()}
    yield Part.WHOLE, 0, "", vectors.quantise(vectors.unit(sum(sums.values()))).tobytes()
    order = 0
    for number, name in enumerate(MEANT):
        if not said[name]:
            continue
        yield Part.SECTION, number, "", vectors.quantise(vectors.unit(sums[name])).tobytes()
        for text, _tokens, vector in said[name] if name != "title" else ():
            yield Part.SENTENCE, order, text, vector
            order += 1


def ask() -> dict[str, float]:
    """What the process that asks the questions measures."""
    import retrieval

    from chemsec.search.finding import Query, find
    from chemsec.search.models import Entry

    lines = QUERIES.read_text(encoding="utf-8").splitlines()
    queries = [
        (row["query"], retrieval.language_of(row)) for row in map(json.loads, filter(str.strip, lines))
    ]
    keys = set(Entry.objects.filter(kind=KIND).values_list("key", flat=True))
    times, work = [], []
    for text, language in [*queries, *queries]:
        begin, worked = time.perf_counter(), time.process_time()
        find(Query(text, language), kind=KIND, among=keys)
        times.append((time.perf_counter() - begin) * 1000)
        work.append((time.process_time() - worked) * 1000)
    timed = times[len(queries) :]
    return {
        "p50_ms": round(statistics.median(timed), 1),
        "p95_ms": round(statistics.quantiles(timed, n=20)[-1], 1),
        "cpu_p50_ms": round(statistics.median(work[len(queries) :]), 1),
        "memory_mb": _greatest_memory(),
    }


def _greatest_memory() -> int:
    """Megabytes that this process held at most, without what it had of its parent when it was forked."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return round(int(status["VmHWM"].split()[0]) / 1024)


def size_on_disk(folder: Path) -> int:
    """Megabytes of the database, all of it, and of the snapshot."""
    from django.db import connection

    held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            held += cursor.fetchone()[0]
    return round(held / 1e6)


def measure(folder: Path, sizes: list[int], languages: int) -> list[dict]:
    """One row a size, on the database that the environment names; the process that calls it is used up."""
    from django.core.management import call_command
    from django.db import connection

    from chemsec.search import meaning

    begin = time.perf_counter()
    call_command("rebuild_index", force=True, stdout=sys.stderr)
    pool = read_pool()
    each = (time.perf_counter() - begin) / len(pool.entries)
    spoken = ["en", *sorted({language for _p, language, _s in pool.sentences} - {"en"})][:languages]
    chance, results, held = random.Random(1), [], len(pool.entries)  # noqa: S311  no secret
    for size in sorted(sizes):
        print(f"{connection.vendor}: {size} practices …", file=sys.stderr, flush=True)
        begin = time.perf_counter()
        fill(pool, (held, size), spoken, chance)
        held = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        filled = time.perf_counter()
        meaning.snapshot(KIND)
        made = time.perf_counter()
        asked = subprocess.run(
            [sys.executable, __file__, "--ask"], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        results.append(
            {
                "database": connection.vendor,
                "practices": size,
                "languages": len(spoken),
                **json.loads(asked),
                "disk_mb": size_on_disk(folder),
                "snapshot_s": round(made - filled, 1),
                "rebuild_s": round(each * size + made - filled),
                "filled_s": round(filled - begin),
            }
        )
    return results


def run(database: str, sizes: list[int], languages: int) -> list[dict]:
    """Measure in a process of its own, with a database of its own."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chemsec-scale-"))
        address = f"sqlite:///{folder}/bench.sqlite3"
        if database == "postgresql":
            from tests.postgresql import server

            address = stack.enter_context(server())
        done = subprocess.run(
            [
                sys.executable,
                __file__,
                "--measure",
                "--languages",
                str(languages),
                "--sizes",
                *map(str, sizes),
            ],
            env=os.environ
            | {
                "CHEMSEC_DATABASE_URL": address,
                "CHEMSEC_DATA_DIR": folder,
                "DJANGO_SETTINGS_MODULE": "chemsec.web.settings",
            },
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of practices")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--languages", type=int, default=6, help="in how many languages each practice is")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask or options.measure:
        import django

        django.setup()
        if options.ask:
            print(json.dumps(ask()))
        else:
            from django.core.management import call_command

            for command in ("migrate", "load_reference", "load_practices"):
                call_command(command, verbosity=0, stdout=sys.stderr)
            folder = Path(os.environ["CHEMSEC_DATA_DIR"])
            print(json.dumps(measure(folder, options.sizes, options.languages)))
        return
    databases = list(SIZES) if options.database == "both" else [options.database]
    rows = [
        row
        for database in databases
        for row in run(database, options.sizes or SIZES[database], options.languages)
    ]
    if options.json:
        print(json.dumps(rows))
        return
    print("".join(f"{name:>12}" for name in rows[0]))
    for row in rows:
        print("".join(f"{value:>12}" for value in row.values()))


if __name__ == "__main__":
    main()
