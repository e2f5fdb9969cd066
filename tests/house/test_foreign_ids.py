"""Whoever names somebody else's object gets nothing of it, and changes nothing.

Each request of docs/access.md that names an object is made again with one of its ids replaced: by an object
of another organisation, or, where an object belongs to another one, by the child of another parent. Fields
and parameters that no row there fills stand below. A new address has to be tried too, or named as one that
takes no id.
"""

import json
import re
from copy import deepcopy
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone
from tests import databases
from tests.house.cast import appointed, browser_of, clients_of, make_cast, make_keys, make_persons
from tests.house.test_access import ADDRESSES, ROWS, Row

from chemsec.compendium import flows
from chemsec.compendium.applications.flows import report_application
from chemsec.compendium.applications.tests.telling import SAID
from chemsec.compendium.drafts.flows import begin_draft, comment_draft
from chemsec.compendium.drafts.tests.making import bring_to, written
from chemsec.compendium.models import Draft, Practice
from chemsec.compendium.tests.drafts import draft as content
from chemsec.compendium.upkeep.flows import propose_withdrawal
from chemsec.needs.responses.tests import answering
from chemsec.platform import caching
from chemsec.platform.access import SYSTEM, Actor
from chemsec.platform.accounts import flows as accounts
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import ApiKey, Membership, Organisation, Person, Role
from chemsec.platform.accounts.software import flows as software
from chemsec.platform.accounts.tests.people import member, organisation
from chemsec.platform.audit.models import Entry
from chemsec.platform.files.public import keep
from chemsec.platform.files.tests.given import LETTER
from chemsec.platform.sharing.flows import share

KIND = {  # of what a word in braces names, see docs/access.md
    **dict.fromkeys(
        ("draft", "submitted", "reviewed", "elsewhere", "accepted", "mine", "published", "behind", "own"),
        "draft",
    ),
    **dict.fromkeys(("shared", "unshared", "lapsed"), "draft"),
    **dict.fromkeys(("share", "ended_share"), "share"),
    **dict.fromkeys(("public", "revised", "owned", "withdrawn"), "practice"),
    **dict.fromkeys(("said", "internal", "internal_of_submitted", "internal_of_shared"), "comment"),
    **dict.fromkeys(("sent", "states", "unnamed"), "application"),
    **dict.fromkeys(("proposed", "own_proposal"), "withdrawal"),
    **dict.fromkeys(
        ("act_of_draft", "act_of_submitted", "act_of_owned", "act_of_states", "act_of_person"), "act"
    ),
    "arlandia": "organisation",
    "member": "member",
    "invitation": "invitation",
    "admission": "admission",
    "entry": "entry",
    "gap": "gap",
    "person": "person",
    "key": "key",
    "browser": "browser",
    "calendar": "calendar",
    "secret": "secret",
    "checkpoint": "checkpoint",
    **dict.fromkeys(("letter", "their_letter"), "file"),
    **dict.fromkeys(("asked", "response", "signed", "told"), "response"),
}
# Where a practice that another organisation keeps doesn't exist; elsewhere practices are everybody's.
KEPT = re.compile(
    r"/(revise|confirm|withdraw|translations/.*(review|send-back))/$|/history/<slug:kind>|^/api/v1/drafts$"
)
MINE = {  # person -> whose objects are theirs; of Arlandia's and the editor those that the rows name
    "contributor": "",
    "focal": "",
    "other": "Bellmare",
    "company": "Halden",
    "editor": "",
}
FOREIGN = {"contributor": "Bellmare", "focal": "Bellmare", "other": "Arlandia", "company": "Bellmare"}
NOBODYS = {
    "practice": "no-such-practice",
    "comment": "999999999",
    "act": "999999999",
    "gap": "999999999",
    "member": "999999999",
    "browser": "999999999",
    "passkey": "999999999",
    "checkpoint": "999999999",
    "key": "0123456789ab",
    "calendar": "wrong",
    "secret": "wrong",
}  # the others: a UUID of nothing
NOTHING = "00000000-0000-4000-8000-000000000000"
TOO_LARGE = "9" * 30  # for any database
# what a field or parameter says of an id that it can't take, where that isn't 404
OBJECTED = {
    ("/<language>/collections/new/", "gathers"): 200,
    ("/<language>/collections/new/", "id"): 200,  # stands in the form, which then refuses it
    ("/<language>/practices/<slug:practice_id>/withdraw/", "successor"): 200,
    ("/<language>/practices/compare/", "id"): 200,
    ("/<language>/shares/new/<slug:kind>/<uuid:key>/", "to"): 200,
    ("/<language>/list/", "id"): 200,
}


