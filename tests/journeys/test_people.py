"""Coming in, in a real browser: by password and code, by passkey, by invitation; for whom one acts."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect
from tests.databases import HOUSE

from chemsec.platform.accounts import demo

pytestmark = pytest.mark.browser


def test_by_keyboard_with_password_and_code(page):
    email = "editor" + demo.DOMAIN
    page.goto("/en/")
    page.get_by_role("link", name="Sign in").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(page.locator("code.now").inner_text())
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("My desk")
    expect(page.locator(".whoami summary")).to_contain_text("Secretariat of the demonstration")


def test_with_a_passkey(entered, page):
    for one in (owner := entered("Lucía Prado"), page):
        device = one.context.new_cdp_session(one)
        device.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        key = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        if one is owner:
            owner.goto("/en/account/second-factor/webauthn/add/")
            owner.get_by_label("Name").fill("My telephone")
            owner.get_by_label("Passwordless").check()
            owner.locator("#mfa_webauthn_add").click()
            expect(owner.locator("main")).to_contain_text("Recovery codes")
            made = device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"][0]
    device.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": made})
    page.goto("/en/account/login/")
    page.locator("#passkey_login").click()

    expect(page.locator("h1")).to_have_text("My desk")
    expect(page.locator(".whoami summary")).to_contain_text("Costa Verana")


def test_a_company_is_admitted_and_changes_for_whom_one_acts(entered):
    rosa, registrar = entered("Rosa Keller"), entered("Grace Njeri")
    rosa.goto("/en/account/")
    rosa.get_by_role("link", name="Ask to act for another organisation").click()
    rosa.get_by_label("What kind of organisation").select_option("academia")
    rosa.get_by_label("Name of the organisation").fill("Institute of Invented Safety")
    rosa.get_by_label("What you do there").fill("I teach on Fridays; see the staff page.")
    rosa.get_by_role("button", name="Send").click()
    expect(rosa.locator("main")).to_contain_text("I wait for")

    registrar.goto("/en/desk/")
    registrar.get_by_role("link", name="Rosa Keller").first.click()
    registrar.get_by_role("button", name="Decline").click()
    expect(registrar.locator(".errorlist")).to_have_text("This field is required.")
    registrar.get_by_role("button", name="Admit").click()
    expect(registrar.locator("main")).to_contain_text("Decided")

    rosa.goto("/en/desk/")
    expect(rosa.locator("main")).to_contain_text("You have been admitted for Institute of Invented Safety.")
    rosa.locator(".whoami summary").click()
    rosa.get_by_role("button", name="Act for Institute of Invented Safety").click()
    expect(rosa.locator("main")).to_contain_text("You act for Institute of Invented Safety as focal point.")


def test_an_invitation_in_arabic_is_taken_back(entered):
    focal = entered("Ines Marek")
    focal.goto("/ar/organisation/")
    focal.locator("#id_email").fill("new@arlandia.example")
    focal.locator("form:has(#id_email) button").click()
    link = re.search(r"http\S+/invitations/\S+/", focal.locator(".messages").inner_text())[0]
    focal.goto("/ar/organisation/")
    focal.locator("form[action*=withdraw] button").first.click()

    assert focal.goto(link).status == 404


def test_signing_out_leaves_nothing_in_the_browsers_history(browser, portal):
    context = browser.new_context(base_url=portal)
    page = context.new_page()
    page.goto("/en/account/login/")
    page.locator(".rows li", has_text="Pavel Novak").first.get_by_role("button").click()
    page.goto("/en/account/")
    page.locator(".whoami summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.go_back()

    expect(page.locator("h1")).to_have_text("Sign in")
    context.close()


def test_the_command_lists_what_one_needs_to_sign_in(loaded):
    environment = loaded.environment | {"CHEMSEC_DEMO": "1"}
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=HOUSE, env=environment, check=True)
    listed = subprocess.run(
        [sys.executable, "manage.py", "demo_accounts", "--json"],
        cwd=HOUSE,
        env=environment,
        check=True,
        capture_output=True,
    )

    accounts = json.loads(listed.stdout)
    assert accounts[0].keys() == {"role", "organisation", "name", "email", "password", "totp_secret"}
    assert {account["role"] for account in accounts} >= {"focal_point", "contributor", "editor", "registrar"}
