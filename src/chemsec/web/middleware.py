"""What happens to every request before a view sees it."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from chemsec.platform import languages
from chemsec.platform.vault.public import LockedError

from .errors import bad_request, locked, not_allowed, too_large, too_long

if TYPE_CHECKING:
    from http.cookies import Morsel

Handler = Callable[[HttpRequest], HttpResponse]

MAX_BODY = 12_000_000  # bytes: a file of ten megabytes, and the form around it
MAX_QUERY = 20_000  # bytes: 2,000 Chinese characters, percent-encoded, and room for facets
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # a question may have line breaks and tabs


NAME = settings.LANGUAGE_COOKIE_NAME


def _cookie(language: str) -> "Morsel[str]":
    """The cookie that makes a browser remember a language."""
    response = HttpResponse()
    response.set_cookie(
        NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response.cookies[NAME]


COOKIES = {language: _cookie(language) for language in languages.CODES}  # made once, sent at each first visit


def refuse_bad_input(get_response: Handler) -> Handler:
    """Answer 400 to control characters, 413 to what is too large and 414 to an endless query before any view
    does; explain a 405.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if len(query) > MAX_QUERY:
            return too_long(request)
        if CONTROL.search(request.path) or CONTROL_IN_TEXT.search(unquote_plus(query)):
            return bad_request(request)
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
            return too_large(request)
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            return not_allowed(request, response["Allow"])
        return response

    return handle


def say_what_is_locked(get_response: Handler) -> Handler:
    """Answer 503 where what is asked for is sealed and its key isn't here; everything else works."""

    def handle(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return locked(request) if isinstance(exception, LockedError) else None

    vars(handle)["process_exception"] = process_exception  # where Django looks for it
    return handle


def remember_language(get_response: Handler) -> Handler:
    """Keep the language of the page that was read last: addresses without a language lead there."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        language = request.path_info[1:].partition("/")[0]
        known = request.META.get("HTTP_COOKIE", "")
        if (
            f"{NAME}={language}" in known
            or not languages.is_known(language)
            or response.status_code != HTTPStatus.OK
        ):
            return response
        response.cookies[NAME] = COOKIES[language]
        return response

    return handle
