"""A State is asked: it answers, two persons submit, an officer asks back, and nobody else sees any of it."""

import re

from playwright.sync_api import expect


def responses_of(page):
    page.goto("/en/desk/")
    page.get_by_role("link", name="What we are asked").click()
    page.locator(".rows a").first.click()


def section(page, title):
    responses_of(page)
    page.get_by_role("link", name=title).click()


def saved(page):
    expect(page.locator("#saved [data-saved]")).to_be_visible()


def test_each_answer_saves_itself(entered):
    page = entered("Ines Marek")
    section(page, "Manufacture")
    question = page.locator("[data-question]").first
    question.locator("input[type=radio]").nth(2).check()
    saved(page)
    question.locator("summary", has_text="No answer, a comment").click()
    question.get_by_label("Comment").fill("Since the decree of last year.")
    saved(page)
    expect(question.locator(".state")).to_contain_text("Saved: Ines Marek")

    page.reload()
    expect(question.locator("input[type=radio]").nth(2)).to_be_checked()
    expect(question.get_by_label("Comment")).to_have_value("Since the decree of last year.")
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "decree" not in kept
    assert "plant" not in kept


def test_a_broken_line_loses_nothing(entered):
    page = entered("Ines Marek")
    section(page, "Storage")
    page.context.set_offline(True)
    question = page.locator("[data-question]").first
    question.locator("input[type=radio]").nth(1).check()
    expect(page.locator("#saved")).to_contain_text("keeps trying")
    page.context.set_offline(False)
    saved(page)
    page.reload()
    expect(question.locator("input[type=radio]").nth(1)).to_be_checked()


def test_two_persons_on_one_answer_keep_both_and_choose(entered):
    one, other = entered("Ines Marek"), entered("Tomas Reed")
    for page in (one, other):
        section(page, "Transportation")
    questions = [page.locator("[data-question]").first for page in (one, other)]
    for question in questions:
        question.locator("summary", has_text="No answer, a comment").click()
    questions[0].get_by_label("Comment").fill("By road only.")
    saved(one)
    questions[1].get_by_label("Comment").fill("By road and rail.")
    expect(questions[1]).to_contain_text("Two persons answered this at once")
    expect(questions[1]).to_contain_text("Ines Marek")
    questions[1].get_by_role("button", name="This one").last.click()

    one.reload()
    expect(questions[0].get_by_label("Comment")).to_have_value("By road and rail.")


def test_without_a_script_a_section_is_saved_as_a_whole(browser, portal, entered):
    cookies = entered("Ines Marek").context.storage_state()
    context = browser.new_context(base_url=portal, java_script_enabled=False, storage_state=cookies)
    page = context.new_page()
    section(page, "Distribution")
    question = page.locator("[data-question]").first
    question.locator("input[type=radio]").nth(3).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(question.locator("input[type=radio]").nth(3)).to_be_checked()
    context.close()


def test_a_second_person_submits_an_officer_asks_back_and_no_other_state_sees_it(entered):
    focal, colleague, officer = entered("Aïssatou Mbaye"), entered("Jean Okoye"), entered("Pavel Novak")
    responses_of(focal)
    expect(focal.get_by_text("Signed by Aïssatou Mbaye")).to_be_visible()
    expect(focal.get_by_role("button", name="Submit it")).to_have_count(0)
    address = re.sub("^https?://[^/]+", "", focal.url)
    assert officer.goto(f"{address}submission/").status == 404

    responses_of(colleague)
    colleague.get_by_role("button", name="Submit it").click()
    expect(colleague.get_by_role("link", name="Receipt")).to_be_visible()

    officer.goto("/en/needs/exercises/")
    officer.locator(".rows a").first.click()
    officer.locator(".tile", has_text="Kasenda").get_by_role("link", name="Read").click()
    officer.get_by_text("Send sections back").click()
    officer.get_by_role("checkbox", name="Manufacture").check()
    officer.get_by_label("What is to be clarified").fill("Which sites does this count?")
    officer.get_by_role("button", name="Send back").click()
    expect(officer.get_by_text("Sent back; the State is told.")).to_be_visible()

    responses_of(colleague)
    expect(colleague.get_by_text("Which sites does this count?")).to_be_visible()
    colleague.get_by_role("link", name="Who did and read what").click()
    expect(colleague.get_by_text("It was read.").first).to_be_visible()

    other = entered("Li Wen")
    for page in ("", "sections/manufacture/", "submission/", "submission/1/answers/"):
        assert other.goto(f"{address}{page}").status == 404


def test_an_officer_prepares_an_exercise_and_asks_states(entered):
    page = entered("Pavel Novak")
    page.goto("/en/desk/")
    page.get_by_role("link", name="Exercises of needs assessment").click()
    page.get_by_role("link", name="Prepare an exercise").click()
    page.get_by_label("Name").fill("A trial")
    page.get_by_label("Closes on").fill("2020-01-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It closes after it opens.")).to_be_visible()
    page.get_by_label("Closes on").fill("2036-01-01")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Halistan").check()
    page.get_by_role("button", name="Ask them").click()
    expect(page.locator(".tile", has_text="Halistan")).to_contain_text("invited")
    page.get_by_text("Cancel it").first.click()
    page.locator("details", has_text="Cancel it").get_by_label("Why").fill("It was a trial.")
    page.get_by_role("button", name="Cancel it").click()
    expect(page.get_by_text("It was a trial.")).to_be_visible()
