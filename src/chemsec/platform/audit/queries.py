"""Reading the log: the history of one object, a page at a time."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from chemsec.platform.access import ANYONE, RULES, Actor
from chemsec.platform.accounts import public as accounts

from . import histories, log
from .models import Entry

SIZE = 50
CHUNK = 200  # entries read at a time: what is hidden in between is passed over


@dataclass(frozen=True)
class Act:
    """An entry as one reader may know it."""

    seq: int
    at: datetime
    sentence: str  # empty: nobody has said what the verb means
    verb: str
    who: str  # a person or an organisation; empty: the portal itself
    organisation: str  # of the person, where the reader may know who it was
    right: str
    by_key: bool
    origin: str  # of the reader's own act, where its history tells that


@dataclass(frozen=True)
class History:
    subject: histories.Subject
    acts: list[Act]
    older: int | None  # number before which the next page begins


def history(actor: Actor, kind: str, key: str, before: int | None = None) -> History:
    """The newest acts, or those before an entry's number. No count: it would tell of what is hidden."""
    subject = histories.find(actor, kind, key)
    found = list(islice(_entries(f"{kind}/{key}", subject, before), SIZE + 1))
    older = found[SIZE - 1]["seq"] if len(found) > SIZE else None
    return History(subject, _acts(actor, subject, found[:SIZE]), older)


def _entries(thing: str, subject: histories.Subject, before: int | None) -> Iterator[dict[str, Any]]:
    entries = Entry.objects.filter(thing=thing).order_by("-seq")
    while True:
        rows = entries.filter(seq__lt=before) if before is not None else entries
        bodies = list(rows.values_list("body", flat=True)[:CHUNK])
        for body in bodies:
            entry = json.loads(body)
            before = entry["seq"]
            if entry["verb"] not in subject.hidden:
                yield entry
        if len(bodies) < CHUNK:
            return


def _acts(actor: Actor, subject: histories.Subject, entries: list[dict[str, Any]]) -> list[Act]:
    persons = accounts.names_of_persons(_people(entries))
    organisations = accounts.names_of_organisations({UUID(one["for"]) for one in entries if "for" in one})
    acts = [_act(actor, entry, persons, organisations) for entry in entries]
    return acts if subject.tells_origin else [replace(act, origin="") for act in acts]


def _people(entries: Iterable[dict[str, Any]]) -> set[UUID]:
    return {UUID(one["by"].removeprefix("person/")) for one in entries if one["by"].startswith("person/")}


def _act(
    actor: Actor, entry: dict[str, Any], persons: dict[UUID, str], organisations: dict[UUID, str]
) -> Act:
    organisation = organisations.get(UUID(entry["for"]), "") if "for" in entry else ""
    person = persons.get(next(iter(_people([entry])), UUID(int=0)), "")
    named = bool(person) and may_know(actor, entry)
    if person and not organisation and not named:
        organisation = _("Somebody who acted for no organisation")
    elif entry["by"] == ANYONE.name:
        organisation = _("Somebody who wasn’t signed in")
    return Act(
        seq=entry["seq"],
        at=datetime.fromisoformat(entry["at"]),
        sentence=histories.sentence(entry["verb"], entry["facts"]),
        verb=entry["verb"],
        who=person if named else organisation,
        organisation=organisation if named else "",
        right=str(RULES.get(entry["right"], entry["right"])),
        by_key="key" in entry,
        origin=entry["from"] if entry["by"] == actor.name else "",
    )


def may_know(actor: Actor, entry: dict[str, Any]) -> bool:
    """Whether the reader may know which person acted: of their own organisation, or as the Secretariat's."""
    if not entry["by"].startswith("person/") or accounts.is_staff(actor):
        return True
    is_own = actor.organisation is not None and entry.get("for") == str(actor.organisation)
    return is_own or entry["by"] == actor.name


def proof(actor: Actor, kind: str, key: str, seq: int) -> dict[str, Any]:
    """What shows that an act stands in the log. Where the reader may not know which person acted, without the
    entry itself: it names them and where they were.
    """
    subject = histories.find(actor, kind, key)
    body = Entry.objects.filter(thing=f"{kind}/{key}", seq=seq).values_list("body", flat=True).first()
    entry = json.loads(body) if body else None
    if entry is None or entry["verb"] in subject.hidden:
        raise Http404
    proved = log.prove(seq)
    return proved if may_know(actor, entry) else log.withhold(proved)
