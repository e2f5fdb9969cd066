"""The REST API: what the pages show, as data. It asks the same queries as the pages do."""
# ruff: noqa: ARG001  ninja calls every operation and every handler with the request

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as Objection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Query, Status
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from chemsec.compendium import public as compendium
from chemsec.platform import languages, taxonomy
from chemsec.platform.access import ANYONE, rule
from chemsec.platform.accounts import desk as my_desk
from chemsec.platform.accounts.public import Scope, actor_of
from chemsec.platform.caching import cached_page
from chemsec.platform.vault.public import LockedError
from chemsec.search import public as search_floor

from . import schemas, vocabularies
from .asking import TAGS, asked_language
from .keys import needs, refusal
from .problems import MEDIA_TYPE, problem

PAGE_SIZE = 50
ROOT = "api/v1/"


class Renderer(JSONRenderer):
    """JSON in its letters: escaped, Arabic and Chinese would take twice the room."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="Chemical Security Portal",
    version="1",
    description="Practices that keep toxic chemicals from misuse, in six languages. Public data need no key.",
    openapi_url=None,
    docs_url=None,
    renderer=Renderer(),
)


# ── practices ──


@api.get("practices", response=schemas.Records, summary="A list of practices, narrowed by facets")
@rule("compendium.read")
def practices(request):
    filters = _filters(request)
    found = compendium.filtered(ANYONE, filters)
    total = found.count()
    start, end = (filters.page - 1) * PAGE_SIZE, filters.page * PAGE_SIZE
    if start >= max(total, 1):
        raise Http404(_("The list has no page %(page)s.") % {"page": filters.page})
    cards = compendium.cards(found[start:end])
    return _page(request, filters.page, [compendium.record(card) for card in cards], total, more=end < total)


@api.get("practices/{practice_id}", response=schemas.Record, summary="A practice in its current edition")
@rule("compendium.read")
def practice(request, practice_id: str):
    return compendium.record(_not_withdrawn(compendium.practice(ANYONE, practice_id).card))


@api.get("practices/{practice_id}/editions", response=schemas.Records, summary="Its editions, newest first")
@rule("compendium.read")
def editions(request, practice_id: str):
    cards = compendium.editions(ANYONE, practice_id)
    _not_withdrawn(cards[0])
    return _whole([compendium.record(card) for card in cards])


@api.get("practices/{practice_id}/editions/{number}", response=schemas.Record, summary="One edition of it")
@rule("compendium.read")
def edition(request, practice_id: str, number: str):
    if not (number.isascii() and number.isdigit() and len(number) <= 4):  # noqa: PLR2004  more than ever come out
        raise Http404
    sheet = compendium.practice(ANYONE, practice_id, number=int(number))
    return compendium.record(_not_withdrawn(sheet.card))


# ── search and matching ──


@api.get("search", response=schemas.Hits, summary="Practices for a question in plain words, best first")
@rule("compendium.read")
def search(request, q: str = Query(min_length=1, max_length=schemas.MAX_QUESTION)):
    question = " ".join(q.split())
    if not question:
        raise BadRequest(_("Write a question in “q”."))
    filters = _filters(request, "q")
    listing = compendium.answer(ANYONE, question, filters).listing
    return _page(
        request, filters.page, [_hit(card) for card in listing.cards], listing.total, more=bool(listing.after)
    )


@api.post("match", response=schemas.Hits, summary="Practices that answer a need, best first")
@rule("compendium.read")
def match(request, need: schemas.Need):
    asked = search_floor.Query(
        need.text,
        need.language,
        stages=tuple(need.stage or ()),
        audiences=tuple(need.audience or ()),
        measure_kinds=tuple(need.measure_kinds or ()),
    )
    with translation.override(need.language):
        found = compendium.match(ANYONE, asked, limit=need.limit)
        return {"count": found.total, "next": None, "results": [_hit(card) for card in found.cards]}


def _hit(card: compendium.Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.text.title,
        "url": compendium.cited(card.edition),
        "score": card.score,
        "reasons": list(_reasons(card.reasons, card.text.language)) if card.reasons else [],
    }


def _reasons(why: search_floor.Reasons, language: str) -> Iterator[dict[str, Any]]:
    here = languages.current().code
    if why.named:
        yield _reason("words", languages.listed(why.named), language, why.named)
    if why.sentence:
        yield _reason("sentence", why.sentence, why.sentence_language)
    for scheme in ("stages", "measure_kinds"):
        if codes := getattr(why, scheme):
            yield _reason(
                scheme, languages.listed(taxonomy.label(scheme, code) for code in codes), here, codes
            )
    if why.place:
        yield _reason("place", compendium.scope_name(why.place), here, [why.place])


def _reason(kind: str, text: str, language: str, values: Sequence[str] = ()) -> dict[str, Any]:
    return {"kind": kind, "text": text, "language": language, "values": list(values)}


# ── what one sees and does oneself: with a key ──


@api.get("desk", response=schemas.DeskItems, summary="What stands on my desk; what is due first comes first")
@needs(Scope.DESK_READ)
@rule("account.own")
def desk(request):
    _refuse_unknown(request, ("lang",))
    return _whole([_desk_item(item) for items in my_desk.items(actor_of(request)).values() for item in items])


def _desk_item(item: my_desk.Item) -> dict[str, Any]:
    return {
        "section": item.section.value,
        "what": item.what,
        "title": item.title,
        "language": item.language or languages.current().code,
        "url": settings.CHEMSEC_BASE_URL + item.url,
        "since": item.since.isoformat(),
        "due": item.due.isoformat() if item.due else None,
    }


@api.get("drafts", response=schemas.Drafts, summary="The drafts that I may see, what changed last first")
@needs(Scope.DRAFTS_READ)
@rule("draft.read")
def drafts(request, page: int = Query(1, ge=1, le=100_000)):
    _refuse_unknown(request, ("page", "lang"))
    found = compendium.drafts(actor_of(request))
    total, start = found.count(), (page - 1) * PAGE_SIZE
    if start >= max(total, 1):
        raise Http404(_("The list has no page %(page)s.") % {"page": page})
    results = [compendium.draft_summary(draft) for draft in found[start : start + PAGE_SIZE]]
    return _page(request, page, results, total, more=start + PAGE_SIZE < total)


@api.post(
    "drafts",
    response={201: schemas.DraftRecord},
    summary="Begin a new practice, or the next edition of one",
)
@needs(Scope.DRAFTS_WRITE)
@rule("draft.write")
def draft_begin(request, beginning: schemas.Beginning, response: HttpResponse):
    begin = _revision if beginning.practice else _new_practice
    made = begin(request, beginning)
    if isinstance(made, HttpResponse):
        return made
    response["Location"] = f"{settings.CHEMSEC_BASE_URL}{request.path}/{made.pk}"
    return Status(HTTPStatus.CREATED, compendium.draft_record(made))


def _new_practice(request, beginning: schemas.Beginning):
    try:
        words = compendium.checked_beginning(beginning.title, beginning.language or languages.current().code)
    except Objection as wrong:
        return _not_fitting(request, wrong)
    return _begun(request, **words)


def _revision(request, beginning: schemas.Beginning):
    actor = actor_of(request)
    practice = compendium.visible_to(actor).filter(pk=beginning.practice).first()
    if practice is None or not compendium.can_begin_draft(actor, practice):
        raise Http404
    edition = practice.editions.filter(number=beginning.edition or practice.current).first()
    if edition is None:
        raise Http404
    if under_way := compendium.draft_of_practice(actor, practice):
        detail = _("Your organisation is writing the next edition already.")
        return problem(request, HTTPStatus.CONFLICT, detail, draft=str(under_way.pk))
    return _begun(request, edition=edition, claims=beginning.claims)


def _begun(request, **what: Any):
    try:
        return compendium.begin_draft(by=actor_of(request), **what)
    except PermissionDenied as error:
        raise Http404 from error
    except Objection as wrong:
        return problem(request, HTTPStatus.CONFLICT, " ".join(wrong.messages))


@api.get("drafts/{draft_id}", response=schemas.DraftRecord, summary="A draft with its content")
@needs(Scope.DRAFTS_READ)
@rule("draft.read")
def draft(request, draft_id: str):
    _refuse_unknown(request, ("lang",))
    return compendium.draft_record(_draft(request, draft_id))


@api.patch("drafts/{draft_id}", response=schemas.DraftRecord, summary="Change fields of a draft’s content")
@needs(Scope.DRAFTS_WRITE)
@rule("draft.write")
def draft_change(request, draft_id: str, change: schemas.Change):
    actor, found = actor_of(request), _draft(request, draft_id)
    if not compendium.writes_draft(actor, found):
        raise Http404
    try:
        values = compendium.checked_draft(found, change.content.model_dump(exclude_unset=True))
    except Objection as wrong:
        return _not_fitting(request, wrong, "content.")
    try:
        theirs = compendium.save_draft(found, values, seen=change.revision, by=actor, whole=True)
    except Objection as wrong:
        return problem(request, HTTPStatus.CONFLICT, " ".join(wrong.messages))
    if theirs:
        return _both(request, found, theirs, values)
    return compendium.draft_record(_draft(request, draft_id))


def _both(request, draft, theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> HttpResponse:
    """What two changed: nothing of this request was kept, and nobody's words are lost."""
    detail = _("Somebody else changed this meanwhile. Nothing was saved: put both together, send it again.")
    conflicts = [{"field": name, "now": theirs[name], "yours": mine[name]} for name in theirs]
    revision = _draft(request, str(draft.pk)).revision
    return problem(request, HTTPStatus.CONFLICT, detail, revision=revision, conflicts=conflicts)


