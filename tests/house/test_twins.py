"""What a person gets equals what they would get from a database in which hidden rows don't exist.

A world is made twice from the same script: once whole, once without what a person may not see. Every list,
count, search, feed, export and page that could tell of it must answer alike.
"""

import random
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from tests.house.cast import sign_in

from chemsec.compendium.applications import access as applications
from chemsec.compendium.applications.flows import (
    decline_application,
    report_application,
    show_application,
    withdraw_application,
)
from chemsec.compendium.applications.tests.telling import SAID
from chemsec.compendium.drafts import access as drafts
from chemsec.compendium.drafts.flows import comment_draft
from chemsec.compendium.drafts.tests.making import bring_to, revision_of, written
from chemsec.compendium.models import Application, Draft, Edition, Practice, Translation, Withdrawal
from chemsec.compendium.translations import access as translations
from chemsec.compendium.translations.flows import (
    offer_translation,
    save_translation,
    send_back_translation,
)
from chemsec.compendium.translations.queries import in_place
from chemsec.compendium.upkeep import access as upkeep
from chemsec.compendium.upkeep.flows import decline_withdrawal, propose_withdrawal, take_back_withdrawal
from chemsec.platform import caching
from chemsec.platform.access import ANYONE, Actor
from chemsec.platform.accounts.models import ApiKey, Notice, Organisation, Person, Role
from chemsec.platform.accounts.software.flows import make_feed, make_key
from chemsec.platform.accounts.tests.people import member, organisation
from chemsec.platform.sharing.flows import end_share, share
from chemsec.platform.sharing.models import Share

pytestmark = pytest.mark.usefixtures("compendium")

PRACTICES = ("us-bmap", "uk-dfe-school-chemicals", "us-lab-chemicals-fact-sheet")
SECRET = "Zyzzyva"  # stands in every text that may be hidden, and in nothing else
PATHS = (
    "/en/",
    "/en/practices/?sort=newest",
    "/en/practices/?stage=storage&evidence=reported",
    "/en/practices/coverage/",
    "/en/practices/list.csv",
    "/en/practices/feed/",
    f"/en/search/?q={SECRET}",
    "/en/search/?q=school+chemicals",
    *(f"/en/practices/{practice}/" for practice in PRACTICES),
    *(f"/en/practices/{practice}.json" for practice in PRACTICES),
    f"/en/practices/compare/?id={PRACTICES[0]}&id={PRACTICES[1]}",
    "/api/v1/practices",
    f"/api/v1/search?q={SECRET}",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/download/compendium.jsonl",
    "/sitemap-1.xml",
    "/en/desk/",
    "/en/drafts/",
    "/en/shares/",
    "/en/applications/",
    "/en/translations/?language=es",
    "/en/editors/",
    f"/en/practices/{PRACTICES[0]}/translations/es/",
    f"/en/history/practice/{PRACTICES[0]}/",
)
BY_KEY = ("/api/v1/desk", "/api/v1/drafts")
CONTRIBUTORS_HOME = "state of contributor"
Row = Draft | Application | Translation | Withdrawal
CALENDAR = "calendar"  # whose secret differs each time


@dataclass(frozen=True)
class Event:
    """Something that somebody does, all of its choices made."""

    kind: str
    place: int  # in the script
    practice: str
    owner: str
    state: str
    visibility: str


@dataclass
class People:
    writers: dict[str, Actor]
    editors: list[Actor]
    readers: dict[str, Actor]


def script(seed: int) -> list[Event]:
    draw = random.Random(seed)  # noqa: S311  not a secret
    states = {
        "draft": ("draft", "submitted", "in_review", "changes_asked", "accepted", "declined", "given_up"),
        "revision": ("draft", "submitted", "accepted"),
        "share": ("held", "ended", "lapsed"),
        "application": ("sent", "listed", "declined", "withdrawn"),
        "translation": ("saved", "offered", "sent back"),
        "withdrawal": ("proposed", "declined", "taken back"),
    }
    events = []
    for place in range(draw.randint(4, 9)):
        kind = draw.choice(list(states))
        visibility = draw.choice([code for code, _name in Application.SEEN_BY])
        owner = draw.choice(["Arlandia", "Bellmare", "Halden"])
        events.append(
            Event(kind, place, draw.choice(PRACTICES), owner, draw.choice(states[kind]), visibility)
        )
    once = {_once(event): event for event in events}
    return list(once.values())


