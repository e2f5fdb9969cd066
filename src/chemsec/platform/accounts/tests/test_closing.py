"""Closing an account: one's own or, for an administrator, another's; what ends with it and what stays."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from tests.house.cast import sign_in

from chemsec.platform.access import ANYONE
from chemsec.platform.accounts import access, demo, flows, notices
from chemsec.platform.accounts.access import actor_for
from chemsec.platform.accounts.models import Admission, Membership, Notice, Organisation, Person, Role
from chemsec.platform.accounts.software import access as software
from chemsec.platform.accounts.software import flows as keys
from chemsec.platform.accounts.tests.people import member, organisation, person
from chemsec.platform.audit import log

pytestmark = pytest.mark.django_db
OWN = "/en/account/close/"


@pytest.fixture
def halden():
    return organisation("company", "Halden")


@pytest.fixture
def focal(halden):
    return member("company", Role.FOCAL_POINT, of=halden, name="focal")


@pytest.fixture
def writer(halden, focal):
    return member("company", Role.CONTRIBUTOR, of=halden, name="writer")


@pytest.fixture
def secretariat():
    return organisation("secretariat", "Secretariat")


@pytest.fixture
def admin(secretariat):
    return member("secretariat", Role.ADMINISTRATOR, of=secretariat, name="admin")


def of(actor):
    return Person.objects.get(pk=actor.person)


# ── what it does ──


def test_everything_that_lets_somebody_in_ends_and_their_name_stays(writer):
    _key, token = keys.make_key("A script", ["desk:read"], 30, by=writer)
    secret = keys.make_feed(by=writer)
    Authenticator.objects.create(user=of(writer), type=Authenticator.Type.TOTP, data={"secret": "x"})
    flows.ask_admission(of(writer), "academia", "An institute", "Teacher", by=writer)
    flows.close_account(of(writer), by=writer)

    found = of(writer)
    assert (found.is_active, found.name) == (False, "writer")
    assert not Membership.objects.current().filter(person=found).exists()
    assert Membership.objects.filter(person=found).exists(), "it says who could do what, and when"
    assert software.find_key(token) is None
    assert software.owner_of_feed(secret) is None
    assert not found.authenticator_set.exists()
    assert Admission.objects.get(person=found).state == Admission.State.WITHDRAWN


def test_the_log_says_it_last_and_each_organisation_has_its_entry(halden, focal, writer):
    key, _token = keys.make_key("A script", ["desk:read"], 30, by=writer)
    elsewhere = organisation("association", "Traders")
    Membership.objects.create(person=of(writer), organisation=elsewhere, role=Role.READER)
    flows.close_account(of(writer), by=writer)

    ended = list(log.said("end_membership"))
    assert [(one["thing"], one["for"]) for one in ended] == [
        (f"organisation/{home.pk}", str(home.pk)) for home in (halden, elsewhere)
    ], "neither organisation reads of the other"
    (entry,) = log.said("close_account")
    assert entry["seq"] == ended[-1]["seq"] + 1
    assert (entry["thing"], entry["right"]) == (writer.name, "account.own")
    assert entry["facts"] == {"keys": [key.pk], "calendars": 0}
    assert not log.verify().fault


def test_who_manages_the_organisation_is_told(focal, writer):
    flows.close_account(of(writer), by=writer)

    (notice,) = Notice.objects.filter(person=focal.person, kind="membership.left")
    assert "The account of writer was closed" in notices.sentence(notice)
    assert not Notice.objects.filter(person=writer.person, kind="membership.left").exists()


def test_the_person_is_told_why_once_whatever_news_they_want(
    admin, writer, mailoutbox, django_capture_on_commit_callbacks
):
    Person.objects.filter(pk=writer.person).update(digest=Person.Digest.OFF)
    with django_capture_on_commit_callbacks(execute=True):
        flows.close_account(of(writer), "The address was misused.", by=admin)
    assert mailoutbox == [], "the worker sends it"
    job = type("Context", (), {"task_result": type("Result", (), {"id": "one"})})
    for _run in range(2):
        notices.mail_closing.func(job, str(writer.person))

    assert [message.to for message in mailoutbox] == [["writer@people.example"]]
    assert "The address was misused." in mailoutbox[0].body


# ── who may ──


def test_whoever_alone_manages_an_organisation_hands_over_first(halden, focal):
    with pytest.raises(ValidationError, match="Nobody else manages Halden; hand over first"):
        flows.close_account(of(focal), by=focal)
    assert of(focal).is_active
    assert access.managed_alone_by(of(focal)) == [halden]
    member("company", Role.FOCAL_POINT, of=halden, name="successor")

    flows.close_account(of(focal), by=focal)
    assert not of(focal).is_active


def test_an_administrator_closes_the_account_of_whoever_manages_alone_but_one_administrator_stays(
    admin, focal, secretariat
):
    flows.close_account(of(focal), "It is in the wrong hands.", by=admin)
    assert not of(focal).is_active

    second = member("secretariat", Role.ADMINISTRATOR, of=secretariat, name="second")
    flows.close_account(of(second), "Left.", by=admin)
    with pytest.raises(ValidationError, match="Nobody else manages Secretariat"):
        flows.close_account(of(admin), "Gone.", by=second)  # with the rights of a moment ago


@pytest.mark.parametrize("role", [Role.EDITOR, Role.OFFICER, Role.REGISTRAR])
def test_nobody_else_closes_the_account_of_another(writer, secretariat, role):
    for actor in (ANYONE, member("secretariat", role, of=secretariat), actor_for(person("guest"))):
        with pytest.raises(PermissionDenied):
            flows.close_account(of(writer), "Because.", by=actor)
        assert not access.can_close(actor, of(writer))
        assert not access.others_closed_by(actor).exists()


def test_a_focal_point_closes_no_account_of_their_colleagues(focal, writer):
    with pytest.raises(PermissionDenied):
        flows.close_account(of(writer), "Because.", by=focal)


def test_no_key_closes_an_account(writer):
    key, _token = keys.make_key("A script", ["desk:read"], 30, by=writer)

    with pytest.raises(PermissionDenied):
        flows.close_account(of(writer), by=software.actor_of_key(key))
    assert of(writer).is_active


def test_an_administrator_says_why_and_an_account_is_closed_once(admin, writer):
    with pytest.raises(ValidationError, match="Say why"):
        flows.close_account(of(writer), " ", by=admin)
    flows.close_account(of(writer), "Left.", by=admin)

    with pytest.raises(ValidationError, match="closed already"):
        flows.close_account(of(writer), "Left.", by=admin)


# ── the page of one's own ──


def test_one_closes_ones_account_from_its_page(client, writer):
    client = sign_in(of(writer))
    elsewhere = sign_in(of(writer))
    UserSession.objects.create(user=of(writer), ip="192.0.2.1", session_key=elsewhere.session.session_key)
    assert f'href="{OWN}"' in client.get("/en/account/").text
    assert "You will no longer be contributor of Halden." in client.get(OWN).text
    answer = client.post(OWN, follow=True)

    assert "Your account is closed." in answer.text
    assert answer.redirect_chain == [("/en/", 302)]
    assert client.get("/en/desk/").status_code == 302
    assert elsewhere.get("/en/desk/").status_code == 302
    assert not UserSession.objects.exists()


def test_who_manages_alone_reads_how_to_hand_over_and_nothing_is_closed(focal):
    client = sign_in(of(focal))
    page = client.get(OWN).text
    assert "Nobody else manages Halden; hand over first." in page
    assert f'href="{reverse("organisation")}"' in page
    assert "<button" not in page.partition("<main")[2].partition("</main>")[0]

    assert "Nobody else manages Halden" in client.post(OWN).text
    assert of(focal).is_active


def test_a_states_last_focal_point_reads_that_the_state_names_the_next():
    focal = member("state", Role.FOCAL_POINT, name="minister")

    assert "on the State’s official word" in sign_in(of(focal)).get(OWN).text


def test_a_second_factor_has_to_be_fresh(writer):
    Authenticator.objects.create(user=of(writer), type=Authenticator.Type.TOTP, data={"secret": "x"})
    stale = sign_in(of(writer), factor_at=time.time() - 301)

    assert stale.get(OWN)["Location"].startswith("/en/account/second-factor/reauthenticate/")
    answer = stale.post(OWN)
    assert answer.status_code == 403
    assert 'name="proof-code"' in answer.text
    assert of(writer).is_active


def test_whoever_has_no_second_factor_shows_their_password_again(client, writer):
    stale = sign_in(of(writer), factor_at=0)
    assert 'name="proof-password"' in stale.post(OWN).text
    answer = stale.get(OWN)
    assert answer["Location"] == "/en/account/reauthenticate/?next=%2Fen%2Faccount%2Fclose%2F"
    assert of(writer).is_active
    answer = stale.post(answer["Location"], {"password": "a password of theirs"})

    assert answer["Location"] == OWN
    assert stale.get(OWN).status_code == 200


# ── the administrator's pages ──


def test_an_administrator_finds_somebody_by_address_and_closes_their_account(admin, writer):
    client, theirs = sign_in(of(admin)), sign_in(of(writer))
    assert f'href="{reverse("person_find")}"' in client.get("/en/desk/").text
    assert theirs.get("/en/desk/").status_code == 200
    page = client.post("/en/people/", {"email": " Writer@People.example "}, follow=True)
    assert "contributor, Halden" in page.text
    address = page.redirect_chain[0][0]
    assert "people.example" not in address, "no log of addresses has it"
    assert "This field is required." in client.post(address, {"reason": ""}).text
    answer = client.post(address, {"reason": "They left."}, follow=True)

    assert "The account is closed" in answer.text
    assert theirs.get("/en/desk/").status_code == 302
    (entry,) = log.said("close_account")
    assert (entry["right"], entry["thing"]) == ("account.close", writer.name)
    assert "They left." not in str(entry), "what a person is told is no matter of the log"
    page = client.get(address).text
    assert "They left." in page
    assert "Close this account" not in page


@pytest.mark.parametrize("email", ["admin@people.example", "nobody@people.example"])
def test_neither_oneself_nor_nobody_is_found(admin, email):
    assert "Nobody else has an account" in sign_in(of(admin)).post("/en/people/", {"email": email}).text


def test_it_says_what_nobody_would_manage(admin, focal):
    page = sign_in(of(admin)).get(f"/en/people/{focal.person}/close/").text

    assert "Nobody else manages Halden. If it is to go on, see first that somebody does." in page


def test_asking_for_a_fresh_factor_comes_before_any_reason_is_written(admin, writer):
    Authenticator.objects.create(user=of(admin), type=Authenticator.Type.TOTP, data={"secret": "x"})
    stale = sign_in(of(admin), factor_at=1)

    assert stale.get(f"/en/people/{writer.person}/close/")["Location"].startswith(
        "/en/account/second-factor/reauthenticate/"
    )


def test_who_is_closed_is_no_longer_offered_in_a_demonstration():
    demo.load()
    found = demo.persons().get(email__startswith="contributor.arlandia")
    flows.close_account(found, by=actor_for(found, Organisation.objects.get(names__en="Arlandia")))

    assert found.email not in {account["email"] for account in demo.accounts()}
    assert demo.load() == 0, "nor made anew"
