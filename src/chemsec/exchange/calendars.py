"""A person's dates as a calendar that programs subscribe to (RFC 5545, 7986).

All-day events, since Google's and Microsoft's calendars show no tasks of a subscription. They block no time.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit
from uuid import uuid5

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from chemsec.platform import languages
from chemsec.platform.accounts import desk
from chemsec.platform.accounts import public as accounts

REFRESH = timedelta(hours=1)  # programs that heed it look again then


def write(person: accounts.Person) -> bytes:
    """What has a date on the desks of all organisations that the person acts for, in the active language."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chemical Security Portal//desk//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("Chemical Security Portal")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    events = {event["uid"]: event for event in _events(person)}  # two seats may show the same
    for event in events.values():
        calendar.add_component(event)
    return calendar.to_ical()


def _events(person: accounts.Person) -> Iterator[Event]:
    for actor in accounts.seats_of(person):
        for items in desk.items(actor).values():
            for item in items:
                if item.due:
                    yield _event(person, item, item.due.date())


def _event(person: accounts.Person, item: desk.Item, due: date) -> Event:
    page = item.url.removeprefix(f"/{languages.current().code}/")  # the same in any language
    name = uuid5(person.pk, f"{item.section} {page}")
    event = Event()
    event.add("uid", f"{name}@{urlsplit(settings.CHEMSEC_BASE_URL).hostname}")
    event.add("dtstamp", item.since)
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", item.what if item.is_confidential else f"{item.what}: {item.title}")
    event.add("url", settings.CHEMSEC_BASE_URL + item.url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