@dataclass(frozen=True)
class Trial:
    address: str
    method: str
    path: str
    body: str
    person: str
    status: int
    by_key: bool = False

    @property
    def kind(self) -> str:
        return "application/json" if self.body.startswith("{") else "application/x-www-form-urlencoded"

    def __str__(self):
        return f"{self.person}: {self.method} {self.path} {self.body}".strip()


# ── what there is ──


def make_objects(home: Organisation, writer: Actor, focal: Actor) -> dict[str, str]:
    """One object of each kind that belongs to this organisation."""
    name = home.names["en"].lower()
    kept = flows.publish_edition(f"{name}-ramps", content(), by=SYSTEM, owner=home.pk).practice
    leaving = flows.publish_edition(f"{name}-docks", content(), by=SYSTEM, owner=home.pk).practice
    found = written(writer)
    told = report_application(
        Practice.objects.order_by("pk")[5], by=writer, **SAID | {"visibility": "secretariat"}
    )
    said = {"reason": "Its law was repealed.", "language": "en"}
    reader = member("", Role.READER, of=home, name=f"reader-of-{name}")
    letter = ("appointment", appointed(home, writer))
    passkey = Authenticator.objects.create(
        user_id=writer.person,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "A key", "credential": {}},
    )
    return {
        "draft": str(found.pk),
        "submitted": str(_submitted(writer).pk),
        "comment": str(comment_draft(found, text="Among us.", by=writer).pk),
        "practice": kept.pk,
        "application": str(told.pk),
        "withdrawal": str(propose_withdrawal(leaving, by=writer, **said).pk),
        "organisation": str(home.pk),
        "member": str(Membership.objects.get(person=reader.person).pk),
        "invitation": str(accounts.invite_person(home, f"new@{name}.example", Role.READER, by=focal)[0].pk),
        "key": software.make_key("Another script", ["desk:read"], 30, by=writer)[0].pk,
        "browser": browser_of(Person.objects.get(pk=writer.person)),
        "act": str(Entry.objects.filter(thing=f"draft/{found.pk}").order_by("seq")[0].seq),
        "passkey": str(passkey.pk),
        "person": str(writer.person),
        "share": str(
            share(
                "draft",
                found.pk,
                to=organisation("academia", f"{name} college").pk,
                purpose="X",
                until=timezone.localdate(),
                by=writer,
            ).pk
        ),
        "response": _response(home, writer),
        "file": str(keep(LETTER, owner=home.pk, thing=letter, by=writer).pk),
    }


def _response(home: Organisation, writer: Actor) -> str:
    """Being answered. Only States are asked: of others it stands for nothing."""
    if home.kind != Organisation.Kind.STATE:
        return NOTHING
    response = answering.hold(home.pk, name=f"of {home}").responses.get()
    return str(answering.bring_to(response, "in_progress", writer=writer, second=writer).pk)


def _submitted(writer: Actor) -> Draft:
    return bring_to(written(writer), "submitted", author=writer, reviewer=writer, second=writer)


@dataclass
class World:
    clients: dict[str, Client]
    tokens: dict[str, str]
    names: dict[str, str]  # as in docs/access.md
    objects: dict[str, dict[str, str]]  # of each organisation by kind
    persons: dict[str, object]
    untouched: dict[str, int]


@pytest.fixture(scope="session")
def _made(loaded, django_db_setup, django_db_blocker):
    instance = databases.clone(loaded, "foreign")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        persons = make_persons()
        names, tokens = make_cast(persons), make_keys(persons)
        actors = {column: actor_for(found) for column, found in persons.items() if found}
        makers = {
            "Arlandia": ("contributor", "focal"),
            "Bellmare": ("other", "other"),
            "Halden": ("company", "company"),
        }
        objects = {
            name: make_objects(
                Organisation.objects.get(pk=actors[writer].organisation), actors[writer], actors[focal]
            )
            for name, (writer, focal) in makers.items()
        }
        names["collection"] = str(
            begin_draft(by=actors["contributor"], title="Stores", gathers=[names["public"]]).pk
        )
        for column in MINE:  # what a key may ask for
            Authenticator.objects.create(user=persons[column], type=Authenticator.Type.TOTP, data={})
        cookies = {column: client.cookies for column, client in clients_of(persons).items()}
        ApiKey.objects.update(used_on=timezone.localdate())  # which a request by key would note
        untouched = digest()
        connections.close_all()
    return instance, cookies, tokens, names, objects, persons, untouched


@pytest.fixture
def _on_them(_made, django_db_blocker):
    caching.forget()
    with django_db_blocker.unblock(), databases.switched_to(_made[0]):
        yield


