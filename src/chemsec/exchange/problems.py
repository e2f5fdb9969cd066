"""What the API says when it can't answer: problem details (RFC 9457), in the asker's language."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

MEDIA_TYPE = "application/problem+json"


def problem(request: HttpRequest, status: HTTPStatus, detail: str, **more: Any) -> JsonResponse:
    titles = {
        HTTPStatus.BAD_REQUEST: _("The request has something in it that the portal can't read"),
        HTTPStatus.UNAUTHORIZED: _("The portal doesn’t know who asks"),
        HTTPStatus.FORBIDDEN: _("The key doesn’t reach so far"),
        HTTPStatus.NOT_FOUND: _("There is nothing at this address"),
        HTTPStatus.METHOD_NOT_ALLOWED: _("This address doesn't take that method"),
        HTTPStatus.CONFLICT: _("That doesn’t fit with how things stand now"),
        HTTPStatus.GONE: _("This practice has been withdrawn"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The request is too large"),
        HTTPStatus.UNPROCESSABLE_ENTITY: _("Some values don't fit"),
        HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
        HTTPStatus.SERVICE_UNAVAILABLE: _("This is locked"),
    }
    body = {
        "type": "about:blank",
        "title": titles[status],
        "status": int(status),
        "detail": detail,
        "instance": request.path,
        **more,
    }
    return JsonResponse(
        body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
