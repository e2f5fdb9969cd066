"""Sessions end when nobody uses them, and stay while somebody does."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.house.cast import sign_in

from chemsec.platform.accounts.middleware import NOTED, SEEN
from chemsec.platform.accounts.tests.people import person

pytestmark = pytest.mark.django_db
IDLE = timedelta(hours=settings.CHEMSEC_IDLE_HOURS)


def leave_alone(client, seconds):
    """The session as it is after nobody used it for so long."""
    session = client.session
    session[SEEN] = int(time.time()) - seconds
    session.save()
    Session.objects.update(expire_date=timezone.now() + IDLE - timedelta(seconds=seconds))


def writes(client):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/en/desk/")
    return [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_session_that_is_used_goes_on():
    client = sign_in(person("found"))
    leave_alone(client, IDLE.total_seconds() - 60)
    answer = client.get("/en/desk/")

    assert answer.status_code == 200
    assert Session.objects.get().expire_date > timezone.now() + IDLE - timedelta(minutes=1)
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == IDLE.total_seconds()


def test_a_session_that_nobody_used_is_over():
    client = sign_in(person("found"))
    assert client.get("/en/desk/").status_code == 200
    leave_alone(client, IDLE.total_seconds() + 1)

    assert client.get("/en/desk/")["Location"].startswith("/en/account/login/")


def test_it_is_written_once_in_a_few_minutes():
    client = sign_in(person("found"))
    assert [sql.split()[1] for sql in writes(client)] == ['"django_session"']
    assert writes(client) == []
    leave_alone(client, NOTED + 1)
    assert len(writes(client)) == 1


def test_for_a_visitor_nothing_is_written(client):
    client.get("/en/about/")
    assert not Session.objects.exists()
    session = client.session  # as one has who was told something
    session["told"] = "Signed out."
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/about/")

    assert [one["sql"] for one in queries if "UPDATE" in one["sql"]] == []
    assert SEEN not in client.session