@pytest.fixture
def world(_made, _on_them, db, settings):
    settings.CHEMSEC_DEMO = True
    _instance, cookies, tokens, names, objects, persons, untouched = _made
    clients = {column: Client() for column in cookies}
    for column, client in clients.items():
        client.cookies = deepcopy(cookies[column])
    return World(clients, tokens, names, objects, persons, untouched)


PASSING = re.compile("session|cacheentry|audit_head|sqlite_")  # comes and goes with every request


def digest() -> dict[str, int]:
    """A number for the rows of each table, in whatever order; without what only says that one was refused."""
    found = {}
    for alias in ("default", "keys"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                if PASSING.search(table):
                    continue
                refusals = """ WHERE body NOT LIKE '%"verb":"refuse"%'""" if table == "audit_entry" else ""
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}{refusals}")  # noqa: S608
                found[f"{alias}.{table}"] = sum(
                    hash(tuple(_hashable(cell) for cell in row)) for row in cursor.fetchall()
                )
    return found


def _hashable(cell):
    if isinstance(cell, memoryview):
        return bytes(cell)
    return cell if isinstance(cell, bytes | str | int | float | None) else repr(cell)


# ── what is tried ──

NAMED = re.compile(r"\{(\w+)\}")


def trials_of(row: Row, world: World) -> list[Trial]:
    """This row's request by whoever may make it, with each of its ids replaced in turn."""
    written = dict(row.answers)
    found = []
    for person, home in MINE.items():
        if row.is_for_everyone and person != "contributor":
            continue
        if not _may(written["contributor" if home else person], written["focal" if home else person]):
            continue
        mine = {name: _own(name, home, world) for name in world.names}
        request = f"{row.path} {row.body}"
        for match in NAMED.finditer(request):
            if match[1] not in KIND:
                continue
            for other in _others(match[1], person, row, world):
                made = NAMED.sub(lambda at, match=match, other=other, mine=mine: (
                    other if at.start() == match.start() else mine[at[1]]
                ), request)  # fmt: skip
                path, _space, body = made.partition(" ")
                status = OBJECTED.get((row.address, _field(request, match)), 404)
                if path.startswith("/practices/"):  # leads to the reader's language, whatever it names
                    status = 302
                found.append(Trial(row.address, row.method, path, body, person, status, row.is_by_key))
    return found


def _may(*statuses: int) -> bool:
    return any(status not in {400, 401, 404, 405} for status in statuses)


def _own(name: str, home: str, world: World) -> str:
    return world.objects[home].get(KIND.get(name, ""), world.names[name]) if home else world.names[name]


def _others(name: str, person: str, row: Row, world: World) -> list[str]:
    """What this person may name there in vain: somebody else's, another parent's, and nobody's."""
    kind = KIND[name]
    nobodys = [NOBODYS.get(kind, NOTHING)]
    if kind in {"comment", "act", "member", "gap"}:
        nobodys.append(TOO_LARGE)
    if kind == "practice" and not KEPT.search(row.address):
        return nobodys
    if person == "editor":
        return nobodys + _foreign_to_editors(kind, row, world)
    foreign = world.objects[FOREIGN[person]]
    others = [foreign[kind]] if kind in foreign else []
    if kind == "draft":
        others.append(foreign["submitted"])
    if kind == "comment":  # of another draft, one's own
        others.append(world.names["internal" if name == "said" else "said"])
    if kind == "act":
        others.append(world.names["act_of_states" if name != "act_of_states" else "act_of_draft"])
    return nobodys + others


def _foreign_to_editors(kind: str, row: Row, world: World) -> list[str]:
    arlandia = world.objects["Arlandia"]
    if kind in {"draft", "share", "key", "invitation", "member", "organisation", "act"}:
        return [arlandia[kind]]
    if kind == "comment":
        return [world.names["internal"], world.names["internal_of_submitted"]]
    return [arlandia["practice"]] if kind == "practice" and "/confirm/" in row.address else []


def _field(request: str, match: re.Match) -> str:
    """The field or parameter that the word fills; nothing for a part of the path."""
    before = re.search(r'(?:[?& ]|")(\w+)"?(?:=|: ")$', request[: match.start()])
    return before[1] if before else ""


