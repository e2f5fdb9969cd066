"""What signed-in readers get is theirs alone."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def keep_to_oneself(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Nobody between here and the reader keeps a page that was made for a session, the browser neither."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified:
            response["Cache-Control"] = "no-store, private"
        return response

    return handle
