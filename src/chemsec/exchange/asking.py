"""In which language software is answered: `?lang=` in the address, else what the request prefers."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _

from chemsec.platform import languages

TAGS = (*languages.CODES, "zh", "zh-Hans")  # what `lang` may be, as the document of the API says too


def known_language(tag: str) -> str:
    """The portal's language of that tag; BadRequest for another one."""
    if tag not in TAGS:
        raise BadRequest(
            _("“%(value)s” isn't a language of the portal; it has: %(known)s.")
            % {"value": tag[:60], "known": languages.listed(languages.CODES)}
        )
    return languages.from_tag(tag)


def asked_language(request: HttpRequest) -> str:
    asked = request.GET.get("lang")
    return languages.current().code if asked is None else known_language(asked)


def in_asked_language(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def serve(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        with translation.override(asked_language(request)):
            return view(request, *args, **kwargs)

    return serve