def _once(event: Event) -> tuple:
    """What may happen but once: the next edition for each owner, a withdrawal for all."""
    by = event.owner if event.kind == "revision" else ""
    one_of_all = event.kind in {"revision", "withdrawal"}
    return (event.kind, event.practice, by) if one_of_all else (event.place,)


def make_people() -> People:
    homes = {"Arlandia": "state", "Bellmare": "state", "Halden": "company"}
    organisations = {name: organisation(kind, name) for name, kind in homes.items()}
    staff = organisation("secretariat", "Secretariat")
    return People(
        {
            name: member("", Role.CONTRIBUTOR, of=home, name=f"writer-{name}")
            for name, home in organisations.items()
        },
        [member("secretariat", Role.EDITOR, of=staff, name=f"editor-{n}") for n in range(2)],
        {
            "visitor": ANYONE,
            "reader": member("state", Role.READER, name="reader"),
            "contributor": member("state", Role.CONTRIBUTOR, name="contributor"),
            "company": member("company", Role.CONTRIBUTOR, name="company"),
            "association": member("association", Role.READER, name="association"),
            "officer": member("secretariat", Role.OFFICER, of=staff, name="officer"),
            "partial": member("secretariat", Role.EDITOR, of=staff, name="partial"),
        },
    )


def happen(event: Event, people: People) -> Row:
    """Make the event happen; return the row that may be hidden."""
    writer, (editor, second) = people.writers[event.owner], people.editors
    practice = Practice.objects.get(pk=event.practice)
    if event.kind == "translation":
        words = {"title": f"{SECRET} {event.place}", "summary": SECRET}
        placed = in_place(practice, "es")
        shown = {name: getattr(placed, name) for name in words}
        save_translation(practice, "es", words, seen=shown, by=writer)
        if event.state in {"offered", "sent back"}:
            offer_translation(practice, "es", by=writer)
        if event.state == "sent back":
            send_back_translation(practice, "es", SECRET, by=editor)
        return Translation.objects.get(practice=practice)
    if event.kind == "withdrawal":
        return propose(event, practice, editor, second)
    if event.kind == "application":
        return tell(event, practice, writer, editor)
    title = f"{SECRET} {event.place}"
    if event.kind == "share":
        return let_see(event, written(writer, title=title), writer)
    if event.kind == "revision":
        draft = revision_of(Edition.objects.get(practice=practice), writer, title=title)
    else:
        draft = written(writer, title=title)
    comment_draft(draft, text=SECRET, by=writer)
    return bring_to(draft, event.state, author=writer, reviewer=editor, second=second)


def let_see(event: Event, draft: Draft, writer: Actor) -> Draft:
    """Shared with the State of two of the readers, or once."""
    home = Organisation.objects.get(names__en=CONTRIBUTORS_HOME)
    comment_draft(draft, text=SECRET, by=writer)
    told = set(Notice.objects.values_list("pk", flat=True))
    shared = share("draft", draft.pk, to=home.pk, purpose=SECRET, until=timezone.localdate(), by=writer)
    if event.state == "ended":
        end_share(shared, by=writer)
    if event.state == "lapsed":
        Share.objects.filter(pk=shared.pk).update(until=timezone.now())
    if event.state != "held":  # that they were told of it then stays with them
        Notice.objects.filter(kind__startswith="share.").exclude(pk__in=told).delete()
    return draft


def propose(event: Event, practice: Practice, editor: Actor, second: Actor) -> Withdrawal:
    proposed = propose_withdrawal(practice, reason=SECRET, language="en", by=editor)
    if event.state == "declined":
        decline_withdrawal(proposed, SECRET, by=second)
    if event.state == "taken back":
        take_back_withdrawal(proposed, by=editor)
    return Withdrawal.objects.get(pk=proposed.pk)


