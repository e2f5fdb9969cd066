"""API keys and the calendar's secret address: who makes them, whom they let in, and when no longer."""

import logging
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from tests.house.cast import sign_in

from chemsec.platform import limits
from chemsec.platform.accounts import flows as accounts
from chemsec.platform.accounts.models import (
    ApiKey,
    CalendarFeed,
    Membership,
    Notice,
    Organisation,
    Person,
    Role,
)
from chemsec.platform.accounts.software import access, flows
from chemsec.platform.accounts.tests.people import member, organisation
from chemsec.platform.audit import log
from chemsec.platform.logs import HideSecrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return member("company", Role.CONTRIBUTOR)


def make(by, name="A script", scopes=("desk:read",), days=30):
    return flows.make_key(name, scopes, days, by=by)


def actor_of(token):
    key = access.find_key(token)
    return access.actor_of_key(key) if key else None


def test_a_key_acts_with_the_rights_of_its_person(writer):
    key, token = make(writer)

    actor = actor_of(token)
    assert actor == replace(writer, key=key.pk)
    assert token.startswith(f"csp_{key.pk}_")
    assert len(token.rpartition("_")[2]) == 64, "256 bits"


def test_the_token_is_kept_nowhere(writer):
    _key, token = make(writer)

    secret = token.rpartition("_")[2]
    rows = [*ApiKey.objects.values(), *Notice.objects.values()]
    assert secret not in str(rows)
    assert secret not in str(list(log.said("make_key")))


@pytest.mark.parametrize("spoil", [str.upper, lambda token: token[:-1], lambda token: "csx" + token[3:]])
def test_a_token_that_is_not_whole_opens_nothing(writer, spoil):
    _key, token = make(writer)

    assert access.find_key(spoil(token)) is None
    assert access.find_key("") is None


def test_a_revoked_key_opens_nothing(writer):
    key, token = make(writer)
    flows.revoke_key(key, by=writer)

    assert actor_of(token) is None
    with pytest.raises(ValidationError, match="revoked already"):
        flows.revoke_key(key, by=writer)


def test_an_expired_key_opens_nothing_and_its_name_is_free_again(writer):
    key, token = make(writer)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now())

    assert actor_of(token) is None
    make(writer)
    assert ApiKey.objects.filter(ended_at__isnull=True).count() == 1


def test_a_key_ends_with_the_membership(writer):
    home = Membership.objects.get(person=writer.person)
    Membership.objects.create(
        person=home.person, organisation=organisation("company", "Elsewhere"), role=Role.FOCAL_POINT
    )
    _key, token = make(writer)
    home.ended_at = timezone.now()
    home.save()

    assert actor_of(token) is None, "not even for the other organisation of the same person"


def test_a_key_follows_a_change_of_role(writer):
    _key, token = make(writer)
    Membership.objects.filter(person=writer.person).update(role=Role.READER)

    assert actor_of(token).roles == {"reader"}


def test_a_key_ends_with_the_account(writer):
    _key, token = make(writer)
    found = Person.objects.get(pk=writer.person)
    accounts.close_account(found, "Gone.", by=member("secretariat", Role.ADMINISTRATOR))

    assert actor_of(token) is None


