"""What anybody may know of the audit log: its signed checkpoints, and the key that checks them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chemsec.platform.access import rule

from . import checkpoints
from .models import Checkpoint

SHOWN = 50


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
