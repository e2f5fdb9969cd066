"""Walk docs/access.md: each address has its rows, each row's request is made. Nothing writes the table."""

import re
from copy import deepcopy
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.test import Client
from tests import databases
from tests.databases import HOUSE
from tests.house.cast import PERSONS, clients_of, make_cast, make_keys, make_persons

from chemsec.platform import caching
from chemsec.platform.accounts.models import Person
from chemsec.platform.checks import walk_urls

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Row:
    address: str
    method: str
    path: str
    body: str
    is_for_everyone: bool
    is_by_key: bool  # of the person's own, without a session
    answers: tuple[tuple[str, int], ...]  # person and status

    def __str__(self):
        return f"{self.method} {self.path} {self.body}".strip()


def read_table() -> list[Row]:
    """The rows of every table. The column `everyone` stands for all persons, where nobody is told apart."""
    rows, address, heads = [], "", []
    for line in (HOUSE / "docs" / "access.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if cells[0] == "address":
            heads = cells
        if not line.startswith("|") or cells[0] == "address" or set(cells[0]) == {"-"}:
            continue
        address = cells[0] or address
        method, path, *body = cells[1].split(" ", 2)
        written = dict(zip(heads[2:-1], map(int, cells[2:-1]), strict=True))
        for_everyone = "everyone" in written
        answers = dict.fromkeys(PERSONS, written["everyone"]) if for_everyone else written
        by_key = heads[1] == "request by key"
        rows.append(Row(address, method, path, "".join(body), for_everyone, by_key, tuple(answers.items())))
    return rows


ROWS = read_table()
SOME_PERSONS = ("visitor", "contributor", "editor")  # where all are alike, these stand for the others
ADDRESSES = {row.address: row for row in reversed(ROWS)}  # the first row of each


@dataclass
class Cast:
    clients: dict[str, Client]
    names: dict[str, str]
    tokens: dict[str, str]  # of API keys
    persons: dict[str, Person | None]


@pytest.fixture(scope="session")
def _made(loaded, django_db_setup, django_db_blocker):
    """An installation with all content and the cast: made once, since every row needs it."""
    instance = databases.clone(loaded, "cast")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        persons = make_persons()
        names, tokens = make_cast(persons), make_keys(persons)
        cookies = {column: client.cookies for column, client in clients_of(persons).items()}
        connection.close()
    return instance, names, cookies, tokens, persons


@pytest.fixture
def _on_the_cast(_made, django_db_blocker):
    caching.forget()
    with django_db_blocker.unblock(), databases.switched_to(_made[0]):
        yield


@pytest.fixture
def cast(_made, _on_the_cast, db, settings):
    settings.CHEMSEC_DEMO = True
    _instance, names, cookies, tokens, persons = _made
    clients = {column: Client() for column in cookies}
    for column, client in clients.items():
        client.cookies = deepcopy(cookies[column])
    return Cast(clients, names, tokens, persons)


def send(method: str, row: Row, cast: Cast, person: str = "visitor"):
    """The request as this person makes it. What it changes is undone, so that the next finds the same."""
    path = re.sub(r"\{(\w+)\}", lambda match: cast.names[match[1]], row.path)
    body = re.sub(r"\{(\w+)\}", lambda match: cast.names[match[1]], row.body)
    kind = "application/json" if row.body.startswith("{") else "application/x-www-form-urlencoded"
    before = transaction.savepoint()
    try:
        if row.is_by_key:
            return by_key(cast, person).generic(method, path, body, content_type=kind)
        return cast.clients[person].generic(method, path, body, content_type=kind)
    finally:
        transaction.savepoint_rollback(before)


def by_key(cast: Cast, person: str) -> Client:
    """A program of this person; all but one have set up the second factor that a key may ask for."""
    if person not in cast.tokens:
        return Client()
    if person != "no factor":
        Authenticator.objects.create(user=cast.persons[person], type=Authenticator.Type.TOTP, data={})
    return Client(headers={"Authorization": f"Bearer {cast.tokens[person]}"})


def test_every_address_has_its_row_and_every_row_an_address():
    assert sorted(ADDRESSES) == sorted({f"/{address}" for address, _view in walk_urls()})


def test_every_row_speaks_of_every_person():
    assert {str(row): dict(row.answers).keys() ^ PERSONS.keys() for row in ROWS} == {
        str(row): set() for row in ROWS
    }


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_answer_is_the_one_written(row, cast, request):
    some = row.is_for_everyone and not request.config.getoption("long")
    persons = SOME_PERSONS if some else tuple(PERSONS)
    answers = {person: send(row.method, row, cast, person) for person in persons}

    written = {person: status for person, status in row.answers if person in persons}
    assert {person: answer.status_code for person, answer in answers.items()} == written
    kept = {person for person, answer in answers.items() if "no-store" not in answer.get("Cache-Control", "")}
    signed_in = set(persons) - {"visitor"}
    assert kept & signed_in == set(), "what is made for somebody signed in is kept by nobody"


@pytest.mark.parametrize("row", ADDRESSES.values(), ids=lambda row: row.address)
def test_a_method_that_has_no_row_is_refused(row, cast):
    written = {other.method for other in ROWS if other.address == row.address}
    unwritten = [
        (method, person) for method in METHODS if method not in written for person in ("visitor", "editor")
    ]

    assert {key: send(key[0], row, cast, key[1]).status_code for key in unwritten} == dict.fromkeys(
        unwritten, 405
    )


@pytest.mark.parametrize(
    "row",
    [
        *ROWS,
        Row("", "GET", "/en/no-such-page/", "", True, False, ()),
        Row("", "GET", "/en/?q=%00", "", True, False, ()),
    ],
    ids=str,
)
def test_every_answer_has_the_security_headers(row, cast):
    response = send(row.method, row, cast)

    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert policy["frame-ancestors"] == "'none'"
    # The page made for frames has the policy alone: the older header can't name the sites that may.
    framed = {"X-Frame-Options": None} if row.address.endswith("/embed/") else {}
    assert {name: response.get(name) for name in HEADERS} == HEADERS | framed
