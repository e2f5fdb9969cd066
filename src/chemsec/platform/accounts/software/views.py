"""Pages of what lets one's own software in. A secret stands on one page only: the answer that made it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.platform.access import rule
from chemsec.platform.accounts.access import actor_of
from chemsec.platform.accounts.gate import fresh_factor, signed_in
from chemsec.platform.steps import GET_AND_POST, done, tried

from . import access, flows, forms


@rule("account.software")
@require_safe
@signed_in
def api_keys(request):
    actor = actor_of(request)
    context = {"keys": access.keys_of(actor), "may_make": access.can_make_key(actor)}
    return render(request, "accounts/api_keys.html", context)


@rule("account.software")
@GET_AND_POST
@signed_in
@fresh_factor
def api_key_new(request):
    """Make a key for the organisation that one acts for, and show its token once."""
    actor = actor_of(request)
    if not access.can_make_key(actor):
        raise Http404
    form = forms.KeyForm(request.POST or None)
    if request.method == "POST" and (made := done(form, flows.make_key, by=actor)):
        key, token = made
        return render(request, "accounts/api_key_made.html", {"key": key, "token": token})
    return render(request, "accounts/api_key_new.html", {"form": form})


@rule("account.software")
@require_POST
@signed_in
def api_key_revoke(request, key_id):
    actor = actor_of(request)
    if tried(request, flows.revoke_key, access.key_of(actor, key_id), by=actor):
        messages.success(request, _("Revoked. The key opens nothing any more."))
    return redirect("api_keys")


@rule("account.software")
@require_safe
@signed_in
def calendar_feed(request):
    return render(request, "accounts/calendar_feed.html", {"feed": access.feed_of(actor_of(request))})


@rule("account.software")
@GET_AND_POST
@signed_in
@fresh_factor
def calendar_feed_new(request):
    """Give one's calendar an address, or another one, and show it once."""
    actor = actor_of(request)
    if request.method != "POST":
        return render(request, "accounts/calendar_feed_new.html", {"feed": access.feed_of(actor)})
    secret = flows.make_feed(by=actor)
    address = settings.CHEMSEC_BASE_URL + reverse("calendar", args=[secret])
    return render(request, "accounts/calendar_feed_made.html", {"address": address})


@rule("account.software")
@require_POST
@signed_in
def calendar_feed_revoke(request):
    if tried(request, flows.revoke_feed, by=actor_of(request)):
        messages.success(request, _("Revoked. The address opens nothing any more."))
    return redirect("calendar_feed")