SHARES = "/<language>/shares/"
P, D = "/<language>/practices/<slug:practice_id>", "/<language>/drafts/<uuid:draft_id>"
REGISTRY, HISTORY = "/<language>/registry/", "/<language>/history/<slug:kind>/<slug:key>/"
CLOSE = "/<language>/people/<uuid:key>/close/"
KEYS = "/<language>/account/second-factor/webauthn/keys/<int:pk>"
# fields, parameters and parts of a path that no row fills with a word in braces; other fields are left out.
# {their_…} is Bellmare's, {no_…} nobody's.
MORE = [
    (
        KEYS + "/remove/",
        "GET /en/account/second-factor/webauthn/keys/{their_passkey}/remove/",
        "contributor",
        404,
    ),
    (
        KEYS + "/remove/",
        "POST /en/account/second-factor/webauthn/keys/{their_passkey}/remove/",
        "contributor",
        404,
    ),
    (KEYS + "/edit/", "GET /en/account/second-factor/webauthn/keys/{their_passkey}/edit/", "focal", 404),
    (
        KEYS + "/edit/",
        "POST /en/account/second-factor/webauthn/keys/{their_passkey}/edit/ name=x",
        "editor",
        404,
    ),
    (
        "/<language>/account/demo/<uuid:person_id>/",
        "POST /en/account/demo/{their_person}/",
        "contributor",
        404,
    ),
    (
        "/<language>/account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "POST /en/account/password/reset/key/{their_person_36}-wrong/ password1=a+long+pass+phrase",
        "visitor",
        200,
    ),
    ("/<language>/account/act-for/", "POST /en/account/act-for/", "contributor", 404),
    ("/<language>/account/act-for/", "POST /en/account/act-for/ organisation=1", "contributor", 404),
    ("/<language>/organisation/", "POST /en/organisation/ organisation={their_organisation}", "focal", 200),
    (
        REGISTRY + "admissions/<uuid:key>/",
        "POST /en/registry/admissions/{admission}/ admit=1&organisation={their_organisation}",
        "registrar",
        200,
    ),
    (
        REGISTRY + "admissions/<uuid:key>/",
        "POST /en/registry/admissions/{admission}/ admit=1&organisation={no_organisation}",
        "registrar",
        200,
    ),
    (REGISTRY + "admissions/<uuid:key>/", "POST /en/registry/admissions/{entry}/ admit=1", "registrar", 404),
    (
        REGISTRY + "focal-points/<uuid:key>/",
        "POST /en/registry/focal-points/{entry}/ withdraw=1",
        "focal",
        404,
    ),
    (
        REGISTRY + "focal-points/<uuid:key>/",
        "POST /en/registry/focal-points/{admission}/ withdraw=1",
        "registrar",
        404,
    ),
    (
        REGISTRY + "focal-points/<uuid:key>/",
        "POST /en/registry/focal-points/{no_entry}/ confirm=1",
        "registrar",
        404,
    ),
    (
        REGISTRY + "focal-points/",
        "POST /en/registry/focal-points/ organisation={their_organisation}",
        "registrar",
        200,
    ),
    (
        SHARES + "new/<slug:kind>/<uuid:key>/",
        "POST /en/shares/new/draft/{draft}/ to={no_organisation}&purpose=X&until={until}",
        "contributor",
        200,
    ),
    (
        SHARES + "new/<slug:kind>/<uuid:key>/",
        "POST /en/shares/new/draft/{their_draft}/ to={their_organisation}&purpose=X&until={until}",
        "contributor",
        404,
    ),
    (CLOSE, "GET /en/people/{their_person}/close/", "focal", 404),
    (CLOSE, "POST /en/people/{their_person}/close/ reason=Left", "registrar", 404),
    (CLOSE, "POST /en/people/{person}/close/ reason=Left", "contributor", 404),
    (CLOSE, "POST /en/people/{no_person}/close/ reason=Left", "admin", 404),
    (CLOSE, "POST /en/people/{administrator}/close/ reason=Left", "admin", 404),
    (P + "/revise/", "POST /en/practices/{their_practice}/revise/ claims=1", "contributor", 404),
    (
        P + "/editions/<int:number>/revise/",
        "POST /en/practices/{owned}/editions/0/revise/",
        "contributor",
        404,
    ),
    (
        P + "/editions/<int:number>/revise/",
        "POST /en/practices/{owned}/editions/9/revise/ claims=1",
        "editor",
        404,
    ),
    (
        P + "/editions/<int:number>/revise/",
        "POST /en/practices/{their_practice}/editions/1/revise/ claims=1",
        "contributor",
        404,
    ),
    (
        P + "/editions/<int:number>/revise/",
        f"POST /en/practices/{{owned}}/editions/{TOO_LARGE}/revise/",
        "focal",
        404,
    ),
    (
        P + "/editions/<int:number>/",
        f"GET /en/practices/{{public}}/editions/{TOO_LARGE}/",
        "contributor",
        404,
    ),
    (
        P + "/editions/<int:number>/differences/",
        "GET /en/practices/{revised}/editions/2/differences/?from=9",
        "contributor",
        404,
    ),
    (P + "/withdraw/", "POST /en/practices/{owned}/withdraw/ successor={withdrawn}", "contributor", 200),
    (P + "/withdraw/", "POST /en/practices/{owned}/withdraw/ successor={no_practice}", "contributor", 200),
    (
        P + "/withdraw/",
        "POST /en/practices/{owned}/withdraw/ reason=Old&language=en&successor={owned}",
        "focal",
        200,
    ),
    (P + "/applications/new/", "POST /en/practices/{public}/applications/new/ edition=9", "contributor", 200),
    (
        P + "/applications/new/",
        (
            "POST /en/practices/{public}/applications/new/ edition=9&outcome=worked&place=Here&result=Fewer"
            "&language=en&visibility=states&unclassified=on&right_to_share=on"
        ),
        "contributor",
        200,
    ),
    (
        P + "/translations/<str:language>/send-back/",
        "POST /en/practices/{their_practice}/translations/es/send-back/ text=Shorter",
        "contributor",
        404,
    ),
    (
        P + "/translations/<str:language>/review/",
        "POST /en/practices/{their_practice}/translations/es/review/ section=owner",
        "contributor",
        404,
    ),
    (D + "/edit/", "POST /en/drafts/{draft}/edit/ gathers={no_practice}", "contributor", 200),
    (D + "/edit/", "POST /en/drafts/{collection}/edit/ gathers={withdrawn}", "contributor", 200),
    (D + "/edit/", "POST /en/drafts/{draft}/edit/ revision=99&page=p", "contributor", 200),
    (D + "/edit/", f"POST /en/drafts/{{draft}}/edit/ revision={TOO_LARGE}&page=p", "contributor", 200),
    (D + "/edit/", "POST /en/drafts/{their_draft}/edit/ revision=0&page=p", "contributor", 404),
    (
        D + "/submit/",
        "POST /en/drafts/{draft}/submit/ policy_level=on&unclassified=on&right_to_share=on&revision=99",
        "contributor",
        302,
    ),
    (D + "/submit/", "POST /en/drafts/{their_draft}/submit/ revision=1", "focal", 404),
    (D + "/history/<int:number>/", "POST /en/drafts/{draft}/history/99/", "contributor", 302),
    (D + "/history/<int:number>/", f"POST /en/drafts/{{draft}}/history/{TOO_LARGE}/", "contributor", 302),
    (D + "/history/<int:number>/", "POST /en/drafts/{their_draft}/history/0/", "contributor", 404),
    (D + "/comments/", "POST /en/drafts/{reviewed}/comments/ answers={their_comment}", "contributor", 404),
    (D + "/comments/", "POST /en/drafts/{reviewed}/comments/ text=x&answers={internal}", "contributor", 404),
    (D + "/comments/", "POST /en/drafts/{reviewed}/comments/ text=x&answers={no_comment}", "editor", 404),
    (D + "/comments/", f"POST /en/drafts/{{reviewed}}/comments/ text=x&answers={TOO_LARGE}", "editor", 404),
    (
        D + "/comments/",
        "POST /en/drafts/{submitted}/comments/ text=x&answers={internal_of_submitted}",
        "editor",
        404,
    ),
    (
        D + "/comments/<int:key>/",
        "POST /en/drafts/{reviewed}/comments/{internal}/ take=1",
        "contributor",
        404,
    ),
    (
        D + "/comments/<int:key>/",
        "POST /en/drafts/{reviewed}/comments/{their_comment}/ take=1",
        "editor",
        404,
    ),
    (
        D + "/decide/<slug:decision>/",
        (
            "POST /en/drafts/{reviewed}/decide/accept/ works=on&graded=on&filed=on&sourced=on&harmless=on"
            "&revision=99"
        ),
        "editor",
        302,
    ),
    (D + "/publish/", "POST /en/drafts/{accepted}/publish/", "editor", 302),
    (D + "/publish/", f"POST /en/drafts/{{accepted}}/publish/ revision={TOO_LARGE}", "editor", 302),
    (
        "/<language>/collections/new/",
        "POST /en/collections/new/ title=X&language=fr&gathers={withdrawn}",
        "contributor",
        200,
    ),
    ("/<language>/collections/new/", "POST /en/collections/new/ gathers={no_practice}", "contributor", 200),
    (
        "/<language>/practices/booklet/<uuid:job_id>/",
        f"GET /en/practices/booklet/{NOTHING}/?download=1",
        "other",
        404,
    ),
    (
        HISTORY,
        "GET /en/history/draft/{their_draft}/?before={their_act}",
        "contributor",
        404,
    ),
    (HISTORY, "GET /en/history/draft/{owned}/", "contributor", 404),
    (HISTORY, "GET /en/history/person/{person}/", "admin", 404),
    (HISTORY, "GET /en/history/organisation/{draft}/", "contributor", 404),
    (
        HISTORY + "<int:seq>/proof.json",
        f"GET /en/history/draft/{{draft}}/{TOO_LARGE}/proof.json",
        "contributor",
        404,
    ),
    ("/audit/checkpoints/<int:size>.txt", f"GET /audit/checkpoints/{TOO_LARGE}.txt", "contributor", 404),
    (
        "/<language>/editors/searches/<int:key>/settle/",
        "POST /en/editors/searches/0/settle/ reopen=1",
        "editor",
        404,
    ),
    (
        "/api/v1/practices/<practice_id>/editions/<number>",
        "GET /api/v1/practices/{public}/editions/9",
        "focal",
        404,
    ),
]
MORE_BY_KEY = [
    (
        "/api/v1/drafts",
        'POST /api/v1/drafts {"practice": "{their_practice}", "claims": true}',
        "contributor",
        404,
    ),
    ("/api/v1/drafts", 'POST /api/v1/drafts {"practice": "{their_practice}", "edition": 1}', "focal", 404),
    ("/api/v1/drafts", 'POST /api/v1/drafts {"practice": "{public}", "edition": 9}', "contributor", 404),
    (
        "/api/v1/drafts",
        'POST /api/v1/drafts {"title": "X", "owner": "{their_organisation}"}',
        "contributor",
        422,
    ),
    ("/api/v1/drafts/<draft_id>", "GET /api/v1/drafts/{their_draft}", "editor", 404),
    (
        "/api/v1/drafts/<draft_id>",
        'PATCH /api/v1/drafts/{their_draft} {"revision": 1, "content": {"limits": "Few."}}',
        "contributor",
        404,
    ),
    (
        "/api/v1/drafts/<draft_id>",
        'PATCH /api/v1/drafts/{their_submitted} {"revision": 1, "content": {"limits": "Few."}}',
        "editor",
        404,
    ),
    (
        "/api/v1/drafts/<draft_id>",
        'PATCH /api/v1/drafts/{draft} {"revision": 99, "content": {"limits": "Few."}}',
        "contributor",
        409,
    ),
    (
        "/api/v1/drafts/<draft_id>",
        'PATCH /api/v1/drafts/{collection} {"revision": 0, "content": {"gathers": ["{no_practice}"]}}',
        "contributor",
        422,
    ),
    (
        "/api/v1/drafts/<draft_id>",
        'PATCH /api/v1/drafts/{draft} {"revision": 1, "content": {}, "practice": "{their_practice}"}',
        "contributor",
        422,
    ),
    (
        "/api/v1/drafts/<draft_id>",
        'PATCH /api/v1/drafts/{draft} {"revision": 1, "content": {"owner": "{their_organisation}"}}',
        "contributor",
        422,
    ),
]


