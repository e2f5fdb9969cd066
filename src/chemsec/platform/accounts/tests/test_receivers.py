"""What the log says of signing in and of what one signs in with, and who reads it."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import transaction
from tests.house.cast import sign_in

from chemsec.platform.accounts import demo
from chemsec.platform.accounts.models import Person, Role
from chemsec.platform.accounts.tests.people import member, person
from chemsec.platform.audit import log
from chemsec.platform.audit.models import Entry

pytestmark = pytest.mark.django_db
PASSWORD = "a password of theirs"
NEW = "quite another pass phrase"
FACTOR = "/en/account/second-factor/"


@pytest.fixture
def editor():
    found = Person.objects.get(pk=member("secretariat", Role.EDITOR, name="editor").person)
    EmailAddress.objects.create(user=found, email=found.email, verified=True, primary=True)
    data = {"secret": demo.totp_secret(found.email)}
    Authenticator.objects.create(user=found, type=Authenticator.Type.TOTP, data=data)
    return found


@pytest.fixture
def guest():
    found = person("guest")
    EmailAddress.objects.create(user=found, email=found.email, verified=True, primary=True)
    return found


def enter(client, found, code=None):
    client.post("/en/account/login/", {"login": found.email, "password": PASSWORD})
    if code:
        client.post(f"{FACTOR}authenticate/", {"code": code})


def said_of(found):
    """Verb, who, and means of the entries about this account."""
    entries = [entry for verb in VERBS for entry in log.said(verb) if entry["thing"] == f"person/{found.pk}"]
    entries.sort(key=lambda entry: entry["seq"])
    return [(entry["verb"], entry["by"], entry["facts"].get("means")) for entry in entries]


VERBS = ("sign_in", "sign_out", "fail_second_factor", "add_factor", "remove_factor", "renew_recovery_codes",
         "change_password", "reset_password", "change_email")  # fmt: skip


def test_signing_in_and_out(client, editor):
    enter(client, editor, demo.code(editor.email))
    client.post("/en/account/logout/")

    me = f"person/{editor.pk}"
    assert said_of(editor) == [("sign_in", me, ["password", "totp"]), ("sign_out", me, None)]
    (entry,) = log.said("sign_in")
    assert (entry["from"], entry["right"]) == ("127.0.0.1", "account.own")
    assert not log.verify().fault


def test_what_fails_before_a_password_is_right_leaves_nothing(client, editor):
    before = Entry.objects.count()
    for email in (editor.email, "nobody@people.example"):
        client.post("/en/account/login/", {"login": email, "password": "wrong"})
        client.post("/en/account/password/reset/", {"email": email})
    client.post("/en/account/login/", {"login": editor.email, "password": PASSWORD})

    assert Entry.objects.count() == before


def test_a_wrong_code_is_nobodys_act_before_one_is_signed_in_and_ones_own_after(client, editor):
    enter(client, editor, "000000")
    sign_in(editor, factor_at=1).post(f"{FACTOR}reauthenticate/", {"code": "000000"})

    assert said_of(editor) == [
        ("fail_second_factor", "anyone", None),
        ("fail_second_factor", f"person/{editor.pk}", None),
    ]
    assert [entry["from"] for entry in log.said("fail_second_factor")] == ["", "127.0.0.1"]


def test_factors_that_come_and_go(guest, django_capture_on_commit_callbacks):
    client = sign_in(guest, factor_at=0)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = client.get(f"{FACTOR}totp/activate/")
    secret = page.context["form"].secret
    with request_context(page.wsgi_request), django_capture_on_commit_callbacks(execute=True):
        code = format_hotp_value(hotp_value(secret, next(counters())))
        client.post(f"{FACTOR}totp/activate/", {"code": code})
        client = sign_in(guest)
        client.post(f"{FACTOR}recovery-codes/generate/")
    cache.clear()
    client.post(f"{FACTOR}totp/deactivate/")

    me = f"person/{guest.pk}"
    assert sorted(said_of(guest)[:3]) == [
        ("add_factor", me, ["recovery_codes"]),
        ("add_factor", me, ["totp"]),
        ("renew_recovery_codes", me, None),
    ]
    assert said_of(guest)[3:] == [("remove_factor", me, ["totp"]), ("remove_factor", me, ["recovery_codes"])]
    assert secret not in "".join(Entry.objects.values_list("body", flat=True))


@pytest.fixture
def committed_at_once(monkeypatch):
    """As where each request commits for itself; a test's own transaction never does."""
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_more: act())


@pytest.mark.usefixtures("committed_at_once")
def test_who_sets_a_factor_up_has_shown_it(guest):
    client = sign_in(guest, factor_at=0)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = client.get(f"{FACTOR}totp/activate/")
    with request_context(page.wsgi_request):
        code = format_hotp_value(hotp_value(page.context["form"].secret, next(counters())))

    answer = client.post(f"{FACTOR}totp/activate/", {"code": code})

    assert client.get(answer["Location"]).status_code == 200
    assert client.get("/en/account/api-keys/").status_code == 200


