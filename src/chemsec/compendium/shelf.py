"""My list: practices that a reader keeps in the browser, in one cookie, without an account."""

from collections.abc import Iterable

from django.core.validators import slug_re

COOKIE = "list"
KEPT_SECONDS = 365 * 24 * 3600
MOST = 40  # what one cookie and one address hold


def read(ids: Iterable[str]) -> list[str]:
    """The well-formed ids, each once, in order; a list that somebody else wrote may hold anything."""
    return [key for key in dict.fromkeys(ids) if slug_re.match(key)][:MOST]


def toggled(ids: Iterable[str], practice_id: str) -> list[str]:
    """The list with the practice taken off if it was on, else put at its end."""
    kept = read(ids)
    return [key for key in kept if key != practice_id] if practice_id in kept else read([*kept, practice_id])
