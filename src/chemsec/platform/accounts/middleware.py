"""What signed-in readers get is theirs alone."""

from collections.abc import Callable

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
