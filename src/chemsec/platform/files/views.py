"""Files given out, through the access of what they are attached to."""

import logging
from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, signed_in
from chemsec.platform.vault.public import LockedError

from . import access, storing

logger = logging.getLogger(__name__)


@rule("file.read")
@require_safe
@signed_in
def stored_file(request, key):
    """The file, always to be saved and never shown as a page of this site."""
    found = access.get(actor_of(request), key)
    try:
        content = storing.read(found)
    except (LockedError, OSError):
        logger.exception("File %s doesn't open.", found.pk)
        return render(request, "files/locked.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
    response = HttpResponse(content, content_type=found.media_type)
    named = content_disposition_header(as_attachment=True, filename=str(found.name))
    response.headers["Content-Disposition"] = named or "attachment"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