def more_trials(address: str, world: World) -> list[Trial]:
    found = []
    for by_key, trials in ((False, MORE), (True, MORE_BY_KEY)):
        for at, request, person, status in trials:
            if at == address:
                method, path, *body = NAMED.sub(lambda word: _named(word[1], world), request).split(" ", 2)
                found.append(Trial(at, method, path, "".join(body), person, status, by_key))
    return found


def _named(word: str, world: World) -> str:
    whose, _line, kind = word.partition("_")
    if whose == "no":
        return NOBODYS.get(kind, NOTHING)
    if word == "their_person_36":
        return world.objects["Bellmare"]["person"].replace("-", "")
    return world.objects["Bellmare"][kind] if whose == "their" else world.names[word]


def ask(trial: Trial, world: World) -> int:
    client = world.clients[trial.person]
    if trial.by_key:
        client = Client(headers={"Authorization": f"Bearer {world.tokens[trial.person]}"})
    return client.generic(trial.method, trial.path, trial.body, content_type=trial.kind).status_code


# ── addresses ──

TAKE_NO_ID = [
    "/<language>/",
    "/<language>/needs/questionnaires/",
    "/<language>/needs/exercises/",
    "/<language>/needs/exercises/new/",
    "/<language>/needs/responses/",
    "/<language>/about/",
    "/<language>/account/",
    "/<language>/account/admission/",
    "/<language>/account/api-keys/",
    "/<language>/shares/",
    "/<language>/account/api-keys/new/",
    "/<language>/account/calendar/",
    "/<language>/account/calendar/new/",
    "/<language>/account/calendar/revoke/",
    "/<language>/account/close/",
    "/<language>/account/confirm-email/",
    "/<language>/account/email/",
    "/<language>/account/inactive/",
    "/<language>/account/login/",
    "/<language>/account/login/code/confirm/",
    "/<language>/account/logout/",
    "/<language>/account/password/change/",
    "/<language>/account/password/reset/",
    "/<language>/account/password/reset/done/",
    "/<language>/account/password/reset/key/done/",
    "/<language>/account/password/set/",
    "/<language>/account/reauthenticate/",
    "/<language>/account/second-factor/",
    "/<language>/account/second-factor/authenticate/",
    "/<language>/account/second-factor/reauthenticate/",
    "/<language>/account/second-factor/recovery-codes/",
    "/<language>/account/second-factor/recovery-codes/download/",
    "/<language>/account/second-factor/recovery-codes/generate/",
    "/<language>/account/second-factor/totp/activate/",
    "/<language>/account/second-factor/totp/deactivate/",
    "/<language>/account/second-factor/webauthn/",
    "/<language>/account/second-factor/webauthn/add/",
    "/<language>/account/second-factor/webauthn/login/",
    "/<language>/account/second-factor/webauthn/reauthenticate/",
    "/<language>/account/sessions/",
    "/<language>/account/signup/",
    "/<language>/applications/",
    "/<language>/articles/",
    "/<language>/audiences/",
    "/<language>/audit/",
    "/<language>/design/",
    "/<language>/desk/",
    "/<language>/desk/read/",
    "/<language>/doors/",
    "/<language>/drafts/",
    "/<language>/drafts/new/",
    "/<language>/drafts/new/from/",
    "/<language>/editors/",
    "/<language>/embed/",
    "/<language>/people/",
    "/<language>/practices/",
    "/<language>/practices/booklet/",
    "/<language>/practices/coverage/",
    "/<language>/practices/feed/",
    "/<language>/registry/",
    "/<language>/search/",
    "/<language>/search/gap/",
    "/<language>/stages/",
    "/<language>/translations/",
    "/api/v1/desk",
    "/api/v1/match",
    "/api/v1/openapi.json",
    "/api/v1/practices",
    "/api/v1/search",
    "/api/v1/states",
    "/api/v1/taxonomy",
    "/audit/check-proof",
    "/favicon.ico",
    "/healthz",
    "/oai",
    "/opensearch.xml",
    "/readyz",
    "/robots.txt",
    "/schemas/practice-1.0.xsd",
    "/sitemap.xml",
]
# codes of a vocabulary, forms of a file and parts of a list: the same for everybody
TAKE_A_CODE = [
    "/<language>/audiences/<slug:code>/",
    "/<language>/stages/<slug:code>/",
    "/<language>/editors/<slug:code>/",
    "/<language>/editors/<slug:code>/list.csv",
    # what the Secretariat does with the response of any State; docs/access.md says that nobody else does
    "/<language>/needs/responses/<uuid:key>/ask-back/",
    "/<language>/needs/responses/<uuid:key>/extend/",
    "/<language>/needs/responses/<uuid:key>/settle/",
    # questionnaires and exercises are the Secretariat's alone: no organisation has one of its own
    "/<language>/needs/exercises/<uuid:key>/",
    "/<language>/needs/exercises/<uuid:key>/edit/",
    "/<language>/needs/exercises/<uuid:key>/end/<slug:way>/",
    "/<language>/needs/exercises/<uuid:key>/invite/",
    "/<language>/needs/exercises/<uuid:key>/reopen/",
    "/<language>/needs/questionnaires/<slug:code>/<int:number>/",
    "/<language>/needs/questionnaires/<slug:code>/<int:number>/differences/",
    "/<language>/needs/questionnaires/<slug:code>/<int:number>/discard/",
    "/<language>/needs/questionnaires/<slug:code>/<int:number>/file/",
    "/<language>/needs/questionnaires/<slug:code>/<int:number>/preview/",
    "/<language>/practices/list.<str:form>",
    "/api/v1/taxonomy/<scheme>",
    "/download/compendium.<str:form>",
    "/sitemap-<int:number>.xml",
    "/taxonomy/<slug:scheme>.<str:form>",
    "/taxonomy/<slug:scheme>/",
]
TRIED = sorted(ADDRESSES.keys() - {*TAKE_NO_ID, *TAKE_A_CODE})
PLAIN = re.compile("<language>")


