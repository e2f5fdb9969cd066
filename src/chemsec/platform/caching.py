"""Pages that are the same for every reader: rendered once a version, then served from memory or answered 304.

A page is kept for one version of what is shown, under its whole address. So nothing is ever invalidated by
hand: a new edition raises the version, and the next request renders anew.
"""

import hashlib
from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from . import languages

MAX_PAGES, MAX_BYTES = 3_000, 400_000  # in one process, and of one page
LABELS = {
    "Cache-Control": "public, no-cache",  # browsers keep it, but ask each time whether it still holds
}

_versions: list[Callable[[], object]] = []


def watch(version: Callable[[], object]) -> None:
    """Let a room say how often what it shows has changed; asked whenever a kept page is, so be quick."""
    _versions.append(version)


@cache
def release() -> str:
    """A digest of the portal's own files: a new release makes what browsers hold stale."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".js", ".mo", ".svg"} and "tests" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cached_page(view: Callable) -> Callable:
    """Mark the answers of a view as the same for every reader. For pages without a form token."""

    @wraps(view)
    def marked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        version = _current()  # before rendering: what changes meanwhile makes the page stale, not wrong
        asked = _in_force.set(version)
        try:
            response = view(request, *args, **kwargs)
        finally:
            _in_force.reset(asked)
        if response.status_code == HTTPStatus.OK and not response.streaming:
            response.same_for_all_in = version
        return response

    return marked


def _current() -> tuple[object, ...]:
    return tuple(version() for version in _versions)


_in_force: ContextVar[tuple[object, ...] | None] = ContextVar("version of the page", default=None)


def kept(most: int) -> Callable[[Callable], Callable]:
    """Keep in memory what a function of hashable arguments says for every reader alike, for one version of
    what is shown; up to so many answers.
    """

    def keeping(function: Callable) -> Callable:
        @lru_cache(maxsize=most)
        def under(_version: tuple[object, ...], *args: Hashable) -> Any:
            return function(*args)

        @wraps(function)
        def answer(*args: Hashable) -> Any:
            return under(_in_force.get() or _current(), *args)

        _answers.append(under.cache_clear)
        return answer

    return keeping


_answers: list[Callable[[], None]] = []


@dataclass(frozen=True)
class _Kept:
    """A page as it is served again and again: its headers, and its bytes plain and compressed once."""

    version: tuple[object, ...]
    plain: bytes
    compressed: bytes
    headers: dict[str, str]
    compressed_headers: dict[str, str]

    @classmethod
    def of(cls, response: HttpResponse, key: Hashable, version: tuple[object, ...]) -> "_Kept":
        patch_vary_headers(response, ["HX-Request", "Accept-Encoding"])
        etag = hashlib.sha256(repr((release(), version, key)).encode()).hexdigest()[:32]
        headers = {name: value for name, value in response.items() if name != "Content-Length"}
        headers |= LABELS | {"ETag": f'W/"{etag}"'}  # weak: the same page goes out compressed or not
        compressed = brotli.compress(response.content, quality=5)
        return cls(version, response.content, compressed, headers, headers | {"Content-Encoding": "br"})

    def answer(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_IF_NONE_MATCH" in request.META:
            unchanged = get_conditional_response(request, etag=self.headers["ETag"])
            if unchanged is not None:
                for name, value in self.headers.items():
                    unchanged[name] = value
                return unchanged
        if "br" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
            return HttpResponse(self.compressed, headers=self.compressed_headers)
        return HttpResponse(self.plain, headers=self.headers)


_pages: dict[Hashable, _Kept] = {}


def forget() -> None:
    """Keep nothing: between tests, whose changes are rolled back under the same version."""
    _pages.clear()
    for clear in _answers:
        clear()


def is_somebodys(request: HttpRequest) -> bool:
    """Whether what is answered is theirs alone: a session or a key came along."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "HTTP_AUTHORIZATION" in request.META


def serve_kept(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer from memory what is kept; keep what a view marks. Stands before all that fresh pages need."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or is_somebodys(request):
            return get_response(request)  # who is signed in gets pages of their own
        key = _key(request)
        kept = _pages.get(key)
        if kept is not None and kept.version == _current():
            return kept.answer(request)
        response = get_response(request)
        version = getattr(response, "same_for_all_in", None)
        if version is None:
            return response
        kept = _Kept.of(response, key, version)
        if len(kept.plain) <= MAX_BYTES:
            if len(_pages) >= MAX_PAGES:
                _pages.clear()
            _pages[key] = kept
        return kept.answer(request)

    return handle


def _key(request: HttpRequest) -> Hashable:
    """What a page hangs on. Where the address doesn't say the language, what the reader prefers does."""
    asked = request.META
    key = (
        request.scheme,
        asked.get("HTTP_HOST"),
        request.path,
        asked.get("QUERY_STRING"),
        asked.get("HTTP_HX_REQUEST"),
    )
    if languages.is_known(request.path_info[1:].partition("/")[0]):
        return key
    preferred = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return (*key, asked.get("HTTP_ACCEPT"), asked.get("HTTP_ACCEPT_LANGUAGE"), preferred)
