"""What sealing costs: a page of 200 sealed fields, written and read; keys unwrapped; 1,000 texts scanned.

    python bench/vault.py [--rounds 20] [--database sqlite|postgresql] [--json]

Each round begins as a request does, with no key unwrapped: it reads and unwraps the owner's key and
derives the field's. Saving and loading the rows isn't counted: that is the same with plain text.
Figures are processor time of this process, so that other work on the machine doesn't count.
"""

import argparse
import json
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HOME / "src"), str(HOME)]

from shared.instance import instance  # noqa: E402  the path must be there

FIELDS = 200
TEXTS = 1_000
OWNERS = 193
OWNER = uuid.UUID(int=1)


def milliseconds(rounds: int, work: Callable[[Any], object], prepare: Callable[[], object] = tuple) -> float:
    """The median of so many rounds, in processor time; each without what the one before unwrapped."""
    from chemsec.platform.vault import keys

    taken = []
    for _ in range(rounds):
        prepared = prepare()
        keys.forget()
        begin = time.thread_time()
        work(prepared)
        taken.append(time.thread_time() - begin)
    return round(statistics.median(taken) * 1000, 2)


def rows_of(size: int, number: int) -> list:
    from chemsec.platform.vault.models import Salt

    return [Salt(owner=OWNER, salt="x" * size) for _ in range(number)]


def load(number: int) -> list:
    """Rows as a query gives them, nothing opened yet."""
    from chemsec.platform.vault.models import Salt

    return list(Salt.objects.all()[:number])


def measure_page(size: int, rounds: int) -> dict[str, float]:
    from chemsec.platform.vault.models import Salt

    Salt.objects.all().delete()
    field = Salt._meta.get_field("salt")
    sealing = milliseconds(
        rounds, lambda rows: [field.pre_save(row, add=True) for row in rows], lambda: rows_of(size, FIELDS)
    )
    Salt.objects.bulk_create(rows_of(size, FIELDS))
    opening = milliseconds(rounds, lambda rows: [row.salt for row in rows], lambda: load(FIELDS))
    return {f"seal {FIELDS} of {size} B": sealing, f"open {FIELDS} of {size} B": opening}


def measure(rounds: int) -> dict[str, float]:
    from django.db import connections

    from chemsec.platform.vault import keys, master
    from chemsec.platform.vault.models import Salt

    figures: dict[str, float] = {}
    for size in (200, 4_000):
        figures |= measure_page(size, rounds)
    Salt.objects.all().delete()
    Salt.objects.bulk_create(rows_of(4_000, TEXTS))
    figures[f"scan {TEXTS} texts of 4000 B"] = milliseconds(
        rounds, lambda rows: sum("needle" in row.salt for row in rows), lambda: load(TEXTS)
    )
    for number in range(OWNERS):
        keys.newest(uuid.UUID(int=number + 1))
    ring = master.load()
    wrapped = [ring.wrap(bytes(32)) for _ in range(OWNERS)]
    figures[f"unwrap {OWNERS} keys"] = milliseconds(
        rounds, lambda _none: [ring.unwrap(one) for one in wrapped]
    )
    figures[f"read and unwrap {OWNERS} keys"] = milliseconds(
        rounds, lambda _none: [keys.newest(uuid.UUID(int=n + 1)).cipher("a.b") for n in range(OWNERS)]
    )
    connections.close_all()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true", help="print JSON instead of lines")
    options = parser.parse_args()
    with instance(options.database):
        figures = measure(options.rounds)
    if options.json:
        print(json.dumps(figures))
    else:
        for what, taken in figures.items():
            print(f"{options.database}: {what}: {taken} ms")


if __name__ == "__main__":
    main()