def _draft(request, draft_id: str):
    try:
        return compendium.draft(actor_of(request), UUID(draft_id))
    except ValueError as error:
        raise Http404 from error


def _not_fitting(request, wrong: Objection, where: str = "") -> HttpResponse:
    errors = [
        {"where": f"{where}{name}", "detail": detail}
        for name, details in wrong.message_dict.items()
        for detail in details
    ]
    return _unprocessable(request, errors)


# ── vocabularies and States ──


@api.get("taxonomy", response=schemas.Schemes, summary="The vocabularies whose codes the records use")
@rule("platform.public")
def schemes(request):
    return _whole(
        [
            {
                "scheme": scheme,
                "title": vocabularies.title(scheme),
                "url": f"{settings.CHEMSEC_BASE_URL}/{ROOT}taxonomy/{scheme}",
                "turtle": settings.CHEMSEC_BASE_URL + reverse("taxonomy_file", args=[scheme, "ttl"]),
                "concepts": len(taxonomy.codes(scheme)),
            }
            for scheme in taxonomy.SCHEMES
        ]
    )


@api.get("taxonomy/{scheme}", response=schemas.Concepts, summary="The concepts of a vocabulary, in order")
@rule("platform.public")
def scheme(request, scheme: str):
    if scheme not in taxonomy.SCHEMES:
        raise Http404
    return _whole(
        [
            {
                "code": concept.code,
                "label": taxonomy.in_language(concept.labels),
                "definition": taxonomy.in_language(concept.definitions),
                "labels": concept.labels,
            }
            for concept in taxonomy.concepts(scheme)
        ]
    )


