"""How long the audit log takes to be appended to and to be verified.

    python bench/audit.py [--entries 100000] [--database sqlite|postgresql] [--json]

The entries are written in bulk as `record` would have written them, then verified by the product's own
`verify`; after that a thousand are appended one by one, each in a transaction of its own.
"""

import argparse
import json
import sys
import time
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HOME / "src"), str(HOME)]

from shared.instance import instance  # noqa: E402  the path must be there

APPENDED = 1_000


def fill(entries: int) -> None:
    from chemsec.kernel import merkle
    from chemsec.platform.audit.log import canonical
    from chemsec.platform.audit.models import Entry, Head

    frontier: merkle.Frontier = ()
    rows = []
    for seq in range(1, entries + 1):
        body = canonical(
            {
                "seq": seq,
                "at": "2026-11-25T12:00:00.000+00:00",
                "verb": "publish_edition",
                "thing": f"practice/{seq}",
                "by": "system",
                "right": "compendium.publish",
                "from": "command",
                "facts": {"edition": 1, "sha256": "0" * 64},
            }
        )
        frontier = merkle.append(frontier, seq - 1, merkle.hash_leaf(body.encode()))
        rows.append(Entry(seq=seq, body=body, root=merkle.root_of(frontier), thing=f"practice/{seq}"))
    Entry.objects.bulk_create(rows, batch_size=5_000)
    Head.objects.update(size=entries, root=merkle.root_of(frontier), frontier=b"".join(frontier))


def measure(entries: int) -> dict[str, float]:
    from django.db import transaction

    from chemsec.platform.access import SYSTEM
    from chemsec.platform.audit import log

    fill(entries)
    begin = time.perf_counter()
    report = log.verify()
    verified = time.perf_counter() - begin
    if report.fault:
        raise SystemExit(report.fault)
    begin = time.perf_counter()
    for number in range(APPENDED):
        with transaction.atomic():
            log.record("try", f"thing/{number}", by=SYSTEM, right="audit.try")
    appended = time.perf_counter() - begin
    return {
        "entries": entries,
        "verify_s": round(verified, 2),
        "append_ms": round(appended / APPENDED * 1000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a line")
    options = parser.parse_args()
    with instance(options.database):
        figures = measure(options.entries)
    if options.json:
        print(json.dumps(figures))
    else:
        print(
            f"{options.database}: {figures['entries']} entries verified in {figures['verify_s']} s,"
            f" appended in {figures['append_ms']} ms each"
        )


if __name__ == "__main__":
    main()
