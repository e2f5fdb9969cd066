"""Pages that are the same for every reader: rendered once a version, then served from memory or answered 304.

The key holds the version of what is shown, the release, the language and the whole address. So nothing is
ever invalidated by hand: a new edition raises the version, and the next request renders anew.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path

import brotli
from django.core.cache import cache as pages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

KEPT_SECONDS = 24 * 3600
MAX_KEPT_BYTES = 400_000


@cache
def release() -> str:
    """A digest of the portal's own files: a new release makes what browsers hold stale."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".js", ".mo", ".svg"} and "tests" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cached_page(version: Callable[[], object]) -> Callable[[Callable], Callable]:
    """Serve a view's page from memory while `version()` stays what it is. For pages without a form token."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def serve(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            parts = (
                release(),
                version(),
                get_language(),
                request.get_full_path(),
                request.headers.get("HX-Request"),
            )
            key = hashlib.sha256(repr(parts).encode()).hexdigest()
            etag = f'W/"{key[:32]}"'  # weak: the same page goes out compressed or not
            unchanged = get_conditional_response(request, etag=etag)
            if unchanged is not None:
                return _labelled(unchanged, etag)
            kept = pages.get(key)
            if kept is None:
                response = view(request, *args, **kwargs)
                if response.status_code != HttpResponse.status_code or response.streaming:
                    return response
                kept = _Kept.of(response)
                if len(kept.plain) <= MAX_KEPT_BYTES:
                    pages.set(key, kept, KEPT_SECONDS)
            return _labelled(kept.answer(request), etag)

        return serve

    return decorate


@dataclass(frozen=True)
class _Kept:
    """A page as it is served again and again: its headers, and its bytes plain and compressed once."""

    headers: dict[str, str]
    plain: bytes
    compressed: bytes

    @classmethod
    def of(cls, response: HttpResponse) -> "_Kept":
        return cls(dict(response.items()), response.content, brotli.compress(response.content, quality=5))

    def answer(self, request: HttpRequest) -> HttpResponse:
        if "br" not in request.headers.get("Accept-Encoding", ""):
            return HttpResponse(self.plain, headers=self.headers)
        return HttpResponse(self.compressed, headers={**self.headers, "Content-Encoding": "br"})


def _labelled(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"  # keep it, but ask each time whether it still holds
    patch_vary_headers(response, ["HX-Request", "Accept-Encoding"])
    return response
