"""Whether the sources of practices still answer: asked politely, seldom, and never for what they say.

A source is asked once a month. One that fails is asked again after a day, then after two, four, and so on;
the editors' desk shows it after three failures in a row. When nothing answers at all it is the portal that
has no connection, and nothing is held against anybody.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from django.utils import timezone
from requests_hardened.ip_filter import InvalidIPAddress

from chemsec.compendium.models import Link
from chemsec.platform import outside

MONTH = timedelta(days=30)
FIRST_WAIT = timedelta(days=1)
TRIES = 3  # failures in a row after which the editors are shown
AWAY = 3  # servers of which none answers: it is the portal that isn't connected
HEAD_REFUSED = {
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
}
NOT_FOR_PROGRAMS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS}
LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}

State, Fault = Link.State, Link.Fault
FAULTS = (  # what went wrong, the more particular first
    (InvalidIPAddress, Fault.ADDRESS),
    (requests.exceptions.InvalidURL, Fault.ADDRESS),
    (requests.exceptions.InvalidSchema, Fault.ADDRESS),
    (UnicodeError, Fault.ADDRESS),
    (requests.exceptions.SSLError, Fault.SECURITY),
    (requests.exceptions.Timeout, Fault.SILENT),
    (requests.exceptions.TooManyRedirects, Fault.ENDLESS),
    (requests.RequestException, Fault.UNKNOWN),
)


@dataclass(frozen=True)
class Found:
    """What came of asking one address."""

    state: str  # of Link.State; UNCHECKED where the server asked to come back
    status: int | None = None
    fault: str = ""
    again_at: datetime | None = None  # when the server wants to be asked again


def ask(session: requests.Session, url: str) -> Found:
    """Ask for the head of a page, and for the page where a server doesn't give heads; its text isn't read."""
    try:
        answer = session.head(url, allow_redirects=True)
        if answer.status_code in HEAD_REFUSED:
            answer = session.get(url, allow_redirects=True, stream=True)
        answer.close()
    except (requests.RequestException, UnicodeError) as error:
        return Found(State.FAILS, fault=next(fault for kind, fault in FAULTS if isinstance(error, kind)))
    return _read(answer)


def _read(answer: requests.Response) -> Found:
    status = answer.status_code
    if answer.ok:
        return Found(State.WORKS, status)
    if status in NOT_FOR_PROGRAMS:
        return Found(State.CLOSED, status)
    if status in LATER and (again_at := _again_at(answer.headers.get("Retry-After", ""))):
        return Found(State.UNCHECKED, status, again_at=again_at)
    return Found(State.FAILS, status, Fault.ANSWER)


def _again_at(said: str) -> datetime | None:
    """The moment that Retry-After names, in seconds or as a date; at most a month ahead."""
    now = timezone.now()
    if said.isascii() and said.isdigit():
        wanted = now + timedelta(seconds=min(int(said[:9]), MONTH.total_seconds()))
    else:
        try:
            wanted = parsedate_to_datetime(said)
        except ValueError:
            return None
        if timezone.is_naive(wanted):
            wanted = timezone.make_aware(wanted)
    return min(max(wanted, now + timedelta(hours=1)), now + MONTH)


def check(links: Iterable[Link], *, pause: Callable[[], None]) -> list[Link]:
    """Ask for each of these links and note what came of it; `pause` is kept before a server is asked again.

    Returns those that were noted: none where no server answered, for then it is the portal that is cut off.
    """
    session = outside.session()
    asked: set[str] = set()
    found: list[tuple[Link, Found]] = []
    for link in links:
        host = urlsplit(link.url).hostname or ""
        if host in asked:
            pause()
        asked.add(host)
        found.append((link, ask(session, link.url)))
    if len(asked) >= AWAY and all(one.fault in {Fault.UNKNOWN, Fault.SILENT} for _link, one in found):
        return []
    for link, one in found:
        _note(link, one)
    return [link for link, _one in found]


def _note(link: Link, found: Found) -> None:
    now = timezone.now()
    if found.again_at:
        link.due_at = found.again_at
        link.save(update_fields=["due_at"])
        return
    link.state, link.status, link.fault, link.checked_at = found.state, found.status, found.fault, now
    if found.state == State.FAILS:
        link.failures += 1
        link.failing_since = link.failing_since or now
        link.due_at = now + min(MONTH, FIRST_WAIT * 2 ** (min(link.failures, 10) - 1))
    else:
        link.failures, link.failing_since, link.due_at = 0, None, now + MONTH
    link.save()
