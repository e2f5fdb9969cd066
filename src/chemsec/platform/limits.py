"""Limits on what visitors without an account may do, without keeping who they are; and on how often."""

import secrets
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

DAY = 86_400  # seconds


def first_today(request: HttpRequest, act: str) -> bool:
    """Whether this act wasn't done yet from this address within the last day.

    Of the address a digest is kept for a day, under a random key that is made anew each day: nobody can later
    say from which address the act came.
    """
    key = cache.get_or_set("limits.key", lambda: secrets.token_hex(32), DAY)
    address = get_adapter().get_client_ip(request)
    digest = salted_hmac(str(key), f"{act} {address}", algorithm="sha256").hexdigest()
    return cache.add(f"limits.{digest}", 1, DAY)


def wait(name: str, *, most: int, seconds: int) -> int:
    """Count one more under this name; how many seconds to wait if there were more than `most` in so many.

    The caller holds a lock that lets nobody else count under it meanwhile: the cache alone would lose some.
    """
    now = time.time()
    window = int(now // seconds)
    key = f"limits.{name}.{window}"
    count = cache.get(key, 0) + 1
    cache.set(key, count, 2 * seconds)
    return 0 if count <= most else int((window + 1) * seconds - now) + 1