@api.get("states", response=schemas.States, summary="The States Parties and their regional groups")
@rule("platform.public")
def states(request):
    return _whole(
        [
            {
                "iso3": state.iso3,
                "iso2": state.iso2,
                "group": state.group,
                "name": taxonomy.in_language(state.names),
                "names": state.names,
            }
            for state in taxonomy.states().values()
        ]
    )


# ── lists ──

LIST_PARAMETERS = ("sort", "page", "lang")


def _filters(request: HttpRequest, *more: str) -> compendium.Filters:
    """The filters of the pages. A parameter that says nothing is refused; ignored, it gives too much."""
    _refuse_unknown(request, (*compendium.FACETS, *LIST_PARAMETERS, *more))
    return compendium.read_filters(request.GET)


def _refuse_unknown(request: HttpRequest, known: Sequence[str]) -> None:
    for name, values in request.GET.lists():
        if name not in known:
            raise BadRequest(
                _("“%(name)s” isn't a parameter here; there are: %(known)s.")
                % {"name": name[:60], "known": languages.listed(known)}
            )
        if not all(values):
            raise BadRequest(_("“%(name)s” has no value; leave it out.") % {"name": name})


def _page(request: HttpRequest, page: int, results: list, total: int, *, more: bool) -> dict[str, Any]:
    query = request.GET.copy()
    query["page"] = str(page + 1)
    following = f"{settings.CHEMSEC_BASE_URL}{request.path}?{query.urlencode()}" if more else None
    return {"count": total, "next": following, "results": results}


