"""What search engines are told of: every page, in every language, with the others beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from chemsec.compendium import public as compendium
from chemsec.platform import taxonomy
from chemsec.platform.access import Actor

PAGES_PER_FILE = 5_000  # in six languages, with alternates: within the protocol's 50,000 addresses and 50 MB
PLAIN = ("home", "search", "practices", "coverage", "stages", "audiences", "articles", "about", "doors")


@dataclass(frozen=True)
class Page:
    path: str  # without its language
    changed_at: datetime | None = None


def files(user: Actor) -> list[list[Page]]:
    """The pages that the reader may open, a list for each file."""
    pages = list(_pages(user))
    return [pages[start : start + PAGES_PER_FILE] for start in range(0, len(pages), PAGES_PER_FILE)]


def _pages(user: Actor) -> Iterator[Page]:
    for name in PLAIN:
        yield Page(_path(name))
    for name, scheme in (("stage", "stages"), ("audience", "audiences")):
        for code in taxonomy.codes(scheme):
            yield Page(_path(name, code))
    for practice, changed_at in compendium.listed_for(user).order_by("pk").values_list("pk", "changed_at"):
        yield Page(_path("practice", practice), changed_at)


def _path(name: str, *values: str) -> str:
    _root, _language, path = reverse(name, args=values).split("/", 2)
    return path
