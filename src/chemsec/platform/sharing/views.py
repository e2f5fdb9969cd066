"""Pages of shares: what is shared, sharing, and ending it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, fresh_factor, signed_in
from chemsec.platform.steps import GET_AND_POST, done, tried

from . import access, flows, forms, queries


@rule("share.read")
@require_safe
@signed_in
def shares(request):
    """What the organisation shares with others, and others with it."""
    actor = actor_of(request)
    if actor.organisation is None:
        raise Http404
    return render(request, "sharing/shares.html", {"shares": queries.shares(actor)})


@rule("share.make")
@GET_AND_POST
@signed_in
@fresh_factor
def share_new(request, kind, key):
    actor = actor_of(request)
    thing = access.find(actor, kind, key)
    if not thing.may_share:
        raise Http404
    form = forms.ShareForm(request.POST or None, actor=actor)
    if request.method == "POST" and (made := done(form, flows.share, kind, key, by=actor)):
        messages.success(request, _("%(name)s sees it from now on.") % {"name": made.to.name})
        return redirect(thing.url)
    context = {"thing": thing, "form": form, "current": queries.of_thing(actor, kind, key)}
    return render(request, "sharing/share_new.html", context)


@rule("share.end")
@require_POST
@signed_in
def share_end(request, share_id):
    """At once, without a second factor: what closes something must not wait."""
    actor = actor_of(request)
    share = access.get(actor, share_id)
    if tried(request, flows.end_share, share, by=actor):
        messages.success(request, _("Ended. They see nothing of it any more."))
    return redirect("shares")
