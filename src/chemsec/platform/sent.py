"""Forms that make something, sent twice: by a second click, a reload, or because the line broke."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString

from . import jobs
from .models import SentForm

FIELD = "once"  # in such a form: what is new each time its page is made
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field
KEPT = timedelta(days=1)


def once(view: Callable) -> Callable:
    """Let a form whose page has `{% once %}` be carried out once, the same transaction noting that it was.
    Sent again as it was, it leads to where it led first; with other words, it is another form.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method != "POST" or not request.POST.get(FIELD):
            return view(request, *args, **kwargs)
        refused, response = None, None
        with transaction.atomic():
            sent, is_first = SentForm.objects.get_or_create(digest=_digest(request))
            if not is_first:
                return HttpResponseRedirect(sent.led_to)
            try:
                response = view(request, *args, **kwargs)
            except Http404 as error:  # raised below: what was noted of the refusal stays
                refused = error
            if isinstance(response, HttpResponseRedirect):
                sent.led_to = response.url
                sent.save(update_fields=["led_to"])
            else:
                sent.delete()
        if refused or response is None:
            raise refused or Http404
        return response

    return guarded


def _digest(request: HttpRequest) -> str:
    """Of who sends what and where, so that nobody learns from it what it was."""
    said = [(name, values) for name, values in sorted(request.POST.lists()) if name != TOKEN]
    return salted_hmac("sent form", repr([str(request.user.pk), request.path, said])).hexdigest()


def once_field() -> SafeString:
    """For a form that makes something."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4().hex)


@jobs.hourly
def forget() -> None:
    """Who comes back after a day with an old page means it."""
    SentForm.objects.filter(at__lt=timezone.now() - KEPT).delete()
