"""The full-text index behind one interface, whatever the database."""

from collections.abc import Iterable
from typing import Protocol

from django.db import connection

from . import postgres, sqlite


class Backend(Protocol):
    """Tokens in, entries out. A phrase is a tuple of tokens that stand one behind the other."""

    def write(self, documents: dict[int, dict[str, list[str]]]) -> None:
        """Replace the tokens, by section, of these documents."""

    def remove(self, documents: Iterable[int]) -> None:
        """Forget these documents."""

    def match(
        self, kind: str, tokens: dict[str, tuple[float, int]], total: int, limit: int
    ) -> list[tuple[int, float]]:
        """Entries with any of `tokens` and their scores, best first.

        tokens: token -> (how much it says, in how many documents it stands); total: number of all documents.
        A token that stands often in a short document gives up to 2.2 times its weight.
        """

    def counts(self) -> dict[str, int]:
        """Each token with the number of documents that it stands in."""

    def having(self, kind: str, phrases: tuple[tuple[str, ...], ...]) -> set[int]:
        """Entries with a document that holds all of `phrases`."""


def backend() -> Backend:
    backends: dict[str, Backend] = {"sqlite": sqlite.BACKEND, "postgresql": postgres.BACKEND}
    return backends[connection.vendor]
