"""Load States, regions, articles and vocabularies from content/. Running it again changes nothing."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from chemsec.platform import taxonomy
from chemsec.platform.models import Article, Concept, Region, State


def _read(name: str):
    return json.loads((settings.CHEMSEC_CONTENT_DIR / "reference" / name).read_text(encoding="utf-8"))


def _replace(model, rows, *, key: tuple[str, ...]) -> int:
    """Make the table hold exactly these rows; what is the same stays untouched under its primary key."""
    rows = list(rows)
    wanted = {tuple(getattr(row, name) for name in key) for row in rows}
    for old in model.objects.all():
        if tuple(getattr(old, name) for name in key) not in wanted:
            old.delete()
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in key]  # noqa: SLF001
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=list(key), update_fields=fields)
    return len(rows)


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, *_args, **_options):
        regions = _read("regions.json")
        counts = {
            "States Parties": _replace(
                State,
                (
                    State(
                        iso3=row["iso3"], iso2=row["iso2"], group=row["group"], names=row["names"], also=row.get("also", {})
                    )
                    for row in _read("states.json")["states"]
                ),
                key=("iso3",),
            ),
            "regions": _replace(Region, _regions(regions), key=("code",)),
            "articles": _replace(
                Article,
                (Article(order=order, **row) for order, row in enumerate(_read("articles.json"), start=1)),
                key=("code",),
            ),
            "concepts": _replace(
                Concept,
                (concept for scheme in taxonomy.SCHEMES for concept in taxonomy.read_scheme(scheme)),
                key=("scheme", "code"),
            ),
        }
        taxonomy.forget()
        self.stdout.write("Reference data: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


def _regions(data: dict):
    for group in [*data["groups"], data["global"]]:
        yield Region(code=group["code"], names=group["names"], groups=[group["code"]] if group["code"] != "global" else [])
    for name, scope in data["scopes"].items():
        yield Region(code=name, names=scope["names"], groups=scope["groups"], members=scope["members"])
