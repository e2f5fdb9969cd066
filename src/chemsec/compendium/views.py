"""Pages of the compendium. Each is four moves: read the address, fetch what may be seen, render."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chemsec.platform import guides, jobs, languages, taxonomy
from chemsec.platform.access import ANYONE, rule
from chemsec.platform.accounts.public import actor_of
from chemsec.platform.caching import cached_page

from . import access, exports, facets, filters, flows, queries, record, shelf, tasks
from .applications.queries import applications_of
from .translations.queries import behind
from .upkeep.access import can_propose

MAX_QUESTION = 2_000
MAX_COMPARED = 4
LINES = ("measure", "audience", "region")  # what may be set against the stages
DIRECT_PDF = 12  # a booklet of more practices is made in the background, with progress


# ── one practice ──


@rule("compendium.read")
@require_safe
@cached_page
def practice(request, practice_id):
    sheet = queries.practice(ANYONE, practice_id)
    return _sheet(request, sheet)


@rule("compendium.read")
@require_safe
@cached_page
def edition(request, practice_id, number):
    return _sheet(request, queries.practice(ANYONE, practice_id, number=number))


@rule("compendium.read")
@require_safe
@cached_page
def differences(request, practice_id, number):
    """What an edition changed against the one before it, or against the one that `?from=` names."""
    older = request.GET.get("from", str(number - 1))
    if not older.isascii() or not older.isdigit() or len(older) > 4:  # noqa: PLR2004  digits of an edition
        raise BadRequest(_("“%(value)s” isn't the number of an edition.") % {"value": older[:60]})
    sheet = queries.practice(ANYONE, practice_id, number=number)
    if sheet.card.practice.is_withdrawn:
        return _sheet(request, sheet)
    changes = queries.differences(ANYONE, practice_id, number, int(older))
    context = {"changes": changes, "card": changes.card, "editions": sheet.editions}
    return render(request, "compendium/differences.html", context)


def _sheet(request, sheet):
    actor, found = actor_of(request), sheet.card.practice
    if found.is_withdrawn:
        return _withdrawn(request, sheet.card)
    context = {
        "sheet": sheet,
        "card": sheet.card,
        "applications": applications_of(actor, found),
        "can": {"keep": access.can_keep(actor, found), "withdraw": can_propose(actor, found)},
        "behind": behind(sheet.card.text),
        "has_history": access.can_read_history(actor_of(request), sheet.card.practice.owner_id),
        "linked_data": record.linked_data(sheet.card),
        **_languages(request, sheet.card),
    }
    return render(request, "compendium/practice.html", context)


def _withdrawn(request, card):
    """What is left of a practice: why it went, and what replaces it if that is still there."""
    successor = queries.by_ids(ANYONE, [card.practice.successor_id]) if card.practice.successor_id else []
    context = {
        "card": card,
        "reason_language": languages.language(card.practice.withdrawn_language),
        "successor": successor[0] if successor else None,
        **_languages(request, card),
    }
    return render(request, "compendium/withdrawn.html", context)


def _languages(request, card):
    """The same page in every language that the edition has, with the state of each text."""
    here = request.path.removeprefix(f"/{languages.current().code}/")
    texts = {text.language: text for text in card.others}
    translations = [
        {
            "language": languages.language(code),
            "state": texts[code].get_state_display(),
            "address": f"/{code}/{here}",
        }
        for code in languages.CODES
        if code in texts
    ]
    return {"translations": translations, "source_address": f"/{card.edition.source_language}/{here}"}


@rule("compendium.read")
@require_safe
@cached_page
def practice_file(_request, practice_id, form):
    """The practice as a file, in the reader's language where there is one."""
    sheet = queries.practice(ANYONE, practice_id)
    if form not in exports.FORMATS or sheet.card.practice.is_withdrawn:
        raise Http404
    if form == "json":
        return JsonResponse(record.record(sheet.card), json_dumps_params={"ensure_ascii": False})
    return _file([sheet.card], form, practice_id)


def _file(cards, form, name):
    made = exports.FORMATS[form]
    response = HttpResponse(made.write(cards), content_type=made.media_type)
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{form}"'
    return response


# ── lists ──


@rule("compendium.read")
@require_safe
@cached_page
def practices(request):
    listing = queries.practices(ANYONE, filters.read(request.GET))
    template = "compendium/parts/practices__list.html" if request.htmx else "compendium/practices.html"
    return render(request, template, {"listing": listing, "here": reverse("practices")})


@rule("compendium.read")
@require_safe
def practices_file(request, form):
    """Exactly what the list shows, all its pages, as a file."""
    if form not in exports.FORMATS:
        raise Http404
    chosen = filters.read(request.GET)
    found = queries.filtered(ANYONE, chosen)
    if form == "pdf" and found.count() > DIRECT_PDF:
        return redirect(reverse("booklet_new") + chosen.address())
    return _file(queries.cards(found), form, "practices")


@rule("compendium.read")
@require_safe
@cached_page
def coverage(request):
    rows = request.GET.get("rows") or "measure"
    if rows not in LINES:
        raise BadRequest(_("“%(value)s” can't be set against the stages.") % {"value": rows[:60]})
    chosen = filters.read(request.GET)
    table = queries.coverage(ANYONE, rows, chosen)
    kept = chosen.address().removeprefix("?")  # each link of the table keeps what narrows it
    empty = _empty_cell(table, request.GET.get("empty", ""))
    choices = [{"code": code, "name": facets.FACETS[code].name, "is_now": code == rows} for code in LINES]
    context = {
        "table": table,
        "empty": empty,
        "choices": choices,
        "rows_name": facets.FACETS[rows].name,
        "kept": kept and f"&{kept}",
    }
    return render(request, "compendium/coverage.html", context)


