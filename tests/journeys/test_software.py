"""A person's own programs: a key, a calendar, and a proof that needs no portal."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import expect
from tests.databases import HOUSE, Instance

pytestmark = pytest.mark.browser


def fetch(address: str, token: str = "", body: object = None) -> tuple[int, bytes]:
    """What a program gets that knows no browser."""
    request = Request(address, json.dumps(body).encode() if body else None)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        return refused.code, refused.read()


def is_for_all(page):
    """Whether the page that shows a secret once is usable by everybody: it has no address to visit."""
    page.set_viewport_size({"width": 320, "height": 700})
    is_narrow = page.evaluate("document.documentElement.scrollWidth") <= 320
    return is_narrow and Axe().run(page).response["violations"] == []


def test_a_key_is_made_used_and_revoked(entered, portal):
    page = entered("Rosa Keller")
    page.goto("/en/account/")
    page.get_by_role("link", name="API keys").click()
    page.get_by_role("link", name="Make a key").click()
    page.get_by_label("What it is for").fill("Our register")
    page.get_by_label("Read the drafts that I may see").check()
    page.get_by_label("Begin and change drafts").check()
    page.get_by_label("30 days").check()
    page.get_by_role("button", name="Make the key").click()
    token = page.locator("#secret").inner_text()
    assert is_for_all(page)

    status, made = fetch(f"{portal}/api/v1/drafts", token, {"title": "Number the drums"})
    assert status == 201
    draft = json.loads(made)
    status, listed = fetch(f"{portal}/api/v1/drafts", token)
    assert draft["id"] in {one["id"] for one in json.loads(listed)["results"]}
    assert fetch(f"{portal}/api/v1/desk", token)[0] == 403
    page.goto(f"/en/drafts/{draft['id']}/")
    expect(page.locator("h1")).to_have_text("Number the drums")

    page.goto("/en/account/api-keys/")
    expect(page.locator("main")).to_contain_text("last used")
    expect(page.locator("main")).not_to_contain_text(token)
    page.get_by_role("button", name="Revoke Our register").click()
    expect(page.locator("main")).to_contain_text("You have no key")
    assert fetch(f"{portal}/api/v1/drafts", token)[0] == 401
    page.goto("/en/desk/")
    expect(page.locator("main")).to_contain_text("Your API key was revoked: Our register.")


def test_a_calendar_is_made_read_and_revoked(entered):
    page = entered("Lucía Prado")
    page.goto("/en/account/")
    page.get_by_role("link", name="Dates in my calendar").click()
    page.get_by_role("link", name="Make an address").click()
    page.get_by_role("button", name="Make the address").click()
    address = page.locator("#secret").inner_text()
    assert is_for_all(page)

    status, text = fetch(address)
    assert status == 200
    (event,) = (one for one in Calendar.from_ical(text).events if "/drafts/" in one["URL"])
    page.goto(event["URL"])
    title = page.locator("[name=title]").input_value()
    assert title, "the draft that it is about"
    assert title.encode() not in text
    page.goto("/en/account/calendar/")
    page.get_by_role("button", name="Revoke the address").click()
    expect(page.locator("main")).to_contain_text("The address opens nothing any more.")
    assert fetch(address)[0] == 404


def test_what_was_done_with_a_draft_is_read_and_proved(entered, tmp_path):
    page = entered("Lucía Prado")
    page.goto("/en/drafts/")
    page.locator(".rows li", has_text="changes asked").first.get_by_role("link").click()
    page.get_by_role("link", name="History of acts").click()
    acts = page.locator(".rows > li")
    expect(acts.first).to_contain_text("Changes were asked for.")
    expect(acts.first).not_to_contain_text("Maya Lindqvist")
    expect(acts.last).to_contain_text("Lucía Prado")
    with page.expect_download() as saved:
        acts.last.get_by_role("link", name="Proof").click()
    file = tmp_path / "proof.json"
    saved.value.save_as(file)
    page.get_by_role("link", name="beside its log").click()
    key = page.locator("code", has_text="/audit+").inner_text()

    done = check(file, key)
    assert done.returncode == 0, done.stderr
    assert "verb: begin_draft" in done.stdout
    file.write_text(file.read_text().replace("begin_draft", "steal_draft"))
    assert "NOT PROVED" in check(file, key).stderr


def test_the_log_is_verified_and_after_a_tampering_the_entry_is_named(entered, opened, tmp_path):
    page = entered("Lucía Prado")
    page.goto("/en/drafts/new/")
    page.get_by_label("Title").fill("Count the seals")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("#id_title")).to_have_value("Count the seals")
    assert "as it was written" in opened.manage("verify_audit")

    copy = copied(opened, tmp_path / "copy")
    begun = "SELECT seq, body FROM audit_entry WHERE body LIKE '%begin_draft%' ORDER BY seq DESC"
    with closing(sqlite3.connect(copy.database)) as database:
        seq, body = database.execute(begun).fetchone()
        other = body.replace("begin_draft", "steal_draft")
        assert other != body
        tampering = "UPDATE audit_entry SET body = ? WHERE seq = ?"
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(tampering, (other, seq))
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
        for (name,) in database.execute(named).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(tampering, (other, seq))
        database.commit()

    with pytest.raises(AssertionError, match=f"Entry {seq} isn't what was written"):
        copy.manage("verify_audit")


def copied(instance, folder):
    """As somebody who has its files could have it, while it runs."""
    shutil.copytree(instance.folder, folder, ignore=shutil.ignore_patterns("*.sqlite3*"))
    copy = Instance(folder, str(folder / Path(instance.database).name))
    with (
        closing(sqlite3.connect(instance.database)) as source,
        closing(sqlite3.connect(copy.database)) as target,
    ):
        source.backup(target)
    return copy


def check(file, key):
    command = [sys.executable, "-I", str(HOUSE / "bin" / "check-proof"), str(file), "--key", key]
    return subprocess.run(command, cwd=file.parent, env={}, capture_output=True, text=True, check=False)