def _whole(results: list) -> dict[str, Any]:
    return {"count": len(results), "next": None, "results": results}


# ── what can't be answered ──


class Withdrawn(Exception):  # noqa: N818  a state of the practice, not an error of anybody's
    """The practice has been withdrawn; its text is no longer given, the reason is."""

    def __init__(self, card: compendium.Card, at: datetime) -> None:
        self.practice, self.at = card.practice, at


def _not_withdrawn(card: compendium.Card) -> compendium.Card:
    if card.practice.withdrawn_at:
        raise Withdrawn(card, card.practice.withdrawn_at)
    return card


@api.exception_handler(Withdrawn)
def say_withdrawn(request, gone: Withdrawn):
    successor = gone.practice.successor_id
    more = {"replaced_by": compendium.address(successor)} if successor else {}
    return problem(
        request, HTTPStatus.GONE, gone.practice.withdrawn_reason, withdrawn=gone.at.isoformat(), **more
    )


@api.exception_handler(Http404)
def say_not_found(request, missing):
    advice = str(missing) or _("Check the address against the lists that lead here.")
    return problem(request, HTTPStatus.NOT_FOUND, advice)


@api.exception_handler(BadRequest)
def say_bad_request(request, wrong):
    return problem(request, HTTPStatus.BAD_REQUEST, str(wrong))


@api.exception_handler(HttpError)
def say_unreadable(request, _wrong):
    return problem(request, HTTPStatus.BAD_REQUEST, _("The body isn't valid JSON."))


@api.exception_handler(RequestDataTooBig)
def say_too_large(request, _wrong):
    return problem(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("Send less than one megabyte."))


@api.exception_handler(LockedError)
def say_locked(request, _locked):
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, _("The key that opens it isn’t here."))


@api.exception_handler(ValidationError)
def say_what_does_not_fit(request, wrong: ValidationError):
    errors = [
        {"where": ".".join(str(step) for step in error["loc"]), "detail": error["msg"]}
        for error in wrong.errors
    ]
    return _unprocessable(request, errors)


def _unprocessable(request, errors: Sequence[Mapping[str, str]]) -> HttpResponse:
    detail = "; ".join(f"{error['where']}: {error['detail']}" for error in errors)
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


# ── the OpenAPI document ──


