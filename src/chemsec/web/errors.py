"""Pages for what can't be answered: what happened and what to do, in the reader's language.

Addresses under /api/ get the same as problem details (RFC 9457).
"""

import logging
import sys
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

LAST_RESORT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Something went wrong</title>
<h1>Something went wrong on our side</h1>
<p>The portal could not answer. Nothing that you did caused this. Please try again in a few minutes.</p>
<p><a href="/">Home</a></p></html>
"""


def _explain(request: HttpRequest, status: HTTPStatus, title: str, advice: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": title,
            "status": int(status),
            "detail": advice,
            "instance": request.path,
        }
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(
        request, "errors/error.html", {"title": title, "advice": advice, "status": int(status)}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Our own views say in BadRequest what is wrong; what else is refused doesn't show its insides."""
    with _language_of(request):
        said = str(exception) if isinstance(exception, BadRequest) else ""
        return _explain(
            request,
            HTTPStatus.BAD_REQUEST,
            _("That can’t be done as asked")
            if said
            else _("The address has something in it that the portal can’t read"),
            said or _("Check the address, or start from the home page and search again."),
        )


def too_long(request: HttpRequest) -> HttpResponse:
    with _language_of(request):
        return _explain(
            request,
            HTTPStatus.REQUEST_URI_TOO_LONG,
            _("The question is too long"),
            _("Say it in at most 2,000 characters: the few sentences that matter most."),
        )


def too_large(request: HttpRequest) -> HttpResponse:
    with _language_of(request):
        return _explain(
            request,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("This is too large"),
            _(
                "A file may have up to 10 MB, one that holds a translation up to 1 MB. Go back, and give a "
                "smaller one; what you wrote is still there."
            ),
        )


def not_allowed(request: HttpRequest, methods: str) -> HttpResponse:
    with _language_of(request):
        response = _explain(
            request,
            HTTPStatus.METHOD_NOT_ALLOWED,
            _("This address can’t be used that way"),
            _("Open the page itself and use its buttons; a form can’t be sent by its address alone."),
        )
    response["Allow"] = methods
    return response


def locked(request: HttpRequest) -> HttpResponse:
    """What is sealed, and whose key isn't here; see platform/vault."""
    with _language_of(request):
        return _explain(
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            _("This is locked"),
            _("The key that opens it isn’t here. Nothing that you did caused this."),
        )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    with _language_of(request):
        return _explain(
            request,
            HTTPStatus.FORBIDDEN,
            _("This isn’t open to you"),
            _("If you think that it should be, write to the secretariat."),
        )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    logger.warning("CSRF check refused %s: %s", request.path, reason)
    with _language_of(request):
        return _explain(
            request,
            HTTPStatus.FORBIDDEN,
            _("The form had grown too old to be accepted"),
            _("Go back, load the page again and send the form once more; the site needs its cookies."),
        )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    with _language_of(request):
        return _explain(
            request,
            HTTPStatus.NOT_FOUND,
            _("There is no such page"),
            _("The address has a slip in it, or the page has moved. Search, or start from the home page."),
        )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer whatever else failed. A database that is away is said as such, with a time to come back."""
    database_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if database_away else HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        with _language_of(request):
            response = _explain(
                request,
                status,
                _("Something went wrong on our side"),
                _("Nothing that you did caused this. Please try again in a few minutes."),
            )
    except Exception:  # the page itself may be what is broken; the reader still gets an answer
        logger.exception("The error page failed")
        response = HttpResponse(LAST_RESORT, status=status)
    if database_away:
        response["Retry-After"] = "60"
    return response


def _language_of(request: HttpRequest) -> translation.override:
    """The reader's language, also when the request was refused before it was set."""
    return translation.override(translation.get_language_from_request(request, check_path=True))
