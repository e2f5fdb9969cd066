import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.house.cast import sign_in

from chemsec.compendium import flows as practices
from chemsec.compendium.access import ANYONE, SYSTEM
from chemsec.compendium.applications.flows import send_signal
from chemsec.compendium.drafts.tests.making import make_cast, written
from chemsec.compendium.models import Link, Practice
from chemsec.compendium.tests.drafts import draft
from chemsec.compendium.upkeep import flows
from chemsec.platform.accounts.models import Person

pytestmark = pytest.mark.usefixtures("compendium")

DESK = "/en/editors/"


@pytest.fixture
def cast():
    return make_cast()


def browser_of(actor):
    return sign_in(Person.objects.get(pk=actor.person))


def csv_of(client, code):
    made = client.get(f"{DESK}{code}/list.csv").getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(made)))


def test_the_desk_shows_what_waits_grows_stale_is_broken_and_missing(cast):
    cast.bring(written(cast.author), "submitted")
    source = "https://a.example/gone"
    compiled = practices.publish_edition("compiled-locks", draft(facts={"url": source}), by=SYSTEM).practice
    Practice.objects.filter(pk=compiled.pk).update(review_by=timezone.localdate() - timedelta(days=3))
    failing = {"state": "fails", "failures": 3, "status": 404, "fault": "answer"}
    Link.objects.create(url=source, due_at=timezone.now(), failing_since=timezone.now(), **failing)
    practices.keep_gap("drones over stores", "en", by=ANYONE)
    send_signal(compiled, "wrong", by=ANYONE)

    page = browser_of(cast.reviewer).get(DESK).text

    for shown in ("Count the drums each evening", source, "(404)", "drones over stores"):
        assert shown in page
    assert page.count("Locks for small stores") == 3, "stale, broken and doubted"


def test_a_link_that_failed_twice_isnt_shown_yet(cast):
    source = "https://a.example/gone"
    practices.publish_edition("compiled-locks", draft(facts={"url": source}), by=SYSTEM)
    Link.objects.create(url=source, due_at=timezone.now(), state="fails", failures=2, fault="silent")

    assert source not in browser_of(cast.reviewer).get(DESK).text


def test_a_list_is_a_file_too_and_safe_to_open(cast):
    practices.keep_gap("=cmd|' /C calc'!A0", "en", by=ANYONE)

    lines = csv_of(browser_of(cast.reviewer), "searches")

    assert lines[0] == ["Question", "Language", "Asked on"]
    assert lines[1][0] == "'=cmd|' /C calc'!A0"


def test_a_question_that_was_seen_to_leaves_the_list(cast):
    gap = practices.keep_gap("drones over stores", "en", by=ANYONE)
    client = browser_of(cast.reviewer)

    page = client.post(f"/en/editors/searches/{gap.pk}/settle/", follow=True).text

    assert "Every question has been seen to" in page


def test_drafts_that_nobody_submitted_stay_their_writers(cast):
    written(cast.author)

    assert "Count the drums" not in browser_of(cast.reviewer).get(DESK).text


def test_the_successor_is_named_by_its_address(cast):
    made = practices.publish_edition("arlandia-locks", draft(), by=SYSTEM, owner=cast.arlandia.pk).practice
    client, page = browser_of(cast.author), "/en/practices/arlandia-locks/withdraw/"
    said = {"reason": "Replaced.", "language": "en"}

    wrong = client.post(page, said | {"successor": "https://elsewhere.example/practices/none/"})
    assert "No practice has this address" in wrong.text
    assert "Replaced." in wrong.text, "nothing is lost"

    client.post(page, said | {"successor": "http://localhost:8000/ar/practices/us-bmap/?x=1#y"})
    assert made.withdrawals.get().successor_id == "us-bmap"


def test_the_page_of_what_is_withdrawn_stands_in_the_reasons_own_direction(cast, client):
    made = practices.publish_edition("arlandia-locks", draft(), by=SYSTEM, owner=cast.arlandia.pk).practice
    proposed = flows.propose_withdrawal(made, by=cast.author, reason="أُلغي القانون.", language="ar")
    flows.carry_out_withdrawal(proposed, by=cast.reviewer)

    page = client.get("/en/practices/arlandia-locks/").text

    assert '<dd lang="ar" dir="rtl"><p' in page or '<dd lang="ar" dir="rtl">أُلغي القانون.' in page


def test_the_owner_finds_what_is_due_on_the_desk(cast):
    made = practices.publish_edition(
        "arlandia-locks", draft(), by=SYSTEM, owner=cast.arlandia.pk, keeper=cast.author.person
    ).practice
    Practice.objects.filter(pk=made.pk).update(review_by=timezone.localdate() + timedelta(days=10))
    flows.remind(made, by=SYSTEM)

    assert "/en/practices/arlandia-locks/confirm/" in browser_of(cast.author).get("/en/desk/").text
    assert "/en/practices/arlandia-locks/confirm/" not in browser_of(cast.colleague).get("/en/desk/").text

    browser_of(cast.author).post("/en/practices/arlandia-locks/confirm/", {"days": "365"})
    assert "Confirm that it still holds" not in browser_of(cast.author).get("/en/desk/").text