@pytest.mark.usefixtures("committed_at_once")
def test_without_its_last_factor_a_states_account_opens_nothing_anywhere():
    found = Person.objects.get(pk=member("state", Role.CONTRIBUTOR, name="writer").person)
    Authenticator.objects.create(user=found, type=Authenticator.Type.TOTP, data={"secret": "x"})
    here, elsewhere = sign_in(found), sign_in(found)
    UserSession.objects.create(user=found, ip="192.0.2.1", session_key=elsewhere.session.session_key)
    assert elsewhere.get("/en/desk/").status_code == 200

    here.post(f"{FACTOR}totp/deactivate/")

    assert not Authenticator.objects.filter(user=found).exists()
    assert here.get("/en/desk/")["Location"] == FACTOR
    assert elsewhere.get("/en/desk/")["Location"].startswith("/en/account/login/")


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("email/", {"email": "other@people.example", "action_add": "1"}),
        ("password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}),
        ("second-factor/totp/deactivate/", {}),
        ("second-factor/recovery-codes/generate/", {}),
    ],
)
def test_a_password_alone_changes_nothing_of_how_one_signs_in(editor, page, sent, mailoutbox):
    client = sign_in(editor, factor_at=1)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    before = list(Authenticator.objects.values_list("pk", flat=True))
    for answer in (client.get(f"/en/account/{page}"), client.post(f"/en/account/{page}", sent)):
        assert answer.status_code in {302, 403}
        assert NEW not in answer.text

    assert client.get(f"/en/account/{page}")["Location"].startswith(f"{FACTOR}reauthenticate/")
    editor.refresh_from_db()
    assert editor.check_password(PASSWORD)
    assert list(Authenticator.objects.values_list("pk", flat=True)) == before
    assert not mailoutbox


def test_passwords_changed_and_set_anew(client, guest, mailoutbox):
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    sign_in(guest).post("/en/account/password/change/", form)
    client.post("/en/account/password/reset/", {"email": guest.email})
    link = re.search(r"/en/account/password/reset/key/\S+", mailoutbox[-1].body)[0]
    client.post(client.get(link)["Location"], {"password1": PASSWORD, "password2": PASSWORD})

    assert said_of(guest) == [
        ("change_password", f"person/{guest.pk}", None),
        ("reset_password", "anyone", None),
    ]


def test_another_address_is_noted_without_either(guest, mailoutbox):
    client = sign_in(guest)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    client.post("/en/account/email/", {"email": "new@people.example", "action_add": "1"})
    code = re.search(r"^([A-Z0-9-]{6,})$", mailoutbox[-1].body, re.MULTILINE)[1]
    client.post("/en/account/confirm-email/", {"code": code})

    assert Person.objects.get(pk=guest.pk).email == "new@people.example"
    assert said_of(guest) == [("change_email", f"person/{guest.pk}", None)]
    assert "people.example" not in "".join(Entry.objects.values_list("body", flat=True))


def test_entering_as_an_invented_person_counts_as_signing_in(client, settings):
    demo.load()
    settings.CHEMSEC_DEMO = True
    focal = demo.persons().get(email__startswith="focal.arlandia")
    client.post(f"/en/account/demo/{focal.pk}/")

    assert said_of(focal) == [("sign_in", f"person/{focal.pk}", ["totp"])]
    assert [one.user_id for one in focal.usersession_set.all()] == [focal.pk]


# ── reading it ──


def test_a_person_reads_what_happened_with_their_account(client, editor, guest):
    enter(client, editor, "000000")
    client.post(f"{FACTOR}authenticate/", {"code": demo.code(editor.email)})
    address = f"/en/history/person/{editor.pk}/"
    assert f'href="{address}"' in client.get("/en/account/").text
    page = client.get(address)

    newest, wrong = page.context["history"].acts
    assert newest.sentence == "You signed in: password, authenticator app."
    assert (newest.who, newest.organisation, newest.origin) == (
        "editor",
        "secretariat of editor",
        "127.0.0.1",
    )
    assert wrong.sentence.startswith("A wrong code was given for the second factor.")
    assert (wrong.who, wrong.origin) == ("Somebody who wasn’t signed in", "")
    assert page.text.count("127.0.0.1") == 1
    for other in (guest, Person.objects.get(pk=member("secretariat", Role.ADMINISTRATOR).person)):
        assert sign_in(other).get(address).status_code == 404
        assert sign_in(other).get(f"{address}{newest.seq}/proof.json").status_code == 404


def test_whoever_acts_for_nobody_is_named_without_an_organisation(client, guest):
    enter(client, guest)

    (act,) = client.get(f"/en/history/person/{guest.pk}/").context["history"].acts
    assert (act.who, act.organisation) == ("guest", "")


def test_no_other_history_tells_from_where_somebody_came():
    focal = member("company", Role.FOCAL_POINT, name="focal")
    client = sign_in(Person.objects.get(pk=focal.person))
    client.post("/en/organisation/", {"email": "new@people.example", "role": "reader"})

    page = client.get(f"/en/history/organisation/{focal.organisation}/")
    assert [act.verb for act in page.context["history"].acts] == ["invite_person"]
    assert "127.0.0.1" not in page.text
