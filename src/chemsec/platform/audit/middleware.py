"""Tells the audit log where a request comes from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .log import origin


def note_origin(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def handle(request: HttpRequest) -> HttpResponse:
        token = origin.set(request.META.get("REMOTE_ADDR", ""))
        try:
            return get_response(request)
        finally:
            origin.reset(token)

    return handle
