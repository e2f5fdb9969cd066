"""Files given out, through the access of what they are attached to."""

import logging
from functools import partial
from http import HTTPStatus

from django.shortcuts import render
from django.views.decorators.http import require_safe

from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, signed_in
from chemsec.platform.vault.public import LockedError

from . import access, storing
from .giving import give

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
    still = partial(access.can_read, file=found)
    return give(request, content, media_type=found.media_type, name=str(found.name), may=still)
