"""Load States, regions, articles and vocabularies from content/. Running it again changes nothing."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import models

from chemsec.platform import loading, taxonomy
from chemsec.platform.models import Article, Concept, Region, State


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        files = [
            *(_file(name) for name in ("states.json", "regions.json", "articles.json")),
            *(taxonomy.scheme_file(scheme) for scheme in taxonomy.SCHEMES),
            Path(__file__),
        ]
        if not loading.load_when_changed("reference", files, _load):
            self.stdout.write("Reference data: unchanged")
            return
        taxonomy.forget()
        counts = {
            "States Parties": State.objects.count(),
            "regions": Region.objects.count(),
            "articles": Article.objects.count(),
            "concepts": Concept.objects.count(),
        }
        self.stdout.write("Reference data: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


def _file(name: str) -> Path:
    return settings.CHEMSEC_CONTENT_DIR / "reference" / name


def _read(name: str) -> dict:
    return json.loads(_file(name).read_text(encoding="utf-8"))


def _load() -> None:
    _replace(State, _states(), key=("iso3",))
    _replace(Region, _regions(), key=("code",))
    _replace(Article, _articles(), key=("code",))
    _replace(Concept, _concepts(), key=("scheme", "code"))


def _replace(model, rows: Iterable[models.Model], *, key: tuple[str, ...]) -> None:
    """Make the table hold exactly these rows; a row that stays keeps its primary key."""
    rows = list(rows)
    wanted = {tuple(getattr(row, name) for name in key) for row in rows}
    for old in model.objects.all():
        if tuple(getattr(old, name) for name in key) not in wanted:
            old.delete()
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in key]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=list(key), update_fields=fields)


def _states() -> Iterator[State]:
    for row in _read("states.json")["states"]:
        yield State(
            iso3=row["iso3"],
            iso2=row["iso2"],
            group=row["group"],
            names=row["names"],
            also=row.get("also", {}),
        )


def _regions() -> Iterator[Region]:
    data = _read("regions.json")
    yield Region(code="global", names=data["global"]["names"])
    for group in data["groups"]:
        yield Region(code=group["code"], names=group["names"], groups=[group["code"]])
    for name, scope in data["scopes"].items():
        yield Region(code=name, names=scope["names"], groups=scope["groups"], members=scope["members"])


def _articles() -> Iterator[Article]:
    for order, row in enumerate(_read("articles.json")["articles"], start=1):
        yield Article(order=order, **row)


def _concepts() -> Iterator[Concept]:
    for scheme in taxonomy.SCHEMES:
        yield from taxonomy.read_scheme(scheme)
