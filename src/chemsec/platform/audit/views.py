"""The signed checkpoints, which anybody may know; what was done with one object, for those who may see it."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, fresh_proof, signed_in

from . import checkpoints, queries
from .models import Checkpoint

SHOWN = 50
NUMBER = re.compile("[0-9]{1,18}")  # of an entry


@rule("platform.public")
@require_safe
@never_cache
def audit(request: HttpRequest) -> HttpResponse:
    newest = Checkpoint.objects.values_list("size", "made_at")[:SHOWN]
    return render(request, "audit/audit.html", {"checkpoints": newest, "key": checkpoints.public_key()})


@rule("platform.public")
@require_safe
@never_cache
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:  # noqa: ARG001
    found = get_object_or_404(Checkpoint, pk=size)
    return HttpResponse(found.note, content_type="text/plain; charset=utf-8")


@rule("platform.public")
@require_safe
def check_proof(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The script that checks a proof without the portal, to be read and kept."""
    script = (settings.PROJECT_DIR / "bin" / "check-proof").read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/plain; charset=utf-8")


@rule("audit.history")
@require_safe
@signed_in
def history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    before = request.GET.get("before")
    if before is not None and not NUMBER.fullmatch(before):
        raise Http404
    found = queries.history(actor_of(request), kind, key, int(before) if before else None)
    context = {"history": found, "kind": kind, "key": key, "is_newest": before is None}
    return render(request, "audit/history.html", context)


@rule("audit.history")
@require_safe
@signed_in
@fresh_proof
def proof(request: HttpRequest, kind: str, key: str, seq: int) -> HttpResponse:
    if not NUMBER.fullmatch(str(seq)):
        raise Http404
    found = queries.proof(actor_of(request), kind, key, seq)
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="entry-{seq}.json"'
    return answer
