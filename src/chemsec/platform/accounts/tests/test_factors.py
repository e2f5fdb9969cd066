"""Secrets of second factors: sealed for their person, read as before where they weren't; a lost key."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache
from tests.house.cast import sign_in

from chemsec.platform.access import SYSTEM
from chemsec.platform.accounts import demo, factors
from chemsec.platform.accounts.tests.people import person
from chemsec.platform.vault import flows as vault
from chemsec.platform.vault.errors import LockedError
from chemsec.platform.vault.models import OwnerKey
from chemsec.platform.vault.tests.sealing import write_master

pytestmark = pytest.mark.django_db
PASSWORD = "a password of theirs"
FACTOR = "/en/account/second-factor/"


@pytest.fixture
def guest():
    found = person("guest")
    EmailAddress.objects.create(user=found, email=found.email, verified=True, primary=True)
    return found


def give(found, secret):
    data = {"secret": secret}
    return Authenticator.objects.create(user=found, type=Authenticator.Type.TOTP, data=data)


def enter(client, found, *, follow=False):
    """Sign in with password and code, as an authenticator app shows it."""
    cache.clear()  # a code is good once
    client.post("/en/account/login/", {"login": found.email, "password": PASSWORD})
    return client.post(f"{FACTOR}authenticate/", {"code": demo.code(found.email)}, follow=follow)


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(counters())))


def kept():
    return str(list(Authenticator.objects.values_list("data", flat=True)))


def test_what_one_sets_up_is_sealed_and_lets_one_in(client, guest):
    mine = sign_in(guest, factor_at=0)
    mine.post("/en/account/reauthenticate/", {"password": PASSWORD})
    secret = mine.get(f"{FACTOR}totp/activate/").context["form"].secret
    waiting = mine.session[SECRET_SESSION_KEY]
    assert waiting.startswith(factors.SEALED)
    assert factors.unseal(guest.pk, waiting) == secret
    mine.post(f"{FACTOR}totp/activate/", {"code": code_of(secret)})
    codes = sign_in(guest).get(f"{FACTOR}recovery-codes/").context["unused_codes"]

    stored = {one.type: one.data for one in Authenticator.objects.all()}
    assert stored["totp"]["secret"].startswith(factors.SEALED)
    assert stored["recovery_codes"]["seed"].startswith(factors.SEALED)
    assert secret not in kept()
    for code in (code_of(secret), codes[0]):
        cache.clear()
        client.post("/en/account/login/", {"login": guest.email, "password": PASSWORD})
        assert client.post(f"{FACTOR}authenticate/", {"code": code})["Location"] == "/en/desk/"
        client.post("/en/account/logout/")


def test_a_secret_opens_for_its_person_alone(client, guest):
    other = person("other")
    sealed = factors.seal(other.pk, demo.totp_secret(guest.email))
    assert factors.unseal(other.pk, sealed) == demo.totp_secret(guest.email)
    with pytest.raises(LockedError):
        factors.unseal(guest.pk, sealed)
    give(guest, sealed)

    assert enter(client, guest)["Location"] == f"{FACTOR}authenticate/", (
        "copied to another's row it opens nothing"
    )
    assert client.get("/en/desk/").status_code == 302


def test_one_kept_in_plain_lets_one_in_and_is_sealed_within_the_hour(client, guest):
    give(guest, demo.totp_secret(guest.email))
    assert enter(client, guest)["Location"] == "/en/desk/"
    seed = RecoveryCodes.generate_seed()
    codes = Authenticator.objects.create(
        user=guest, type=Authenticator.Type.RECOVERY_CODES, data={"seed": seed, "used_mask": 5}
    )
    assert factors.seal_all() == 2
    assert factors.seal_all() == 0

    assert demo.totp_secret(guest.email) not in kept()
    codes.refresh_from_db()
    assert factors.unseal(guest.pk, codes.data["seed"]) == seed
    assert codes.data["used_mask"] == 5
    client.post("/en/account/logout/")
    assert enter(client, guest)["Location"] == "/en/desk/"


def test_a_new_key_takes_over(guest):
    factor = give(guest, factors.seal(guest.pk, "JBSWY3DPEHPK3PXP"))
    vault.rotate_owner_key(factors.OWNER, by=SYSTEM)
    before = factor.data["secret"]
    assert factors.unseal(guest.pk, before) == "JBSWY3DPEHPK3PXP"

    assert factors.seal_all() == 1
    factor.refresh_from_db()
    assert factor.data["secret"] != before
    assert factors.unseal(guest.pk, factor.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_one_that_is_spoilt_keeps_no_other_from_being_sealed(guest):
    give(guest, factors.SEALED + "no base64")
    give(person("other"), "JBSWY3DPEHPK3PXP")

    assert factors.seal_all() == 1


def test_without_the_key_the_sign_in_page_says_so(client, guest, settings, tmp_path):
    give(guest, factors.seal(guest.pk, demo.totp_secret(guest.email)))
    write_master(settings, tmp_path)  # none
    page = enter(client, guest, follow=True)

    assert page.redirect_chain == [(f"{FACTOR}authenticate/", 302)]
    assert "The key that opens your second factor isn’t here" in page.text
    assert settings.CHEMSEC_REPOSITORY_EMAIL in page.text
    assert client.get("/en/desk/").status_code == 302


@pytest.mark.parametrize("page", ["", "recovery-codes/"])
def test_without_the_key_pages_of_ones_account_say_so(guest, settings, page, tmp_path):
    give(guest, factors.seal(guest.pk, demo.totp_secret(guest.email)))
    data = {"seed": factors.seal(guest.pk, "seed"), "used_mask": 0}
    Authenticator.objects.create(user=guest, type=Authenticator.Type.RECOVERY_CODES, data=data)
    client = sign_in(guest)
    write_master(settings, tmp_path)  # none
    answer = client.get(FACTOR + page, follow=True)

    assert answer.redirect_chain[-1] == ("/en/account/", 302)
    assert "The key that opens your second factor isn’t here" in answer.text


def test_nothing_is_set_up_without_a_key(guest, settings, tmp_path):
    client = sign_in(guest, factor_at=0)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    code = code_of(client.get(f"{FACTOR}totp/activate/").context["form"].secret)
    write_master(settings, tmp_path)  # none
    answer = client.post(f"{FACTOR}totp/activate/", {"code": code}, follow=True)

    assert "The key that opens your second factor isn’t here" in answer.text
    assert not Authenticator.objects.exists()


def test_the_demonstration_seals_them_too_and_all_have_one_key(client):
    demo.load()
    assert OwnerKey.objects.filter(owner=factors.OWNER).count() == OwnerKey.objects.count() == 1
    for account in demo.accounts():
        assert account["totp_secret"] not in kept()
    found = demo.persons().get(email__startswith="contributor.halden")
    client.post("/en/account/login/", {"login": found.email, "password": demo.PASSWORD})
    answer = client.post(f"{FACTOR}authenticate/", {"code": demo.code(found.email)})

    assert answer["Location"] == "/en/desk/"