def tell(event: Event, practice: Practice, writer: Actor, editor: Actor) -> Application:
    told = report_application(
        practice, by=writer, **SAID | {"visibility": event.visibility, "result": SECRET}
    )
    if event.state == "listed":
        show_application(told, by=editor)
    if event.state == "declined":
        decline_application(told, SECRET, by=editor)
    if event.state == "withdrawn":
        withdraw_application(told, by=writer)
    return Application.objects.get(pk=told.pk)


def sees(person: Actor, row: Row) -> bool:
    if isinstance(row, Draft):
        return drafts.visible_to(person).filter(pk=row.pk).exists()
    if isinstance(row, Application):
        return applications.visible_to(person).filter(pk=row.pk).exists()
    if isinstance(row, Withdrawal):
        return upkeep.visible_to(person).filter(pk=row.pk).exists()
    return translations.can_translate(person)


VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r'|name="csrfmiddlewaretoken" value="\w+"|value="[0-9a-f]{32}"|\d\d:\d\d UTC|DTSTAMP:\w+'
)
# an entry's number in the log, whose length is public: it is what signed checkpoints say
NUMBER = re.compile(
    r'(?<=<span class="badge">)\d+(?=</span> <time)|\d+(?=/proof\.json)|(?<=Proof<span class="hidden"> )\d+'
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


def answers(person: Actor, began: datetime) -> dict[str, tuple[int, str]]:
    """What this person gets from every path; of moments only whether they came before this world began."""
    caching.forget()
    client = sign_in(Person.objects.get(pk=person.person)) if person.person else Client()

    def when(match: re.Match) -> str:
        is_new = datetime.fromisoformat(match[0]) >= began
        return "NOW" if is_new else match[0]

    found = {}
    for path in PATHS:
        response = client.get(path)
        body = b"".join(response) if response.streaming else response.content
        text = NUMBER.sub("", VARYING.sub("", body.decode()))
        found[path] = (response.status_code, MOMENT.sub(when, text))
    asked = Client().post("/api/v1/match", {"text": SECRET}, content_type="application/json")
    found["/api/v1/match"] = (asked.status_code, asked.text)
    for path, response in answers_to_software(person).items():
        found[path] = (response.status_code, MOMENT.sub(when, VARYING.sub("", response.text)))
    return found


def answers_to_software(person: Actor) -> dict[str, HttpResponse]:
    """What a program and the calendar of this person get."""
    if person.person is None:
        return {}
    undo = transaction.savepoint()
    Authenticator.objects.create(user_id=person.person, type=Authenticator.Type.TOTP, data={})
    key = Client(headers={"Authorization": f"Bearer {make_key('A', ApiKey.Scope.values, 30, by=person)[1]}"})
    given = {path: key.get(path) for path in BY_KEY}
    given[CALENDAR] = Client().get(f"/calendar/{make_feed(by=person)}.ics")
    transaction.savepoint_rollback(undo)
    return given


SOME, ALL = range(3), range(3, 50)


@pytest.mark.parametrize("seed", [*SOME, *(pytest.param(seed, marks=pytest.mark.long) for seed in ALL)])
def test_hidden_rows_leave_no_trace(seed):
    began = timezone.now().replace(microsecond=0)
    people, events = make_people(), script(seed)
    with world(events, people) as rows:
        visible = {
            name: {at for at, row in rows.items() if sees(who, row)} for name, who in people.readers.items()
        }
        whole = {name: answers(who, began) for name, who in people.readers.items()}
    useless = {path for path in PATHS if all(given[path][0] != HTTPStatus.OK for given in whole.values())}
    assert not useless, "nobody gets what could tell"

    for name, who in people.readers.items():
        kept = [event for event in events if event.place in visible[name]]
        with world(kept, people):
            without = answers(who, began)
        hidden = [event for event in events if event not in kept]
        assert {path for path in whole[name] if whole[name][path] != without[path]} == set(), (name, hidden)


@contextmanager
def world(events, people):
    """Where these events have happened, each with its row; undone afterwards."""
    undo = transaction.savepoint()
    try:
        yield {event.place: happen(event, people) for event in events}
    finally:
        transaction.savepoint_rollback(undo)
