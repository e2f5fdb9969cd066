"""Somebody took a practice over and tells what came of it, in a real browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_company_tells_what_came_of_a_practice(entered, page):
    company = entered("Rosa Keller")
    company.goto("/en/practices/us-bmap/")
    company.get_by_role("link", name="Tell how you applied it").click()
    company.get_by_label("it worked in part").check()
    company.get_by_label("Where", exact=True).fill("A warehouse of a trader")
    company.get_by_label("What you saw").fill(
        "Sellers ask more often; customers complain less than we feared."
    )
    company.get_by_label("Everybody").check()
    company.locator("#id_unclassified").check()
    company.locator("#id_right_to_share").check()
    company.get_by_role("button", name="Send").click()
    expect(company.locator(".badge").first).to_have_text("waits for an editor")
    page.goto("/en/practices/us-bmap/")
    expect(page.locator("main")).not_to_contain_text("Sellers ask more often")

    editor = entered("Maya Lindqvist")
    editor.goto(company.url)
    editor.get_by_role("button", name="Show it").first.click()
    expect(editor.locator(".badge").first).to_have_text("shown")
    page.reload()
    expect(page.locator("main")).to_contain_text("Sellers ask more often")


def test_two_invented_tellers_are_marked_and_raise_no_real_practice(page):
    page.goto("/en/practices/us-lab-chemicals-fact-sheet/")
    told = page.locator("[aria-labelledby=applications]")

    expect(told).to_contain_text("Halden Chemicals (invented)")
    expect(told).to_contain_text("University of Port Salin (invented)")
    expect(told).to_contain_text("doesn’t count for a practice that is real")
    expect(told).not_to_contain_text("came by its grade")
    expect(page.locator("[aria-labelledby=evidence]")).not_to_contain_text("Reported by its user")


def test_a_visitor_leaves_a_signal(page):
    page.goto("/en/practices/uk-dfe-school-chemicals/")
    page.get_by_role("link", name="Say that it is useful, or wrong").click()
    page.get_by_label("It is useful to me").check()
    page.get_by_role("button", name="Send").click()

    expect(page.locator("main")).to_contain_text("It was counted.")
