"""The pages of the compendium, as a reader gets them."""

import json
import re

import pytest

from chemsec.compendium import flows
from chemsec.compendium.access import SYSTEM
from chemsec.compendium.models import Gap, Practice

from .drafts import draft

pytestmark = pytest.mark.usefixtures("compendium")


def text(response) -> str:
    """A page as plain words."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_home_tells_what_the_portal_knows(client):
    page = text(client.get("/en/"))

    assert "Practices 134" in page or "134 Practices" in page
    assert "Storage 97 practices" in page


def test_a_practice_says_what_it_does_not_know(client):
    page = text(client.get("/en/practices/us-bmap/"))

    assert "Requirements not stated Does it work?" in page
    assert "Limits not stated" in page
    assert "Compiled, not yet confirmed by its publisher" in page


def test_a_machine_translation_says_so_and_leads_to_the_source(client):
    response = client.get("/fr/practices/us-bmap/")

    assert b'<a href="/en/practices/us-bmap/" lang="en"' in response.content
    assert b'<h1 lang="fr" dir="ltr">' in response.content


def test_a_text_that_is_not_there_is_shown_in_its_own_language(client):
    flows.publish_edition("arlandia-locks", draft(), by=SYSTEM)

    response = client.get("/ar/practices/arlandia-locks/")

    assert b'<html lang="ar" dir="rtl">' in response.content
    assert b'<h1 lang="en" dir="ltr">Locks for small stores</h1>' in response.content


def test_what_is_cited_leads_to_the_readers_language(client):
    answer = client.get("/practices/us-bmap/editions/1/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})

    assert (answer.status_code, answer["Location"]) == (302, "/zh-hans/practices/us-bmap/editions/1/")


def test_an_earlier_edition_stays_and_says_that_there_is_a_later_one(client):
    flows.publish_edition("arlandia-locks", draft(), by=SYSTEM)
    flows.publish_edition("arlandia-locks", draft(source={"title": "Locks and keys"}), by=SYSTEM)

    first = text(client.get("/en/practices/arlandia-locks/editions/1/"))
    current = text(client.get("/en/practices/arlandia-locks/"))

    assert "Locks for small stores" in first
    assert "You read edition 1, which stays as it was." in first
    assert "Locks and keys" in current
    assert "which stays as it was" not in current


def test_a_new_edition_is_what_the_next_request_gets(client):
    flows.publish_edition("arlandia-locks", draft(), by=SYSTEM)
    before = client.get("/en/practices/arlandia-locks/")
    flows.publish_edition("arlandia-locks", draft(source={"title": "Locks and keys"}), by=SYSTEM)

    after = client.get("/en/practices/arlandia-locks/", headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert "Locks and keys" in text(after)


def test_what_the_browser_has_is_not_sent_again(client):
    etag = client.get("/en/practices/us-bmap/")["ETag"]

    again = client.get("/en/practices/us-bmap/", headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_a_withdrawn_practice_shows_why_and_not_its_content(client):
    flows.publish_edition("arlandia-locks", draft(), by=SYSTEM)
    flows.withdraw_practice(Practice.objects.get(pk="arlandia-locks"), "Its law was repealed.", by=SYSTEM)

    page = text(client.get("/en/practices/arlandia-locks/"))

    assert "Its law was repealed." in page
    assert "A guideline on locks" not in page


def test_linked_data_cannot_end_its_script(client):
    flows.publish_edition("arlandia-locks", draft(source={"title": "</script><b>x & y"}), by=SYSTEM)

    body = client.get("/en/practices/arlandia-locks/").content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', body, re.DOTALL)[1])

    assert data["name"] == "</script><b>x & y"
    assert data["@type"] == "HowTo"
    assert "<b>x" not in body


def test_the_facets_come_alone_where_a_script_asks(client):
    part = client.get("/en/practices/?stage=storage", headers={"HX-Request": "true"})

    assert part.content.lstrip().startswith(b'<div class="browse">')
    assert b"<html" not in part.content


@pytest.mark.parametrize(
    "query",
    ["stage=nowhere", "sort=luck", "view=film", "page=0", "page=x", "page=%D9%A3", "page=" + "9" * 400],
)
def test_a_wrong_value_gets_a_page_that_helps(client, query):
    answer = client.get(f"/en/practices/?{query}")

    assert answer.status_code == 400
    assert "All practices" in text(answer)


def test_a_page_beyond_the_last_does_not_exist(client):
    assert client.get("/en/practices/?page=8").status_code == 404
    assert client.get("/en/search/?q=theft&page=40").status_code == 404
    assert (
        client.get("/en/practices/?stage=recycling&measure=cyber_and_information_security").status_code == 200
    )


def test_an_empty_list_says_what_one_can_do(client):
    page = text(
        client.get("/en/practices/?stage=recycling&measure=cyber_and_information_security&audience=customs")
    )

    assert "No practice fits all of this." in page


def test_the_matrix_says_what_one_can_do_about_an_empty_cell(client):
    narrowed = "rows=audience&document=training"
    table = client.get(f"/en/practices/coverage/?{narrowed}").content.decode()
    empty = re.search(r'href="\?(rows=audience[^"#]*empty=customs:recycling)', table)[1].replace("&amp;", "&")

    page = text(client.get(f"/en/practices/coverage/?{empty}"))

    assert "Customs, Recycling: nobody has shared a practice here yet." in page


def test_a_question_that_found_nothing_is_kept_where_its_asker_ticks_so(client):
    client.post("/en/search/gap/", {"q": "Who  guards the moon?"})
    assert not Gap.objects.filter(text="Who guards the moon?").exists()

    client.post("/en/search/gap/", {"q": "Who  guards the moon?", "tell": "1"})
    assert Gap.objects.filter(text="Who guards the moon?", language="en").exists()


def test_a_question_too_long_is_refused_with_the_limit(client):
    answer = client.get("/en/search/", {"q": "x" * 2001})

    assert answer.status_code == 400
    assert "at most 2000 characters" in text(answer)


def test_the_list_in_the_browser_grows_shrinks_and_can_be_passed_on(client):
    client.post("/en/list/change/?id=us-bmap")
    client.post("/en/list/change/?id=uk-supplying-precursors-poisons")
    assert client.cookies["list"].value == "us-bmap.uk-supplying-precursors-poisons"
    assert "Bomb-Making Materials" in text(client.get("/en/list/"))

    client.post("/en/list/change/?id=us-bmap")
    assert "Bomb-Making Materials" not in text(client.get("/en/list/"))

    client.cookies.clear()
    passed_on = text(client.get("/en/list/?id=us-bmap"))
    assert "A list that somebody passed on" in passed_on
    assert "Bomb-Making Materials" in passed_on


def test_a_broken_list_cookie_shows_an_empty_list(client):
    client.cookies["list"] = "../../etc.%00.<b>.x" + "." * 3000

    answer = client.get("/en/list/")

    assert answer.status_code == 200
    assert "Your list is empty." in text(answer)


def test_four_stand_side_by_side_and_no_fifth(client):
    ids = list(Practice.objects.values_list("pk", flat=True)[:5])

    assert client.get("/en/practices/compare/", {"id": ids[:4]}).status_code == 200
    refused = client.get("/en/practices/compare/", {"id": ids})
    assert refused.status_code == 400
    assert "That can’t be done as asked" in text(refused)


def test_a_citation_keeps_its_address_readable_in_arabic(client):
    body = client.get("/ar/practices/us-bmap/").content.decode()

    assert '<bdi dir="ltr">http://localhost:8000/practices/us-bmap/editions/1/</bdi>' in body


def test_needs_that_are_nowhere_stated_are_said_once(client):
    edition = flows.publish_edition("arlandia-locks", draft(source={"title": "Locks"}), by=SYSTEM)
    silent = text(client.get(f"/en/practices/{edition.practice_id}/"))
    flows.publish_edition("arlandia-locks", draft(source={"needs_law": "A decree."}), by=SYSTEM)
    telling = text(client.get(f"/en/practices/{edition.practice_id}/"))

    assert "Requirements not stated" in silent
    assert "Law A decree. Staff not stated Time not stated Money not stated" in telling
