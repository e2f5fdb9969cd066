"""Lists that go over several pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet


@dataclass(frozen=True)
class Page:
    """A page of a list: what stands on it, and the addresses of those beside it, empty where none is."""

    rows: list[Any]
    number: int
    pages: int
    before: str
    after: str

    def __bool__(self):
        return bool(self.rows)


def page_of(found: QuerySet | Sequence, asked: str | int, *, size: int, address: str = "?page=") -> Page:
    """The page that is asked for, or the nearest that there is. `address` ends where the number follows."""
    page = Paginator(found, size).get_page(asked)
    before = f"{address}{page.previous_page_number()}" if page.has_previous() else ""
    after = f"{address}{page.next_page_number()}" if page.has_next() else ""
    return Page(list(page.object_list), page.number, page.paginator.num_pages, before, after)
