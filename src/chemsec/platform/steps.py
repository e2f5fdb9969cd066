"""What views do with a form and a flow: the methods that they take, the flow, and what it objects to."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.views.decorators.http import require_http_methods

from .access import Actor

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])  # for a page with its form


def done(form: BaseForm, flow: Callable, *args: Any, by: Actor, **more: Any) -> Any:
    """What the flow returns for the form's data, or True; False where either objects, as the form then shows.

    Raises Http404 for what the actor may never do: it doesn't exist for them.
    """
    if not form.is_valid():
        return False
    try:
        return _take(flow, *args, by=by, **form.cleaned_data, **more)
    except ValidationError as error:
        form.add_error(None, error)
        return False


def tried(request: HttpRequest, flow: Callable, *args: Any, by: Actor, **more: Any) -> Any:
    """The same where there is no form to say what the flow objects to: it stands on the next page."""
    try:
        return _take(flow, *args, by=by, **more)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False


def _take(flow: Callable, *args: Any, by: Actor, **more: Any) -> Any:
    try:
        return flow(*args, by=by, **more) or True
    except PermissionDenied as error:
        raise Http404 from error
