"""Requests that come with an API key: who makes them, and what the key may do."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from chemsec.platform.accounts import public as accounts

from .problems import problem

REALM = 'Bearer realm="Chemical Security Portal"'


def needs(scope: accounts.Scope) -> Callable[[Callable], Callable]:
    """Mark an operation with the scope that a key must have for it; without a key it isn't answered."""

    def mark(operation: Callable) -> Callable:
        operation.scope = scope  # type: ignore[attr-defined]
        return operation

    return mark


def refusal(request: HttpRequest, scope: accounts.Scope | None) -> HttpResponse | None:
    """Why the request isn't answered, if so. From here on it is made by the key's person, never by who has a
    session in the same browser. Where no key is needed, one that is sent is looked at all the same.
    """
    sent = request.META.get("HTTP_AUTHORIZATION")
    if sent is None:
        return _unknown(request, _("This needs an API key; make one in your account.")) if scope else None
    kind, _space, token = sent.partition(" ")
    key = accounts.find_key(token.strip()) if kind.lower() == "bearer" else None
    if key is None:
        return _unknown(request, _("This API key isn’t valid: unknown, revoked or expired."), "invalid_token")
    actor = accounts.actor_of_key(key)
    if actor is None:
        reason = _("This API key is no longer valid: the account, the role or the second factor is missing.")
        return _unknown(request, reason, "invalid_token")
    if wait := accounts.count_request(key):
        return _too_many(request, wait)
    if scope and scope not in key.scopes:
        return _beyond(request, scope)
    accounts.act_as(request, actor)
    return None


def _unknown(request: HttpRequest, detail: str, error: str = "") -> HttpResponse:
    answer = problem(request, HTTPStatus.UNAUTHORIZED, detail)
    answer["WWW-Authenticate"] = f'{REALM}, error="{error}"' if error else REALM
    return answer


def _beyond(request: HttpRequest, scope: accounts.Scope) -> HttpResponse:
    detail = _("This needs a key with the scope “%(scope)s”.") % {"scope": scope.value}
    answer = problem(request, HTTPStatus.FORBIDDEN, detail, scope=scope.value)
    answer["WWW-Authenticate"] = f'{REALM}, error="insufficient_scope", scope="{scope.value}"'
    return answer


def _too_many(request: HttpRequest, wait: int) -> HttpResponse:
    detail = _("Too many requests with this key. Come back in %(seconds)s seconds.") % {"seconds": wait}
    answer = problem(request, HTTPStatus.TOO_MANY_REQUESTS, detail)
    answer["Retry-After"] = str(wait)
    return answer
