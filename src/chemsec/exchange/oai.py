"""Harvesting by OAI-PMH 2.0 (https://www.openarchives.org/OAI/openarchivesprotocol.html).

Lists run by the time of the last change, then by id, and a resumption token holds the place that was reached,
not a count: a practice that changes in mid-harvest moves behind that place and comes (again) with its new
state, so none is lost. The library `oaipmh` writes the envelopes; what it lets pass and the protocol doesn't
is refused here first.
"""

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import slug_re
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from lxml import etree
from oaipmh import common, error
from oaipmh.server import NS_OAIPMH, ServerBase, decodeResumptionToken, encodeResumptionToken

from chemsec.compendium import public as compendium
from chemsec.platform import languages, taxonomy
from chemsec.platform.access import ANYONE, rule

from . import oai_formats

BATCH = 50
STAGE = "stage"  # the set that holds a set for each stage
ARGUMENTS = {
    "Identify": set(),
    "ListMetadataFormats": {"identifier"},
    "ListSets": {"resumptionToken"},
    "ListIdentifiers": {"metadataPrefix", "from", "until", "set", "resumptionToken"},
    "ListRecords": {"metadataPrefix", "from", "until", "set", "resumptionToken"},
    "GetRecord": {"metadataPrefix", "identifier"},
}
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?")

IN_A_TOKEN = {"metadataPrefix", "set", "from_", "until", "id"}
NOT_OURS = "The token isn't one that was given here; begin the list anew."
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


# ── the two addresses ──


@rule("compendium.read")
@csrf_exempt  # harvesters ask by POST too; asking changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def oai(request: HttpRequest) -> HttpResponse:
    arguments = request.POST if request.method == "POST" else request.GET
    with translation.override(languages.SOURCE):
        return HttpResponse(Server().answer(arguments), content_type="text/xml; charset=utf-8")


@rule("platform.public")
@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(oai_formats.SCHEMA_FILE.read_bytes(), content_type="application/xml; charset=utf-8")


# ── what is asked ──


