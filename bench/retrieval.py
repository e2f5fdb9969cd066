"""How well `find` answers: success, reciprocal rank, nDCG, and "nothing fits", on questions with known
answers.

    python bench/retrieval.py [--queries FILE.jsonl] [--json] [--newcomers SHARE] [--parts]
                              [--database sqlite|postgresql]

A query is a line {"id", "problem", "query", "language", "relevant": [practice ids, best first], "acceptable":
[ids]}. Success and reciprocal rank count `relevant` only; nDCG takes relevant as 3 and acceptable as 1, gain
2^grade − 1. A line with an empty `relevant` is a question that nothing answers: it only counts for "nothing
fits". --newcomers indexes this share of the practices without their translations, as a new one arrives among
others; 1 is all of them. --parts shows what each part of the ranking brings. The index is made anew in a
temporary database, by the product's own commands.
"""

import argparse
import contextlib
import json
import math
import sys
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HOME / "src"), str(HOME)]

from shared.instance import instance  # noqa: E402  the path must be there

KIND = "practice"
DEPTH = 10


def index(*, newcomers: float) -> None:
    """Index the starter compendium, by the product's own command."""
    from django.core.management import call_command

    from chemsec.search import registry

    if newcomers:
        registry.register(SourceTexts(registry.source_of(KIND), newcomers))
    with contextlib.redirect_stdout(sys.stderr):
        call_command("rebuild_index", verbosity=0)


class SourceTexts:
    """A kind's items, a share of them without their translations."""

    def __init__(self, source, share: float) -> None:
        self.kind, self.source, self.share = source.kind, source, share

    def items(self, keys: Iterable[str] | None = None):
        from dataclasses import replace

        for item in self.source.items(keys):
            is_new = zlib.crc32(item.key.encode()) < self.share * 2**32
            only = tuple(text for text in item.texts if text.is_source or not is_new)
            yield replace(item, texts=only)


def language_of(query: dict) -> str:
    from chemsec.platform.languages import from_tag

    return from_tag(query["language"])


def run(queries: list[dict], mix) -> list[tuple[list[str], bool]]:
    """For each query the best keys and whether anything fits."""
    from chemsec.search.finding import Query, find

    answers = []
    for query in queries:
        found = find(Query(query["query"], language_of(query)), kind=KIND, limit=0, mix=mix)
        answers.append((list(found.keys[:DEPTH]), found.fits))
    return answers


def measure(query: dict, keys: list[str]) -> dict[str, float]:
    relevant, acceptable = set(query["relevant"]), set(query["acceptable"]) - set(query["relevant"])
    ranks = [rank for rank, key in enumerate(keys, start=1) if key in relevant]
    gains = [7 if key in relevant else 1 if key in acceptable else 0 for key in keys]
    ideal = ([7] * len(relevant) + [1] * len(acceptable))[:DEPTH]
    return {
        "success@1": float(bool(ranks) and ranks[0] == 1),
        "success@5": float(bool(ranks) and ranks[0] <= 5),
        "mrr@10": 1 / ranks[0] if ranks else 0.0,
        "ndcg@10": _discounted(gains) / _discounted(ideal),
    }


def _discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def mean(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(sum(row[name] for row in rows) / len(rows), 4) for name in rows[0]} if rows else {}


def by_language(queries: list[dict], answers: list[tuple[list[str], bool]]) -> dict[str, dict[str, float]]:
    rows = [
        (language_of(q), measure(q, keys))
        for q, (keys, _fits) in zip(queries, answers, strict=True)
        if q["relevant"]
    ]
    languages = sorted({language for language, _row in rows})
    return {
        "all": mean([row for _language, row in rows]),
        **{language: mean([row for of, row in rows if of == language]) for language in languages},
    }


def nothing_fits(queries: list[dict], answers: list[tuple[list[str], bool]]) -> dict[str, float]:
    def share(of: Callable[[dict], bool]) -> float:
        said = [not fits for query, (_keys, fits) in zip(queries, answers, strict=True) if of(query)]
        return round(sum(said) / len(said), 4) if said else 0.0

    return {
        "unanswerable_recognised": share(lambda query: not query["relevant"]),
        "false_alarms": share(lambda query: bool(query["relevant"])),
    }


def report(queries: list[dict]) -> dict:
    from chemsec.kernel import ranking

    mixes = {"words": ranking.mix_of("words"), "meaning": ranking.mix_of("meaning"), "fused": ranking.MIX}
    answers = {name: run(queries, mix) for name, mix in mixes.items()}
    figures: dict = {name: by_language(queries, rows) for name, rows in answers.items()}
    return figures | nothing_fits(queries, answers["fused"])


def report_parts(queries: list[dict]) -> dict:
    """Parts added one after the other, then each one left out of the whole."""
    from chemsec.kernel import ranking

    names = list(ranking.PARTS)
    shared = ranking.MIX.shared
    mixes = {}
    for count in range(1, len(names) + 1):
        mixes["+ " + names[count - 1]] = ranking.mix_of(*names[:count])
    mixes["+ neighbours (all)"] = ranking.MIX
    for name in names:
        mixes[f"all without {name}"] = ranking.mix_of(
            *(other for other in names if other != name), shared=shared
        )
    return {name: by_language(queries, run(queries, mix))["all"] for name, mix in mixes.items()}


def as_table(rows: dict[str, dict[str, float]]) -> str:
    heads = ("success@1", "success@5", "mrr@10", "ndcg@10")
    lines = [f"{'':28}" + "".join(f"{head:>11}" for head in heads)]
    lines += [
        f"{name:28}" + "".join(f"{row.get(head, 0):11.3f}" for head in heads) for name, row in rows.items()
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queries", type=Path, default=HOME / "bench" / "queries" / "dev.jsonl")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--newcomers", type=float, default=0, help="share that has no translations, 0 to 1")
    parser.add_argument("--parts", action="store_true", help="show what each part of the ranking brings")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    queries = [
        json.loads(line) for line in options.queries.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    with instance(options.database, "load_reference", "load_practices"):
        index(newcomers=options.newcomers)
        figures = report_parts(queries) if options.parts else report(queries)
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))
    elif options.parts:
        print(as_table(figures))
    else:
        for name in ("words", "meaning", "fused"):
            print(f"{name}\n{as_table(figures[name])}\n")
        print(f"unanswerable recognised {figures['unanswerable_recognised']:.3f}")
        print(f"false alarms            {figures['false_alarms']:.3f}")


if __name__ == "__main__":
    main()