def test_only_addresses_without_an_id_are_left_out():
    assert {address for address in TAKE_NO_ID if "<" in PLAIN.sub("", address)} == set()
    assert {*TAKE_NO_ID, *TAKE_A_CODE} - ADDRESSES.keys() == set()


@pytest.mark.parametrize("address", TRIED)
def test_an_id_of_somebody_else_leads_nowhere_and_changes_nothing(address, world):
    rows = [row for row in ROWS if row.address == address]
    trials = [trial for row in rows for trial in trials_of(row, world)] + more_trials(address, world)
    assert trials, "an address that takes an id has to be tried with one of somebody else"

    answers = {str(trial): ask(trial, world) for trial in trials}

    assert answers == {str(trial): trial.status for trial in trials}
    assert changed(world) == set()


def changed(world: World) -> set[str]:
    now = digest()
    return {table for table in now if now[table] != world.untouched.get(table)}


def test_the_digest_sees_every_table_and_one_row_that_changes(world):
    tables = {table.removeprefix("default.") for table in world.untouched}
    ours = [model for model in apps.get_models() if model._meta.app_label != "vault_tests"]
    models = {model._meta.db_table for model in ours if not PASSING.search(model._meta.db_table)}
    assert {table for table in models if table not in tables and f"keys.{table}" not in tables} == set()

    Practice.objects.filter(pk=world.names["public"]).update(reports=3)

    assert changed(world) == {"default.compendium_practice"}