def test_where_a_second_factor_is_required_the_person_must_have_one():
    writer = member("state", Role.CONTRIBUTOR)
    _key, token = make(writer)
    assert actor_of(token) is None

    person = Person.objects.get(pk=writer.person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert actor_of(token).organisation == writer.organisation
    Authenticator.objects.all().delete()
    assert actor_of(token) is None


def test_a_key_makes_and_revokes_no_key_and_does_nothing_that_binds(writer):
    key, token = make(writer)
    actor = actor_of(token)

    with pytest.raises(PermissionDenied):
        make(actor, name="Another")
    with pytest.raises(PermissionDenied):
        flows.revoke_key(key, by=actor)
    with pytest.raises(PermissionDenied):
        flows.make_feed(by=actor)
    with pytest.raises(PermissionDenied), transaction.atomic():
        log.record("publish_edition", "practice/x", by=actor, right="compendium.publish", binds=True)


def test_the_log_says_that_a_key_did_it(writer):
    key, token = make(writer)
    log.record("begin_draft", "draft/x", by=actor_of(token), right="draft.write")

    assert [entry["key"] for entry in log.said("begin_draft")] == [key.pk]


def test_nobody_touches_the_key_of_another(writer):
    key, token = make(writer)
    home = Organisation.objects.get(pk=writer.organisation)
    colleague = member("company", Role.FOCAL_POINT, of=home, name="colleague")

    with pytest.raises(PermissionDenied):
        flows.revoke_key(key, by=colleague)
    response = sign_in(Person.objects.get(pk=colleague.person)).post(f"/en/account/api-keys/{key.pk}/revoke/")
    assert response.status_code == 404
    assert access.find_key(token)


def test_two_keys_of_one_name_are_refused(writer):
    make(writer)

    with pytest.raises(ValidationError, match="of that name"):
        make(writer)


def test_every_change_is_told_at_once_and_recorded(writer, django_capture_on_commit_callbacks):
    Person.objects.update(digest=Person.Digest.OFF)
    with django_capture_on_commit_callbacks(execute=True) as later:
        key, _token = make(writer)
        flows.revoke_key(key, by=writer)
        flows.make_feed(by=writer)
        flows.revoke_feed(by=writer)

    told = Notice.objects.filter(person=writer.person).order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["key.made", "key.revoked", "calendar.made", "calendar.revoked"]
    assert len(later) == 4, "an e-mail each, though they want none"
    for verb in ("make_key", "revoke_key", "make_calendar_feed", "revoke_calendar_feed"):
        assert len(list(log.said(verb))) == 1
    assert not log.verify().fault
    assert mail.outbox == [], "the worker sends them"


def test_making_one_asks_for_a_fresh_second_factor(writer):
    person = Person.objects.get(pk=writer.person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    stale = sign_in(person, factor_at=1)
    for page in ("api-keys", "calendar"):
        answer = stale.get(f"/en/account/{page}/new/")
        assert answer["Location"].startswith("/en/account/second-factor/reauthenticate/")
        assert 'name="proof-code"' in stale.post(f"/en/account/{page}/new/").text
    assert not ApiKey.objects.exists()
    assert not CalendarFeed.objects.exists()


def test_the_token_is_shown_once(writer):
    client = sign_in(Person.objects.get(pk=writer.person))
    form = {"name": "A script", "scopes": ["desk:read"], "days": 90}
    made = client.post("/en/account/api-keys/new/", form)

    token = made.context["token"]
    assert token in made.text
    assert "no-store" in made["Cache-Control"]
    listed = client.get("/en/account/api-keys/").text
    assert token not in listed
    assert token[:16] in listed
    again = client.post("/en/account/api-keys/new/", form)
    assert "of that name" in again.text, "loading the page again makes no second key"


def test_what_does_not_fit_is_said(writer):
    client = sign_in(Person.objects.get(pk=writer.person))
    wrong = client.post("/en/account/api-keys/new/", {"name": "", "scopes": ["all"], "days": 9_999})

    assert wrong.text.count('class="errorlist"') == 3
    assert not ApiKey.objects.exists()


def test_an_address_opens_until_it_is_renewed_or_revoked(writer):
    first = flows.make_feed(by=writer)
    assert access.owner_of_feed(first).pk == writer.person
    second = flows.make_feed(by=writer)
    assert access.owner_of_feed(first) is None
    assert access.owner_of_feed(second).pk == writer.person
    flows.revoke_feed(by=writer)

    assert access.owner_of_feed(second) is None
    assert second not in str(list(CalendarFeed.objects.values()))
    with pytest.raises(ValidationError):
        flows.revoke_feed(by=writer)


def test_a_calendar_covers_the_seats_that_let_the_person_in(writer):
    person = Person.objects.get(pk=writer.person)
    state = organisation("state", "Arlandia")
    Membership.objects.create(person=person, organisation=state, role=Role.READER)
    assert [actor.organisation for actor in access.seats_of(person)] == [writer.organisation]

    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert {actor.organisation for actor in access.seats_of(person)} == {writer.organisation, state.pk}


def test_requests_are_counted_by_key(writer, monkeypatch):
    monkeypatch.setattr(flows, "MOST", 3)
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 90.0))
    first, second = make(writer)[0], make(writer, name="Another")[0]

    assert [flows.count_request(first) for _request in range(4)] == [0, 0, 0, 31]
    assert flows.count_request(second) == 0
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 121.0))
    assert flows.count_request(first) == 0
    first.refresh_from_db()
    assert first.used_on == timezone.localdate()


def test_the_list_says_when_a_key_expires(writer):
    key, _token = make(writer, days=365)

    assert timedelta(days=364) < key.expires_at - timezone.now() <= timedelta(days=365)
    text = sign_in(Person.objects.get(pk=writer.person)).get("/en/account/api-keys/").text
    assert "never used" in text
    assert "Read my desk" in text


@pytest.mark.parametrize("address", ["/calendar/s3cr3t.ics", "/en/invitations/s3cr3t/"])
def test_no_log_has_a_secret_address(client, caplog, address):
    caplog.handler.addFilter(HideSecrets())
    with caplog.at_level("WARNING"):
        client.get(address)
        logging.getLogger("django.request").error(
            "Failed: %s", "/en/account/password/reset/key/1-s3cr3t/?x=1"
        )

    assert [record.getMessage().count("…") for record in caplog.records] == [1, 1]
    assert "s3cr3t" not in caplog.text
    handlers = [handler for handler in logging.getLogger().handlers if handler.get_name() == "console"]
    assert [[type(one) for one in handler.filters] for handler in handlers] == [[HideSecrets]]