@rule("platform.public")
def openapi(request):
    """The schema, with what depends on the vocabularies: the facets and their values."""
    schema = api.get_openapi_schema(path_prefix=ROOT)
    schema["components"]["securitySchemes"] = {"key": _KEY}
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            operation["responses"]["default"] = _PROBLEM
            if scope := _scopes().get((address, method)):
                operation["security"] = [{"key": []}]
                operation["description"] = f"Needs a key with the scope {scope}."
        if "get" in methods:
            methods["get"]["parameters"] += _parameters(is_list=address.endswith(("/practices", "/search")))
    return JsonResponse(schema, json_dumps_params={"ensure_ascii": False})


def _scopes() -> dict[tuple[str, str], str]:
    """The scope of each address and method that needs a key."""
    return {
        (f"/{ROOT}{address}", method.lower()): operation.view_func.scope.value
        for address, path_view in api.default_router.path_operations.items()
        for operation in path_view.operations
        for method in operation.methods
        if hasattr(operation.view_func, "scope")
    }


_KEY = {"type": "http", "scheme": "bearer", "description": "An API key, made in one’s own account."}
_PROBLEM = {
    "description": "Problem details (RFC 9457)",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "instance"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "instance": {"type": "string"},
                },
            }
        }
    },
}


def _parameters(*, is_list: bool) -> list[dict[str, Any]]:
    def parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"in": "query", "name": name, "description": description, "required": False, "schema": schema}

    found = [parameter("lang", "of the texts", {"type": "string", "enum": list(TAGS)})]
    if is_list:
        found += [
            parameter(
                facet,
                str(compendium.FACETS[facet].name),
                {"type": "array", "items": {"type": "string", "enum": list(compendium.facet_values(facet))}},
            )
            for facet in compendium.FACETS
        ]
        found += [
            parameter("sort", "order of the list", {"type": "string", "enum": list(compendium.SORTS)}),
            parameter("page", "from 1", {"type": "integer", "minimum": 1}),
        ]
    return found


# ── addresses ──


def _as_view(operation: Callable, operations: Mapping[str, Callable]) -> Callable[..., HttpResponse]:
    """What answers an address, as a view of the house: with the rule of each method's operation, an answer to
    HEAD, keys, and refusals as problem details.

    No form token is asked for: without a key nothing changes, and no browser sends a key of itself.
    """
    if "GET" in operations:
        operations = {**operations, "HEAD": operations["GET"]}
    methods = tuple(operations)

    @csrf_exempt
    @wraps(operation)
    def view(request: HttpRequest, **path_values: str) -> HttpResponse:
        method = str(request.method)
        if method not in operations:
            answer = problem(
                request,
                HTTPStatus.METHOD_NOT_ALLOWED,
                _("Allowed here: %(methods)s.") % {"methods": languages.listed(methods)},
            )
            answer["Allow"] = ", ".join(methods)
            return answer
        try:
            language = asked_language(request)
        except BadRequest as wrong:
            return say_bad_request(request, wrong)
        scope = getattr(operations[method], "scope", None)
        with translation.override(language):
            given = refusal(request, scope) or _given(request, operation if scope else shared, path_values)
        if scope:
            given["Cache-Control"] = "no-store, private"
        return given

    shared = cached_page(operation)
    view.rules = [one.rule for one in operations.values()]  # type: ignore[attr-defined]
    return view


def _given(request: HttpRequest, view: Callable, path_values: dict[str, str]) -> HttpResponse:
    """Answer HEAD as GET; the server leaves the body out."""
    asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
    try:
        return view(request, **path_values)
    finally:
        request.method = asked


def _patterns() -> Iterator[URLPattern]:
    views = {  # of each address the first operation names it
        path_view.operations[0].view_func.__name__: path_view.operations
        for path_view in api.default_router.path_operations.values()
    }
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name in views:
            methods = {
                method: operation.view_func
                for operation in views[pattern.name]
                for method in operation.methods
            }
            view = _as_view(pattern.callback, methods)
            yield path(str(pattern.pattern), view, name=f"api_{pattern.name}")
    yield path("openapi.json", _as_view(openapi, {"GET": openapi}), name="openapi")


urlpatterns = list(_patterns())