class Server(ServerBase):
    """The library's server behind a stricter door. One answers one request."""

    def __init__(self) -> None:
        super().__init__(Repository(), oai_formats.REGISTRY)
        self.asked: dict[str, str] = {}

    def answer(self, arguments: QueryDict) -> bytes:
        try:
            self.asked = _checked(arguments)
        except error.ErrorBase:
            return self.handleException({}, sys.exc_info())
        return self.handleRequest(dict(self.asked))

    def handleException(self, kw, exc_info) -> bytes:  # noqa: ARG002, N802  the library's
        """An error of the protocol as its document; it repeats the request unless that was what's wrong."""
        tree = self._tree_server.handleException(exc_info[1])
        if not isinstance(exc_info[1], error.BadVerbError | error.BadArgumentError):
            tree.find(f"{{{NS_OAIPMH}}}request").attrib.update(self.asked)
        return etree.tostring(tree, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _checked(arguments: QueryDict) -> dict[str, str]:
    """The arguments as one value each; raises what the protocol says of those that aren't its own."""
    verbs = arguments.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in ARGUMENTS:
        raise error.BadVerbError("Give one verb: " + ", ".join(ARGUMENTS))
    asked = {"verb": verbs[0]}
    for name in arguments:
        values = arguments.getlist(name)
        if name == "verb":
            continue
        if name not in ARGUMENTS[verbs[0]]:
            raise error.BadArgumentError(
                f"{verbs[0]} takes: " + (", ".join(sorted(ARGUMENTS[verbs[0]])) or "nothing")
            )
        if len(values) != 1:
            raise error.BadArgumentError(f"{name} stands there more than once.")
        if oai_formats.NOT_XML.search(values[0]):
            raise error.BadArgumentError(f"{name} has a character in it that XML can't hold.")
        asked[name] = values[0]
    _check_dates(asked)
    return asked


def _check_dates(asked: dict[str, str]) -> None:
    dates = []
    for name in ("from", "until"):
        if name in asked:
            if not DATE.fullmatch(asked[name]):
                raise error.BadArgumentError(
                    f"{name} isn't a date such as 2026-01-31 or 2026-01-31T12:00:00Z."
                )
            dates.append(asked[name])
    if len({len(date) for date in dates}) == 1 and dates != sorted(dates):
        raise error.BadArgumentError("from is later than until.")


# ── what is answered ──


class Repository(common.ResumptionOAIPMH):
    """The public compendium in the library's terms."""

    def handleVerb(self, verb: str, kw: dict[str, Any]):  # noqa: N802  the library's name
        answers: dict[str, Any] = {
            "Identify": Identify,
            "ListMetadataFormats": _list_metadata_formats,
            "ListSets": _list_sets,
            "ListIdentifiers": _list_identifiers,
            "ListRecords": _list_records,
            "GetRecord": _get_record,
        }
        return answers[verb](**kw)


class Identify(common.Identify):
    """The library asks for it with every answer; only Identify itself needs to look for the earliest date."""

    def __init__(self) -> None:
        super().__init__(
            repositoryName="Chemical Security Portal",
            baseURL=f"{settings.CHEMSEC_BASE_URL}/oai",
            protocolVersion="2.0",
            adminEmails=[settings.CHEMSEC_REPOSITORY_EMAIL],
            earliestDatestamp=None,
            deletedRecord="persistent",
            granularity="YYYY-MM-DDThh:mm:ssZ",
            compression=["identity"],
            toolkit_description=False,
        )

    def earliestDatestamp(self) -> datetime:  # noqa: N802  the library's name
        earliest = compendium.visible_to(ANYONE).aggregate(at=Min("changed_at"))["at"]
        return _datestamp(earliest or EPOCH)


def _list_metadata_formats(identifier: str | None = None) -> list[tuple[str, str, str]]:
    if identifier is not None:
        _practice(identifier)
    return [(prefix, *where) for prefix, where in oai_formats.formats().items()]


def _list_sets(resumptionToken: str | None = None):  # noqa: N803  the protocol's name
    if resumptionToken is not None:
        raise error.BadResumptionTokenError("The list of sets comes whole.")
    stages = [(f"{STAGE}:{code}", taxonomy.label("stages", code)) for code in taxonomy.codes("stages")]
    return [(name, title, None) for name, title in [(STAGE, "Life-cycle stages"), *stages]], None


def _list_identifiers(**asked):
    practices, token = _batch(asked)
    return [_header(card) for card in compendium.cards(practices)], token


def _list_records(**asked):
    practices, token = _batch(asked)
    return [_record(card) for card in compendium.cards(practices, with_others=True)], token


def _get_record(identifier: str, metadataPrefix: str):  # noqa: N803
    _check_format(metadataPrefix)
    (card,) = compendium.cards([_practice(identifier)], with_others=True)
    return _record(card)


def _record(card: compendium.Card):
    """Header, metadata, about; of a withdrawn practice only the header is told."""
    return _header(card), None if card.practice.is_withdrawn else oai_formats.describe(card), None


def _header(card: compendium.Card) -> common.Header:
    practice = card.practice
    sets = [f"{STAGE}:{code}" for code in card.edition.stages]
    return common.Header(
        None, _identifier(card.id), _datestamp(practice.changed_at), sets, practice.is_withdrawn
    )


# ── lists ──


def _batch(asked: dict[str, Any]):
    """The next practices of a list and the token for what follows.

    A token is empty at the end of a list that came in parts, and None for one that came whole.
    """
    token = asked.get("resumptionToken")
    asked, after = _resumed(token) if token is not None else (asked, None)
    practices = _selected(asked)
    if after is not None:
        at, practice_id = after
        practices = practices.filter(Q(changed_at__gt=at) | Q(changed_at=at, pk__gt=practice_id))
    found = list(practices.order_by("changed_at", "pk")[: BATCH + 1])
    if len(found) > BATCH:
        return found[:BATCH], _token(asked, found[BATCH - 1])
    return found, None if token is None else ""


def _selected(asked: dict[str, Any]) -> QuerySet:
    _check_format(asked["metadataPrefix"])
    practices = compendium.visible_to(ANYONE)
    if "set" in asked:
        practices = practices.filter(pk__in=_members(asked["set"]))
    if "from_" in asked:
        practices = practices.filter(changed_at__gte=asked["from_"].replace(tzinfo=UTC))
    if "until" in asked:
        practices = practices.filter(changed_at__lte=asked["until"].replace(tzinfo=UTC, microsecond=999_999))
    return practices


def _members(name: str) -> QuerySet:
    """Ids of the practices in a set. An unknown set is an error: emptiness would look like “nothing new”."""
    root, _colon, stage = name.partition(":")
    members = compendium.visible_to(ANYONE).filter(tags__facet=STAGE).values("pk")
    if name == STAGE:
        return members
    if root != STAGE or stage not in taxonomy.codes("stages"):
        raise error.BadArgumentError("There is no such set; ListSets names them.")
    return members.filter(tags__code=stage)


def _check_format(prefix: str) -> None:
    if prefix not in oai_formats.formats():
        raise error.CannotDisseminateFormatError("There is no such format; ListMetadataFormats names them.")


# ── tokens, identifiers and dates ──


def _token(asked: dict[str, Any], last) -> str:
    """The library's form of a token: what was asked, and a cursor: when the last one given had changed."""
    return encodeResumptionToken({**asked, "id": last.pk}, (last.changed_at - EPOCH) // MICROSECOND)


def _resumed(token: str) -> tuple[dict[str, Any], tuple[datetime, str]]:
    """What a token stands for; only one that could have been given here is taken."""
    try:
        asked, cursor = decodeResumptionToken(token)
        is_ours = encodeResumptionToken(asked, cursor) == token and set(asked) <= IN_A_TOKEN
        practice_id = asked.pop("id")
        at = EPOCH + cursor * MICROSECOND
        _selected(asked)
    except (error.ErrorBase, error.DatestampError, ValueError, KeyError, OverflowError) as wrong:
        raise error.BadResumptionTokenError(NOT_OURS) from wrong
    if not is_ours or not slug_re.fullmatch(practice_id):
        raise error.BadResumptionTokenError(NOT_OURS)
    return asked, (at, practice_id)


def _host() -> str:
    return urlsplit(settings.CHEMSEC_BASE_URL).hostname or ""


def _identifier(practice_id: str) -> str:
    return f"oai:{_host()}:{practice_id}"


def _practice(identifier: str):
    start = _identifier("")
    found = compendium.visible_to(ANYONE).filter(pk=identifier.removeprefix(start)).first()
    if found is None or not identifier.startswith(start):
        raise error.IdDoesNotExistError("There is no such practice.")
    return found


def _datestamp(moment: datetime) -> datetime:
    """As the library wants it: UTC without saying so, in whole seconds."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
