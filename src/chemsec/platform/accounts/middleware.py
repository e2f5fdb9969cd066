"""What signed-in readers get is theirs alone, for as long as they use it."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from chemsec.platform.caching import is_somebodys


def keep_to_oneself(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Nobody between here and the reader keeps a page that was made for a session or a key, the browser
    neither.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if is_somebodys(request) or request.session.modified:
            response["Cache-Control"] = "no-store, private"
        return response

    return handle


SEEN = "seen"  # key in the session: when it was last noted that it is in use
NOTED = 300  # seconds for which that isn't noted again


def end_when_idle(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Put off the end of a session that is used, by one write every few minutes: left alone, it ends after
    the hours that the settings say. For who isn't signed in nothing is written.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            now = int(time.time())
            if now - request.session.get(SEEN, 0) >= NOTED:
                request.session[SEEN] = now  # whatever is changed in it begins its time anew
        return response

    return handle
