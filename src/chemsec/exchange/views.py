"""Doors that aren't a protocol of their own: the page about them, feed, embedded box, files, site map."""

from http import HTTPStatus

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from chemsec.compendium import public as compendium
from chemsec.platform import languages, taxonomy
from chemsec.platform.access import ANYONE, rule
from chemsec.platform.accounts import public as accounts
from chemsec.platform.caching import cached_page

from . import calendars, downloads, feeds, sitemaps, vocabularies
from .asking import in_asked_language


@rule("platform.public")
@require_safe
@cached_page
def doors(request):
    schemes = [(scheme, vocabularies.title(scheme)) for scheme in taxonomy.SCHEMES]
    return render(
        request, "exchange/doors.html", {"schemes": schemes, "embedders": settings.CHEMSEC_EMBED_ANCESTORS}
    )


@rule("platform.public")
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": settings.CHEMSEC_EMBED_ANCESTORS or [NONE]})
@cached_page
def embed(request):
    """The question box alone, for a frame on the organisation's own website."""
    return render(request, "exchange/embed.html")


@rule("compendium.read")
@require_safe
@cached_page
def feed(request):
    filters = compendium.read_filters(request.GET)
    cards = compendium.changes(ANYONE, filters, limit=feeds.SIZE)
    listed = reverse("practices") + filters.address().rstrip("?")
    made = feeds.atom(cards, path=listed, feed_path=request.get_full_path())
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@rule("account.calendar")
@require_safe
def calendar(_request, secret):
    """The dates of whoever made this address, in their language."""
    person = accounts.owner_of_feed(secret)
    if person is None:
        raise Http404
    with translation.override(person.language):
        made = calendars.write(person)
    response = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "no-store, private"
    response["Content-Disposition"] = 'inline; filename="chemsec.ics"'
    return response


@rule("platform.public")
@require_safe
@in_asked_language
@cached_page
def opensearch(request):
    return render(
        request,
        "exchange/opensearch.xml",
        {"here": request.get_full_path()},
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@rule("compendium.read")
@require_safe
@cached_page
def sitemap(request):
    """Every page in every language; an index of several files once one can't hold them."""
    files = sitemaps.files(ANYONE)
    if len(files) == 1:
        return _sitemap(request, "sitemap", {"pages": files[0]})
    return _sitemap(request, "sitemap_index", {"numbers": range(1, len(files) + 1)})


@rule("compendium.read")
@require_safe
@cached_page
def sitemap_file(request, number):
    files = sitemaps.files(ANYONE)
    if not 1 <= number <= len(files):
        raise Http404
    return _sitemap(request, "sitemap", {"pages": files[number - 1]})


def _sitemap(request, template, context):
    context["languages"] = languages.all_languages()
    return render(request, f"exchange/{template}.xml", context, content_type="application/xml; charset=utf-8")


@rule("compendium.read")
@require_safe
@in_asked_language
def download(_request, form):
    """The whole compendium as one file."""
    response: HttpResponseBase
    if form == "jsonl":
        response = StreamingHttpResponse(downloads.json_lines(), content_type="application/jsonl")
    elif form == "xlsx":
        response = HttpResponse(downloads.workbook(), content_type=compendium.FORMATS["xlsx"].media_type)
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="compendium.{form}"'
    return response


@rule("platform.public")
@require_safe
@cached_page
def taxonomy_file(_request, scheme, form):
    if scheme not in taxonomy.SCHEMES or form not in vocabularies.FORMS:
        raise Http404
    return HttpResponse(
        vocabularies.write(scheme, form), content_type=f"{vocabularies.FORMS[form]}; charset=utf-8"
    )


@rule("platform.public")
@require_safe
@vary_on_headers("Accept")
def taxonomy_scheme(request, scheme):
    """The address that names a vocabulary leads to the file that the asker prefers."""
    if scheme not in taxonomy.SCHEMES:
        raise Http404
    preferred = request.get_preferred_type([vocabularies.TURTLE, vocabularies.JSON_LD])
    form = "jsonld" if preferred == vocabularies.JSON_LD else "ttl"
    response = redirect("taxonomy_file", scheme, form)
    response.status_code = HTTPStatus.SEE_OTHER
    return response
