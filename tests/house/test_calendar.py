"""The calendar of a person: what has a date on their desks, as programs read it."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from icalendar import Calendar

from chemsec.compendium.drafts.tests.making import make_cast, written
from chemsec.exchange import calendars
from chemsec.platform.access import SYSTEM
from chemsec.platform.accounts import desk
from chemsec.platform.accounts import flows as accounts
from chemsec.platform.accounts.models import Membership, Person, Role
from chemsec.platform.accounts.software import flows
from chemsec.platform.accounts.tests.people import organisation

pytestmark = pytest.mark.usefixtures("compendium")


@pytest.fixture
def cast():
    made = make_cast()
    for person in Person.objects.all():
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return made


def read(client, secret):
    response = client.get(f"/calendar/{secret}.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "no-store, private"
    return Calendar.from_ical(response.content)


def test_a_date_on_the_desk_is_an_all_day_event(client, cast):
    draft = cast.bring(written(cast.author), "changes_asked")
    written(cast.author)  # without a date
    calendar = read(client, flows.make_feed(by=cast.author))

    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    (event,) = calendar.events
    assert event["SUMMARY"] == "Revise and submit it again"
    assert event["URL"] == f"http://localhost:8000/en/drafts/{draft.pk}/edit/"
    assert event.start == draft.due.date()
    assert type(event.start) is date
    assert event.end - event.start == timedelta(days=1)
    assert event["DTSTAMP"].dt == draft.since.replace(microsecond=0)
    assert event["TRANSP"] == "TRANSPARENT"


def test_an_event_keeps_its_name_in_any_language(client, cast):
    cast.bring(written(cast.author), "changes_asked")
    secret = flows.make_feed(by=cast.author)
    english = read(client, secret).events[0]
    Person.objects.update(language="ar")
    arabic = read(client, secret).events[0]

    assert english["UID"] == arabic["UID"]
    assert arabic["URL"].startswith("http://localhost:8000/ar/")
    assert arabic["SUMMARY"] != english["SUMMARY"]


def test_titles_of_drafts_stay_behind_the_sign_in(client, cast):
    cast.bring(written(cast.author, title="Zyzzyva"), "changes_asked")
    secret = flows.make_feed(by=cast.author)

    assert read(client, secret).events[0]["SUMMARY"] == "Revise and submit it again"
    assert "Zyzzyva" not in client.get(f"/calendar/{secret}.ics").text


def test_it_covers_all_seats_of_a_person_once(client, cast):
    cast.bring(written(cast.author), "changes_asked")
    person = Person.objects.get(pk=cast.author.person)
    other = organisation("state", "Bellmare")
    Membership.objects.create(person=person, organisation=other, role=Role.CONTRIBUTOR)
    secret = flows.make_feed(by=cast.author)
    assert len(read(client, secret).events) == 1

    Authenticator.objects.filter(user=person).delete()
    assert read(client, secret).events == [], "as on the desk itself: not without the second factor"


def test_it_ends_with_the_next_request(client, cast):
    cast.bring(written(cast.author), "changes_asked")
    secret = flows.make_feed(by=cast.author)
    Membership.objects.filter(person=cast.author.person).update(role=Role.READER)
    assert len(read(client, secret).events) == 1
    member = Membership.objects.get(person=cast.author.person)
    accounts.end_membership(member, by=cast.author)
    assert read(client, secret).events == []

    for end in (flows.revoke_feed, flows.make_feed):
        secret = flows.make_feed(by=cast.author)
        end(by=cast.author)
        assert client.get(f"/calendar/{secret}.ics").status_code == 404
    secret = flows.make_feed(by=cast.author)
    accounts.close_account(Person.objects.get(pk=cast.author.person), "Left.", by=SYSTEM)
    assert client.get(f"/calendar/{secret}.ics").status_code == 404


@pytest.mark.parametrize("secret", ["wrong", "%20", "x" * 2_000])
def test_a_wrong_secret_opens_nothing(client, cast, secret):
    flows.make_feed(by=cast.author)

    assert client.get(f"/calendar/{secret}.ics").status_code == 404


def test_what_is_hidden_changes_nothing_in_it(client, cast):
    cast.bring(written(cast.stranger), "changes_asked", author=cast.stranger)
    secret = flows.make_feed(by=cast.stranger)
    without = client.get(f"/calendar/{secret}.ics").content
    for state in ("draft", "submitted", "changes_asked", "accepted"):
        cast.bring(written(cast.author), state)

    assert client.get(f"/calendar/{secret}.ics").content == without


@pytest.mark.parametrize("title", ["A\nBEGIN:VALARM", "; , \\ “x”", "م" * 300, "🧪 \u202e x"])
def test_a_title_breaks_no_line(cast, title):
    cast.bring(written(cast.author), "changes_asked")
    person = Person.objects.get(pk=cast.author.person)
    item = desk.items(cast.author)[desk.Section.WAITING][0]
    public = desk.Item(**vars(item) | {"title": title, "is_confidential": False})
    event = calendars._event(person, public, item.due.date())

    again = type(event).from_ical(event.to_ical())
    assert again["SUMMARY"] == f"{item.what}: {title}"
    assert all(len(line) <= 75 for line in event.to_ical().splitlines())
