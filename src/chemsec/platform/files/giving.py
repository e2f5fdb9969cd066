"""Sending what isn't public, to be saved, for as long as its reader may have it."""

from collections.abc import Callable, Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from chemsec.platform.access import Actor
from chemsec.platform.accounts.public import still_acting

PIECE = 256 * 1024  # bytes that are sent between two looks at the reader's rights


def give(
    request: HttpRequest, content: bytes, *, media_type: str, name: str, may: Callable[[Actor], bool]
) -> StreamingHttpResponse:
    """A download, never shown as a page of this site. Whose session, account or right ends while it is being
    sent gets no more of it: the browser says that the download broke off.
    """
    response = StreamingHttpResponse(_while_allowed(request, content, may), content_type=media_type)
    response.headers["Content-Length"] = str(len(content))
    named = content_disposition_header(as_attachment=True, filename=name)
    response.headers["Content-Disposition"] = named or "attachment"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _while_allowed(request: HttpRequest, content: bytes, may: Callable[[Actor], bool]) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        if not may(still_acting(request)):
            raise PermissionDenied("The right to read this ended while it was being sent.")
        yield content[start : start + PIECE]
