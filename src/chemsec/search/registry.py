"""What can be found: rooms register a source of items; the search floor knows no room."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Text:
    """An item's words in one language."""

    language: str
    sections: dict[str, str]  # title, summary, how_to_apply, evidence
    is_source: bool


@dataclass(frozen=True)
class Item:
    """Something that can be found, with everything that is known about it for that purpose."""

    key: str
    texts: tuple[Text, ...]
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)  # stages, audiences, measure_kinds
    scope: str = "global"  # "global" | "regional:<name>" | "national:<ISO 3166-1 alpha-3>"


class Source(Protocol):
    """A room's items of one kind."""

    kind: str

    def items(self, keys: Iterable[str] | None = None) -> Iterator[Item]:
        """The items of these keys, or all; those that may not be found are left out."""


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    _sources[source.kind] = source


def source_of(kind: str) -> Source:
    return _sources[kind]


def kinds() -> tuple[str, ...]:
    return tuple(_sources)
