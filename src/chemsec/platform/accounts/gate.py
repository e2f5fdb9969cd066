"""What a view asks of whoever comes: to be signed in, or to have shown a second factor just now."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from chemsec.platform.access import ANYONE

from . import proof
from .access import actor_of, change_seat, lacks_factor
from .shown import has_second_factor, is_fresh

ACTING = "acting_for"  # in forms: the organisation that their page was made for
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field
SECRETS = ("password", "code", "credential")  # in names of fields: no page repeats their values


def known(view: Callable) -> Callable:
    """Lead whoever isn't signed in to sign in. For what shows nothing of the organisation they act for."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if actor_of(request) is not ANYONE:
            return view(request, *args, **kwargs)
        if "HX-Request" in request.headers:  # a part of a page that was open when the session ended
            return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        return _lead_to("account_login", request)

    return guarded


def signed_in(view: Callable) -> Callable:
    """Lead whoever isn't signed in to sign in, and who lacks a required second factor to set one up."""

    @known
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        wanted = request.POST.get(ACTING, "") if request.method == "POST" else ""
        if wanted and wanted != str(actor_of(request).organisation):
            change_seat(request, wanted)
        if lacks_factor(request):  # asked of the organisation that is acted for from here on
            messages.info(
                request, _("Who acts for this organisation signs in with a second factor. Set one up first.")
            )
            return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return guarded


def fresh_factor(view: Callable) -> Callable:
    """For what binds: a second factor shown within the last five minutes. Stands below `signed_in`.

    Who is asked for it while they send a form finds what they wrote on the page that asks, and sends both.
    """
    asking = _asking(view, proof.BY_FACTOR, "mfa")

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not has_second_factor(request):
            messages.info(request, _("This asks for a second factor. Set one up first."))
            return redirect("mfa_index")
        return asking(request, *args, **kwargs)

    return guarded


def fresh_proof(view: Callable) -> Callable:
    """For what concerns one's own account alone: like `fresh_factor` for whoever has a second factor, and
    for others their password within the same time. Stands below `signed_in`.
    """
    by_factor, by_password = fresh_factor(view), _asking(view, proof.BY_PASSWORD, "password")

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        asking = by_factor if has_second_factor(request) else by_password
        return asking(request, *args, **kwargs)

    return guarded


def _asking(view: Callable, page: str, method: str) -> Callable:
    """Let through whoever has shown this of late, or shows it with what they send: the view never sees it."""

    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        refused = None if is_fresh(request, method) else _ask_again(page, request)
        return refused or view(proof.without(request), *args, **kwargs)

    return guarded


def _ask_again(page: str, request: HttpRequest) -> HttpResponse | None:
    """Ask who sends something to prove who they are; nothing where they have done so with what they send.

    What was sent, if it is no secret, stays in the page that asks meanwhile and nowhere else.
    """
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN and not proof.is_field(name)
    ]
    if request.method != "POST" or any(secret in name for name, _value in sent for secret in SECRETS):
        return _lead_to(page, request)
    form = proof.form_for(page, request)
    if proof.accepted(form, request):
        return None
    context = {
        "sent": sent,
        "files": list(request.FILES),
        "page": page,
        "form": form,
        "has_passkey": proof.has_passkey(request),
        "back": _page_before(request),
    }
    return render(request, "accounts/proof_again.html", context, status=HTTPStatus.FORBIDDEN)


def _page_before(request: HttpRequest) -> str:
    """Where the form that was sent stands."""
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if is_ours else reverse("desk")


def when_sent(guard: Callable) -> Callable:
    """The guard for forms alone, where the page that has them is read without."""

    def guarding(view: Callable) -> Callable:
        asked = guard(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            return (asked if request.method == "POST" else view)(request, *args, **kwargs)

        return guarded

    return guarding


def _lead_to(page: str, request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse(page)}?{urlencode({'next': request.get_full_path()})}")
