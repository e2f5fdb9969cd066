"""Practices are kept true: confirmed, withdrawn by two, gathered, and watched from the editors' desk."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_who_keeps_a_practice_finds_on_the_desk_that_it_is_due_and_confirms_it(entered, page):
    keeper = entered("Tomas Reed")
    keeper.goto("/en/desk/")
    line = keeper.locator(".rows li", has_text="Confirm that it still holds")
    line.get_by_role("link", name="Call back before the first delivery").click()
    keeper.get_by_label("In one year").check()
    keeper.get_by_role("button", name="It still holds").click()

    expect(keeper.locator("main")).to_contain_text("Readers see that it was confirmed today.")
    address = keeper.url
    keeper.goto("/en/desk/")
    expect(keeper.locator("main")).not_to_contain_text("Confirm that it still holds")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Last confirmed")


def test_readers_are_told_what_nobody_has_confirmed_and_two_persons_withdraw_it(entered, page):
    page.goto("/fr/search/?q=registre+papier+des+ventes+de+pesticides")
    page.get_by_role("link", name="Un registre papier").first.click()
    page.goto(page.url.replace("/fr/", "/en/"))
    expect(page.locator(".note", has_text="Nobody has confirmed since")).to_be_visible()
    address = page.url

    editor = entered("Omar Farouk")
    editor.goto("/en/editors/")
    editor.locator("#queue tr", has_text="withdrawal").get_by_role("link").click()
    editor.get_by_role("link", name="Withdraw the practice").click()
    editor.get_by_role("button", name="Withdraw the practice").click()

    page.goto(address)
    expect(page.locator("h1")).to_have_text("This practice has been withdrawn")
    expect(page.locator("main")).to_contain_text("La carte d’acheteur remplace le registre")
    page.goto("/fr/search/?q=registre+papier+des+ventes+de+pesticides")
    expect(page.locator("main")).not_to_contain_text("Un registre papier")


def test_a_question_that_found_nothing_reaches_the_editors_and_is_seen_to(entered, page):
    question = "how to bake bread for a wedding"
    page.goto(f"/en/search/?q={question.replace(' ', '+')}")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send").click()

    editor = entered("Maya Lindqvist")
    editor.goto("/en/editors/searches/")
    editor.locator("tr", has_text=question).get_by_role("button").click()

    expect(editor.locator("main")).to_contain_text("Seen to: “how to bake")
    expect(editor.locator("table")).not_to_contain_text(question)


def test_a_list_of_ones_own_becomes_a_collection(entered):
    writer = entered("Ines Marek")
    writer.goto("/en/list/?id=wco-safe-framework&id=us-bmap")
    writer.get_by_role("link", name="Make a collection of these").click()
    writer.get_by_label("Title").fill("Two to begin with")
    writer.get_by_role("button", name="Begin").click()
    writer.get_by_role("textbox", name="What it is").fill("A partnership first, then its people on the road.")
    writer.get_by_role("button", name="Preview").click()

    titles = writer.locator("#gathered ~ ol.hits h3")
    expect(titles).to_have_count(2)
    expect(titles.first).to_contain_text("SAFE Framework")