# ── keys of somebody with two homes ──


def test_a_key_opens_only_the_organisation_that_it_was_made_for(world):
    """Its person belongs to both: the key of one is no way to the other's drafts."""
    bellmare = Organisation.objects.get(names__en="Bellmare")
    Membership.objects.create(person=world.persons["contributor"], organisation=bellmare, role="contributor")
    before = digest()
    key = Client(headers={"Authorization": f"Bearer {world.tokens['contributor']}"})
    theirs = world.objects["Bellmare"]
    body = json.dumps({"revision": 1, "content": {"limits": "Few."}})

    assert key.get(f"/api/v1/drafts/{world.names['draft']}").status_code == 200
    assert key.get(f"/api/v1/drafts/{theirs['draft']}").status_code == 404
    answer = key.patch(f"/api/v1/drafts/{theirs['draft']}", body, content_type="application/json")
    assert answer.status_code == 404
    owned = json.dumps({"practice": theirs["practice"]})
    assert key.post("/api/v1/drafts", owned, content_type="application/json").status_code == 404
    listed = {draft["id"] for draft in key.get("/api/v1/drafts").json()["results"]}
    assert world.names["draft"] in listed
    assert theirs["draft"] not in listed
    assert digest() == before


def test_whoever_has_two_homes_acts_for_one_at_a_time(world):
    bellmare = Organisation.objects.get(names__en="Bellmare")
    Membership.objects.create(person=world.persons["contributor"], organisation=bellmare, role="contributor")
    client, theirs = world.clients["contributor"], world.objects["Bellmare"]["draft"]

    assert client.post(f"/en/drafts/{theirs}/give-up/").status_code == 404
    client.post("/en/account/act-for/", {"organisation": str(bellmare.pk)})
    assert client.get(f"/en/drafts/{theirs}/").status_code == 200
    assert client.post(f"/en/drafts/{world.names['draft']}/give-up/").status_code == 404
    assert Draft.objects.get(pk=world.names["draft"]).state == "draft"


