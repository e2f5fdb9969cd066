"""Showing that it is oneself on the page on which something is sent."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from tests.house.cast import sign_in

from chemsec.platform.accounts import demo
from chemsec.platform.accounts.models import Membership, Person, Role
from chemsec.platform.accounts.tests.people import member, organisation
from chemsec.platform.audit import log

pytestmark = pytest.mark.django_db
STALE = 301  # seconds
PASSWORD = "a password of theirs"


@pytest.fixture
def focal():
    found = Person.objects.get(pk=member("company", Role.FOCAL_POINT, name="focal").person)
    data = {"secret": demo.totp_secret(found.email)}
    Authenticator.objects.create(user=found, type=Authenticator.Type.TOTP, data=data)
    return found


@pytest.fixture
def address(focal):
    home = focal.memberships.get().organisation
    colleague = member("company", Role.READER, of=home, name="colleague")
    return f"/en/organisation/members/{Membership.objects.get(person=colleague.person).pk}/end/"


def ended():
    return Membership.objects.filter(ended_at__isnull=False).count()


def test_a_code_lets_what_was_sent_go_on(focal, address):
    client = sign_in(focal, factor_at=time.time() - STALE)
    asked = client.post(address, HTTP_REFERER="http://testserver/en/organisation/")
    assert asked.status_code == 403
    assert 'href="http://testserver/en/organisation/"' in asked.text, "the way back"

    done = client.post(address, {"proof-code": demo.code(focal.email)})

    assert done["Location"] == "/en/organisation/"
    assert ended() == 1
    assert client.get("/en/account/close/").status_code == 200, "it counts as anywhere else"


@pytest.mark.parametrize("code", ["000000", "", "<script>", "٠٠٠٠٠٠"])
def test_a_wrong_code_does_nothing_and_keeps_what_was_written(focal, address, code):
    client = sign_in(focal, factor_at=time.time() - STALE)
    answer = client.post(address, {"proof-code": code, "reason": "They left."})

    assert answer.status_code == 403
    assert ended() == 0
    assert answer.context["form"].errors
    assert answer.context["sent"] == [("reason", "They left.")], "but no code is repeated"


def test_a_code_is_good_once(focal, address):
    cache.clear()
    first, second = (sign_in(focal, factor_at=time.time() - STALE) for _ in range(2))
    sent = {"proof-code": demo.code(focal.email)}
    first.post(address, sent)

    assert second.post(address, sent).status_code == 403


def test_guessing_is_slowed_down(focal, address):
    cache.clear()
    client = sign_in(focal, factor_at=time.time() - STALE)
    for _ in range(10):
        client.post(address, {"proof-code": "000000"})
    answer = client.post(address, {"proof-code": demo.code(focal.email)})

    assert answer.status_code == 403, "the right one isn't looked at any more"
    assert "Too many" in answer.text
    assert ended() == 0
    assert log.said("wrong_factor")


def test_another_persons_code_is_none(focal, address):
    other = Person.objects.get(pk=member("company", Role.FOCAL_POINT, name="other").person)
    data = {"secret": demo.totp_secret(other.email)}
    Authenticator.objects.create(user=other, type=Authenticator.Type.TOTP, data=data)
    client = sign_in(focal, factor_at=time.time() - STALE)

    assert client.post(address, {"proof-code": demo.code(other.email)}).status_code == 403


def test_a_password_does_where_there_is_no_factor():
    home = organisation("company", "Halden")
    writer = Person.objects.get(pk=member("company", Role.CONTRIBUTOR, of=home, name="writer").person)
    EmailAddress.objects.create(user=writer, email=writer.email, verified=True, primary=True)
    client = sign_in(writer, factor_at=0)

    assert client.post("/en/account/close/", {"proof-password": "another"}).status_code == 403
    assert Person.objects.get(pk=writer.pk).is_active
    assert client.post("/en/account/close/", {"proof-password": PASSWORD})["Location"] == "/en/"
    assert not Person.objects.get(pk=writer.pk).is_active


def test_a_password_is_no_proof_for_who_has_a_factor(focal, address):
    client = sign_in(focal, factor_at=time.time() - STALE)
    for sent in ({"proof-password": PASSWORD}, {"password": PASSWORD, "proof-code": ""}):
        client.post(address, sent)
    assert ended() == 0


def test_who_has_a_passkey_shows_it_in_another_tab(focal, address):
    Authenticator.objects.create(user=focal, type=Authenticator.Type.WEBAUTHN, data={})
    client = sign_in(focal, factor_at=time.time() - STALE)
    assert "With a passkey?" in client.post(address).text
    Authenticator.objects.filter(type=Authenticator.Type.TOTP).delete()
    page = client.post(address)

    assert page.context["form"] is None
    assert "(in a new tab)" in page.text
