"""What a page takes at the server for somebody who is signed in, with many practices, accounts and drafts.

    bin/bench signed_in
    python bench/signed_in.py [--practices 10000] [--people 2000] [--drafts 2000]
                              [--database sqlite|postgresql]

The demonstration is loaded; practices beyond the real ones are copies of them in the compendium's tables, not
in the search index. People are spread over its organisations; each draft and application belongs
to one of them. Requests are made in this process, without a network: once to warm up, then ROUNDS times;
medians, with the number of SQL queries.
"""

import argparse
import os
import random
import statistics
import sys
import time
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HOUSE / "src"), str(HOUSE), str(HOUSE / "bench")]
from shared.instance import instance  # noqa: E402  the path comes first

ROUNDS = 15


def multiply(practices: int, people: int, drafts: int) -> None:
    """Copies of what is there, written into the tables directly: the flows are measured elsewhere."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction
    from django.utils import timezone

    from chemsec.compendium.models import (
        Application,
        Draft,
        DraftRevision,
        EditionText,
        Practice,
        Tag,
    )
    from chemsec.platform.accounts.models import Membership, Organisation, Person

    draw = random.Random(1)  # noqa: S311  not a secret
    now = timezone.now()
    with transaction.atomic():
        homes = list(Organisation.objects.filter(is_fictional=True).exclude(kind="secretariat"))
        password = make_password("a bench only")
        crowd = [
            Person(email=f"p{n}@bench.example", name=f"Person {n}", password=password) for n in range(people)
        ]
        Person.objects.bulk_create(crowd, batch_size=500)
        roles = ("contributor", "reader", "focal_point")
        Membership.objects.bulk_create(
            [
                Membership(person=one, organisation=draw.choice(homes), role=draw.choice(roles))
                for one in crowd
            ],
            batch_size=500,
        )
        originals = list(Practice.objects.filter(current=1))
        for n in range(max(0, practices - Practice.objects.count())):
            first = draw.choice(originals)
            edition = first.editions.get(number=1)
            texts, tags = list(edition.texts.all()), list(first.tags.all())
            copy = Practice(pk=f"copy-{n}", current=1, published_at=now, changed_at=now)
            copy.save(force_insert=True)
            edition.pk, edition.practice = None, copy
            edition.save(force_insert=True)
            EditionText.objects.bulk_create(_anew(texts, edition=edition))
            Tag.objects.bulk_create(_anew(tags, practice=copy))
        sample = Draft.objects.first()
        for n in range(drafts):
            author = draw.choice(crowd)
            home = author.memberships.get().organisation
            content = sample.content | {"title": f"Draft {n}"}
            state = draw.choice(["draft", "submitted", "in_review", "changes_asked", "accepted", "published"])
            draft = Draft(owner=home, author=author, state=state, content=content, since=now)
            draft.note = draft.reason = ""
            draft.save(force_insert=True)
            DraftRevision.objects.create(draft=draft, number=0, content=content, by=author)
            Application.objects.create(
                practice=draw.choice(originals), edition=1, owner=home, author=author, language="en",
                outcome="worked", place="Here", result="It worked.", state=draw.choice(["sent", "listed"]),
            )  # fmt: skip


def _anew(rows, **facts):
    for row in rows:
        row.pk = None
        for name, value in facts.items():
            setattr(row, name, value)
    return rows


def measure() -> None:
    from django.db import connections
    from tests.house.cast import sign_in

    from chemsec.compendium.drafts.flows import begin_draft
    from chemsec.compendium.models import Draft
    from chemsec.platform.accounts.access import actor_for
    from chemsec.platform.accounts.models import Person

    reed = Person.objects.get(name="Tomas Reed")
    own = begin_draft(by=actor_for(reed), title="Count the drums each evening", language="en")
    queued = Draft.objects.filter(state="submitted").first()
    mine, theirs = f"drafts/{own.pk}/edit/", f"drafts/{queued.pk}/"
    common = ["desk/", "drafts/", "applications/"]
    translating = ["translations/?language=es", "practices/us-bmap/translations/es/"]
    reading = ["organisation/", "practices/us-bmap/", "practices/", "history/practice/us-bmap/"]
    making = ["shares/", f"shares/new/draft/{own.pk}/", "collections/new/", f"history/draft/{own.pk}/"]
    keeping = ["editors/", "editors/queue/", "editors/stale/", "editors/links/", "editors/searches/"]
    pages = {
        "contributor": ("Tomas Reed", [*common, mine, *translating, *reading, *making]),
        "editor": ("Maya Lindqvist", [*common, theirs, *keeping]),
    }
    for role, (name, paths) in pages.items():
        client = sign_in(Person.objects.get(name=name))
        client.defaults["HTTP_HOST"] = "localhost"
        for path in paths:
            client.get(f"/en/{path}")
            queries: list[str] = []

            def note(execute, sql, *rest, seen=queries):
                seen.append(sql)
                return execute(sql, *rest)

            with connections["default"].execute_wrapper(note), connections["keys"].execute_wrapper(note):
                response = client.get(f"/en/{path}")
            times = []
            for _round in range(ROUNDS):
                began = time.perf_counter()
                client.get(f"/en/{path}")
                times.append(time.perf_counter() - began)
            shown = path.replace(str(own.pk), "…").replace(str(queued.pk), "…")
            took = f"{1_000 * statistics.median(times):7.0f} ms {len(queries):3} queries"
            print(f"{role:12} {shown:40} {response.status_code} {took} {len(response.content) // 1_000:5} kB")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--practices", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--drafts", type=int, default=2_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    os.environ["CHEMSEC_DEMO"] = "1"
    with instance(asked.database, "prepare"):
        multiply(asked.practices, asked.people, asked.drafts)
        measure()


if __name__ == "__main__":
    main()
