"""A look for viruses by clamd, where one is configured (CHEMSEC_CLAMD): its INSTREAM command over a socket.

Protocol: clamd(8). Where one is configured and doesn't answer, nothing is taken.
"""

import logging
import socket
import struct

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WAIT = 30  # seconds
CHUNK = 65_536  # bytes
ANSWER = 4_096  # bytes of an answer that are read

logger = logging.getLogger(__name__)


def scan(content: bytes) -> None:
    """Refuse, with ValidationError, what the scanner finds something in, and anything while it is away."""
    if not settings.CHEMSEC_CLAMD:
        return
    try:
        answer = _ask(settings.CHEMSEC_CLAMD, content)
    except OSError as error:
        logger.exception("clamd can't be asked at %s.", settings.CHEMSEC_CLAMD)
        raise ValidationError(_("Files can’t be looked through right now. Try again later.")) from error
    if answer.endswith("FOUND"):
        raise ValidationError(_("A virus was found in this file. It isn’t kept."))
    if not answer.endswith("OK"):
        logger.error("clamd answered: %s", answer)
        raise ValidationError(_("Files can’t be looked through right now. Try again later."))


def _ask(where: str, content: bytes) -> str:
    with _connected(where) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            line.sendall(struct.pack(">L", len(part)) + part)
        line.sendall(struct.pack(">L", 0))
        return line.recv(ANSWER).decode("utf-8", "replace").strip("\0\n ")


def _connected(where: str) -> socket.socket:
    """A socket of the host's, by its path, or host:port."""
    if where.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(WAIT)
        try:
            line.connect(where)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = where.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=WAIT)
