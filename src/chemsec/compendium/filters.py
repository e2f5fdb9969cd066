"""What a list is narrowed, sorted and paged by: read from an address, written back into one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chemsec.platform import languages

from . import facets

SORTS = {
    "newest": gettext_lazy("Newest first"),
    "title": gettext_lazy("By title"),
    "year": gettext_lazy("By year of the document"),
}
VIEWS = {"list": gettext_lazy("List"), "cards": gettext_lazy("Cards"), "table": gettext_lazy("Table")}
PAGE_SIZE = {"list": 20, "cards": 24, "table": 50}
MAX_PAGE = 10_000


@dataclass(frozen=True)
class Filters:
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "newest"
    view: str = "list"
    page: int = 1
    question: str = ""

    @property
    def size(self) -> int:
        return PAGE_SIZE[self.view]

    @property
    def start(self) -> int:
        return (self.page - 1) * self.size

    @property
    def end(self) -> int:
        return self.start + self.size

    def pages(self, total: int) -> int:
        """How many pages the list has; 404 when the one asked for isn't among them."""
        pages = max(1, ceil(total / self.size))
        if self.page > pages:
            raise Http404(_("The list has no page %(page)s.") % {"page": self.page})
        return pages

    def address(self, **changes: Any) -> str:
        """The query string of this list with some things changed; what is as usual is left out."""
        changed = replace(self, **{"page": 1, **changes})
        pairs = [("q", changed.question)] if changed.question else []
        pairs += [(facet, code) for facet, codes in changed.chosen.items() for code in codes]
        pairs += [
            (name, str(getattr(changed, name)))
            for name in ("sort", "view", "page")
            if getattr(changed, name) != getattr(Filters, name)
        ]
        return "?" + urlencode(pairs) if pairs else "?"

    @property
    def named(self) -> list[tuple[str, str]]:
        """What narrows the list: the name of each value, and the address without it."""
        return [
            (facets.name(facet, code), self.without(facet, code))
            for facet, codes in self.chosen.items()
            for code in codes
        ]

    def without(self, facet: str, code: str) -> str:
        """The address of the list without one of the values that narrow it."""
        kept = {
            name: tuple(c for c in codes if (name, c) != (facet, code)) for name, codes in self.chosen.items()
        }
        return self.address(chosen={name: codes for name, codes in kept.items() if codes})


def read(data: QueryDict, *, question: str = "") -> Filters:
    """Filters from the query of an address; BadRequest, in the reader's language, for what isn't a value."""
    chosen = {}
    for facet, shown in facets.FACETS.items():
        codes = tuple(dict.fromkeys(code for code in data.getlist(facet) if code))
        for code in codes:
            if code not in facets.values(facet):
                raise BadRequest(
                    _("“%(value)s” isn't a value of “%(facet)s”.") % {"value": code[:60], "facet": shown.name}
                )
        if codes:
            chosen[facet] = codes
    return Filters(
        chosen,
        _one_of(data, "sort", SORTS),
        _one_of(data, "view", VIEWS),
        _page(data.get("page", "1") or "1"),
        question,
    )


def _one_of(data: QueryDict, name: str, known: Mapping[str, Any]) -> str:
    value = data.get(name) or getattr(Filters, name)
    if value not in known:
        raise BadRequest(
            _("“%(value)s” isn't one of: %(known)s.")
            % {"value": value[:60], "known": languages.listed(known)}
        )
    return value


def _page(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= MAX_PAGE:
        raise BadRequest(_("“%(value)s” isn't a page number.") % {"value": value[:60]})
    return int(value)
