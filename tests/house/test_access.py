"""Walk docs/access.md: each address has its rows, each row's request is made. Nothing writes the table."""

import re
from dataclasses import dataclass

import pytest
from django.test import Client
from tests.databases import HOUSE
from tests.house.cast import make_cast

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
    anyone: int

    def __str__(self):
        return f"{self.method} {self.path} {self.body}".strip()


def read_table() -> list[Row]:
    rows, address = [], ""
    for line in (HOUSE / "docs" / "access.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        if not line.startswith("|") or cells[0] == "address" or set(cells[0]) == {"-"}:
            continue
        address = cells[0] or address
        method, path, *body = cells[1].split(" ", 2)
        rows.append(Row(address, method, path, "".join(body), int(cells[2])))
    return rows


ROWS = read_table()
ADDRESSES = {row.address: row for row in reversed(ROWS)}  # the first row of each


@pytest.fixture
def cast(compendium):
    return make_cast()


def send(method: str, row: Row, cast: dict[str, str]):
    path = re.sub(r"\{(\w+)\}", lambda match: cast[match[1]], row.path)
    kind = "application/json" if row.body.startswith("{") else "application/x-www-form-urlencoded"
    return Client().generic(method, path, row.body, content_type=kind)


def test_every_address_has_its_row_and_every_row_an_address():
    assert sorted(ADDRESSES) == sorted({f"/{address}" for address, _view in walk_urls()})


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_answer_is_the_one_written(row, cast):
    assert send(row.method, row, cast).status_code == row.anyone


@pytest.mark.parametrize("row", ADDRESSES.values(), ids=lambda row: row.address)
def test_a_method_that_has_no_row_is_refused(row, cast):
    written = {other.method for other in ROWS if other.address == row.address}

    assert {method: send(method, row, cast).status_code for method in METHODS if method not in written} == {
        method: 405 for method in METHODS if method not in written
    }


@pytest.mark.parametrize(
    "row",
    [*ROWS, Row("", "GET", "/en/no-such-page/", "", 404), Row("", "GET", "/en/?q=%00", "", 400)],
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