def _empty_cell(table, asked):
    """The names behind `?empty=<row>:<stage>`, for the note that says what one can do about it."""
    row, _colon, stage = asked.partition(":")
    return next((cell for cell in table.empty if (cell[0], cell[2]) == (row, stage)), None)


@rule("compendium.read")
@require_safe
@cached_page
def compare(request):
    ids = request.GET.getlist("id")
    if len(set(ids)) > MAX_COMPARED:
        raise BadRequest(_("Up to four practices stand side by side; take some away."))
    return render(request, "compendium/compare.html", {"cards": queries.by_ids(ANYONE, ids)})


# ── ways in ──


@rule("compendium.read")
@require_safe
@cached_page
def stages(request):
    return render(request, "compendium/stages.html", {"counts": queries.stage_counts(ANYONE)})


@rule("compendium.read")
@require_safe
@cached_page
def stage(request, code):
    return _guide(request, "stage", code)


@rule("compendium.read")
@require_safe
@cached_page
def audiences(request):
    return render(request, "compendium/audiences.html", {"guides": guides.all_of("audiences")})


@rule("compendium.read")
@require_safe
@cached_page
def audience(request, code):
    return _guide(request, "audience", code)


def _guide(request, facet, code):
    if code not in facets.values(facet):
        raise Http404
    listing = queries.practices(ANYONE, filters.Filters({facet: (code,)}, sort="year"))
    guide = guides.one(facets.FACETS[facet].scheme, code)
    gaps = queries.coverage(ANYONE, "measure", filters.Filters({facet: (code,)}))
    context = {"code": code, "guide": guide, "listing": listing, "gaps": gaps, "facet": facet}
    if facet == "stage":
        context["counts"] = queries.stage_counts(ANYONE)
    return render(request, f"compendium/{facet}.html", context)


@rule("compendium.read")
@require_safe
@cached_page
def articles(request):
    return render(request, "compendium/articles.html", {"articles": taxonomy.articles()})


# ── search ──


@rule("compendium.read")
@require_safe
def search(request):
    question = " ".join(request.GET.get("q", "").split())
    if len(question) > MAX_QUESTION:
        raise BadRequest(_("Please ask in at most %(most)s characters.") % {"most": MAX_QUESTION})
    chosen = filters.read(request.GET, question=question)
    found = queries.answer(ANYONE, question, chosen) if question else None
    template = "compendium/parts/search__answer.html" if request.htmx else "compendium/search.html"
    return render(request, template, {"question": question, "found": found, "here": reverse("search")})


@rule("compendium.ask")
@require_POST
def gap(request):
    """Keep a question that found nothing for the editors, since its asker ticked so."""
    question = " ".join(request.POST.get("q", "").split())
    if not 0 < len(question) <= MAX_QUESTION or "tell" not in request.POST:
        raise BadRequest(_("Nothing was sent: write a question and tick the box."))
    flows.keep_gap(question, languages.current().code, by=ANYONE)
    return render(request, "compendium/gap.html", {"question": question})


# ── my list ──


@rule("compendium.read")
@require_safe
def my_list(request):
    """The list kept in the reader's browser, or the one in the address, which can be passed on."""
    shared = shelf.read(request.GET.getlist("id"))
    ids = shared or shelf.read(request.COOKIES.get(shelf.COOKIE, "").split("."))
    cards = queries.by_ids(ANYONE, ids)
    if form := request.GET.get("form"):
        if form not in exports.FORMATS:
            raise Http404
        return _file(cards, form, "my-list")
    chosen = urlencode([("id", card.id) for card in cards])
    return render(
        request,
        "compendium/my_list.html",
        {
            "cards": cards,
            "is_shared": bool(shared),
            "is_own": not shared,
            "ids": chosen,
            "link": f"{request.path}?{chosen}",
        },
    )


@rule("compendium.read")
@require_http_methods(["GET", "HEAD", "POST"])
def my_list_change(request):
    """Put a practice on the list or take it off: asks first, unless the page's script has done it already."""
    sheet = queries.practice(ANYONE, request.GET.get("id", ""))
    if request.method == "POST":
        response = redirect("my_list")
        ids = shelf.toggled(request.COOKIES.get(shelf.COOKIE, "").split("."), sheet.card.id)
        response.set_cookie(
            shelf.COOKIE,
            ".".join(ids),
            max_age=shelf.KEPT_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
        )
        return response
    is_on = sheet.card.id in request.COOKIES.get(shelf.COOKIE, "").split(".")
    return render(request, "compendium/my_list_change.html", {"card": sheet.card, "is_on": is_on})


# ── booklets ──


@rule("compendium.read")
@require_http_methods(["GET", "HEAD", "POST"])
def booklet_new(request):
    """Ask for a booklet of a long list; it is made in the background."""
    chosen = filters.read(request.GET)
    if request.method == "POST":
        return redirect("booklet", job_id=tasks.ask_for_booklet(chosen, languages.current().code))
    total = queries.filtered(ANYONE, chosen).count()
    return render(request, "compendium/booklet_new.html", {"total": total, "filters": chosen})


@rule("compendium.read")
@require_safe
def booklet(request, job_id):
    status = jobs.status(job_id)
    if status is None:
        raise Http404
    if status.file and "download" in request.GET:
        path = settings.MEDIA_ROOT / status.file
        return FileResponse(path.open("rb"), as_attachment=True, filename="practices.pdf")
    template = "compendium/parts/booklet__status.html" if request.htmx else "compendium/booklet_status.html"
    return render(request, template, {"status": status, "job_id": job_id})
