"""Asking servers elsewhere: only what anybody could ask, never something inside the portal's own network.

An address is resolved once, must be public, and is connected to as resolved; each redirect is looked at anew
(requests-hardened). Nothing of whoever wrote the address is passed on.
"""

import time

from django.conf import settings
from requests import Response, Session
from requests_hardened import Config, Manager

CONNECT, READ = 5, 15  # seconds
REDIRECTS = 5
LONGEST = 20  # seconds for an answer that comes drop by drop
PART = 65_536  # bytes


def session() -> Session:
    """A session to ask with. It raises requests' exceptions, `InvalidIPAddress` for what isn't public."""
    manager = Manager(
        Config(
            default_timeout=(CONNECT, READ),
            never_redirect=False,
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=settings.CHEMSEC_ASK_LOOPBACK,
            user_agent_override=f"ChemicalSecurityPortal (+{settings.CHEMSEC_BASE_URL})",
        )
    )
    made = manager.get_session()
    made.max_redirects = REDIRECTS
    made.trust_env = False  # no proxy and no password that the machine happens to have
    return made


def read(answer: Response, most: int) -> bytes:
    """The first bytes of an answer to a request with `stream=True`, for at most LONGEST seconds."""
    body, begun = b"", time.monotonic()
    while len(body) < most and time.monotonic() - begun < LONGEST:
        part = answer.raw.read1(PART, decode_content=True)  # what has come so far, however little
        if not part:
            break
        body += part
    return body[:most]
