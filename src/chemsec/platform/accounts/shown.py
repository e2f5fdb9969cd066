"""What has been shown in a session of who its person is."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest

FRESH = 300  # seconds for which a second factor counts


def has_second_factor(request: HttpRequest) -> bool:
    return bool(_shown(request)) or is_mfa_enabled(request.user)  # the session asks no database


def is_fresh(request: HttpRequest, method: str = "mfa") -> bool:
    return any(time.time() - record["at"] < FRESH for record in _shown(request, method))


def _shown(request: HttpRequest, method: str = "mfa") -> list[dict]:
    """The second factors, or the passwords, that were shown in this session."""
    records = get_authentication_records(request, request.user)
    return [record for record in records if record["method"] == method]
