"""The Atom feed of a list: new editions and withdrawals."""

from datetime import datetime

import pytest
from django.conf import settings
from lxml import etree

from chemsec.compendium import public as compendium
from chemsec.platform.access import ANYONE

pytestmark = pytest.mark.usefixtures("compendium")

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def read(client, path="/en/practices/feed/"):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return etree.fromstring(response.content)


def entries(feed, field: str) -> list[str]:
    return [str(text) for text in feed.xpath(f"a:entry/a:{field}", namespaces=ATOM)]


def test_a_feed_has_what_atom_asks_for(client):
    feed = read(client, "/en/practices/feed/?stage=storage")

    for parent in (feed, *feed.iterfind("a:entry", ATOM)):
        for required in ("id", "title", "updated", "author/a:name"):
            assert len(parent.xpath(f"a:{required}", namespaces=ATOM)) == 1
        assert datetime.fromisoformat(parent.findtext("a:updated", namespaces=ATOM)).tzinfo
    links = {link.get("rel"): link.get("href") for link in feed.iterfind("a:link", ATOM)}
    assert links == {
        "alternate": f"{settings.CHEMSEC_BASE_URL}/en/practices/?stage=storage",
        "self": f"{settings.CHEMSEC_BASE_URL}/en/practices/feed/?stage=storage",
    }
    assert len(set(entries(feed, "id/text()"))) == len(feed.findall("a:entry", ATOM)) == 50


def test_a_new_edition_comes_first_under_the_address_by_which_it_is_cited(client, ids, publish):
    publish(ids[0])

    feed = read(client)
    assert entries(feed, "title/text()")[0] == "Locks for small stores"
    assert entries(feed, "id/text()")[0] == f"{settings.CHEMSEC_BASE_URL}/practices/{ids[0]}/editions/2/"


def test_an_entry_keeps_its_id_in_every_language(client):
    french, arabic = read(client, "/fr/practices/feed/"), read(client, "/ar/practices/feed/")

    assert entries(french, "id/text()") == entries(arabic, "id/text()")
    assert entries(french, "title/text()") != entries(arabic, "title/text()")
    assert arabic.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"


def test_a_withdrawal_is_an_entry_that_says_why(client, ids, withdraw):
    summary = compendium.by_ids(ANYONE, ids[:1], language="en")[0].text.summary
    withdraw(ids[0])

    feed = read(client)
    assert entries(feed, "id/text()")[0].endswith(f"/practices/{ids[0]}/editions/1/#withdrawn")
    assert entries(feed, "title/text()")[0].startswith("Withdrawn: ")
    assert entries(feed, "summary/text()")[0] == "Its publisher asked for it."
    assert summary not in entries(feed, "summary/text()")


def test_the_filters_are_those_of_the_list(client):
    feed = read(client, "/en/practices/feed/?stage=recycling&evidence=evaluated")

    chosen = compendium.filtered(
        ANYONE, compendium.Filters({"stage": ("recycling",), "evidence": ("evaluated",)})
    )
    assert {link.split("/practices/")[1].split("/")[0] for link in entries(feed, "id/text()")} == {
        practice.pk for practice in chosen
    }


def test_an_unknown_value_is_refused(client):
    assert client.get("/en/practices/feed/?stage=nowhere").status_code == 400