@pytest.mark.parametrize(
    ("path", "said", "made"),
    [
        ("/en/drafts/new/", {"title": "X", "language": "en"}, "draft"),
        ("/en/account/api-keys/new/", {"name": "X", "scopes": "desk:read", "days": "30"}, "key"),
        ("/en/practices/{public}/applications/new/", {
            "outcome": "worked", "place": "Here", "result": "Fewer", "language": "en", "edition": "1",
            "visibility": "states", "unclassified": "on", "right_to_share": "on",
        }, "application"),
    ],
)  # fmt: skip
def test_what_is_made_belongs_to_who_makes_it_whatever_else_is_sent(path, said, made, world):
    """No field that a form doesn't have decides anything: owner, author, state."""
    theirs = world.objects["Bellmare"]
    more = dict.fromkeys(
        ("owner", "owner_id", "organisation", "organisation_id", "for"), theirs["organisation"]
    )
    more |= dict.fromkeys(("author", "author_id", "person", "person_id", "reviewer"), theirs["person"])
    more |= {
        "state": "published",
        "practice": theirs["practice"],
        "practice_id": theirs["practice"],
        "id": NOTHING,
    }
    models = {"draft": "compendium.Draft", "key": "accounts.ApiKey", "application": "compendium.Application"}
    rows = apps.get_model(models[made]).objects.all()
    before = set(rows.values_list("pk", flat=True))

    with transaction.atomic():
        world.clients["contributor"].post(path.format_map(world.names), more | said)

    new = rows.exclude(pk__in=before).get()
    home, person = ("organisation", "person") if made == "key" else ("owner", "author")
    arlandia, contributor = world.objects["Arlandia"]["organisation"], world.persons["contributor"]
    assert str(getattr(new, f"{home}_id")) == arlandia
    assert getattr(new, f"{person}_id") == contributor.pk
    assert str(new.pk) != NOTHING
    if made != "key":
        assert new.state in {"draft", "sent"}
        assert new.practice_id != theirs["practice"]
