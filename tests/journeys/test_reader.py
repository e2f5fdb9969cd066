"""What people come for, done in a real browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def plain_page(browser, portal):
    """A page of a browser that runs no scripts."""
    context = browser.new_context(base_url=portal, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_question_in_russian_finds_a_practice_written_in_english_and_says_why(page):
    page.goto("/ru/")
    page.locator("#question").fill(
        "Незнакомый покупатель берёт кислоту за наличные и не говорит, зачем она ему"
    )
    page.keyboard.press("Enter")

    first = page.locator(".hits > li").first
    expect(first.locator(".why q")).to_have_attribute("lang", "ru")
    first.locator("h3 a").click()

    expect(page.locator("h1")).to_have_attribute("lang", "ru")
    page.locator(".note a").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_facets_narrow_at_once_and_stand_in_the_address(page):
    page.goto("/en/practices/")
    page.locator("#f-stage-storage").check()

    expect(page.locator(".tools h2")).to_have_text("97 practices")
    expect(page).to_have_url(re.compile(r"stage=storage"))
    page.locator("#f-measure-legislation").check()
    expect(page.locator(".tools h2")).to_have_text("48 practices")
    page.go_back()
    expect(page.locator(".tools h2")).to_have_text("97 practices")


def test_without_a_script_facets_work_by_a_button(plain_page):
    plain_page.goto("/en/practices/")
    plain_page.locator("#f-stage-storage").check()
    plain_page.locator(".facets button").click()

    expect(plain_page.locator(".tools h2")).to_have_text("97 practices")


def test_without_a_script_the_list_asks_first_and_keeps(plain_page):
    plain_page.goto("/en/practices/us-bmap/")
    plain_page.locator("[data-list]").click()
    plain_page.get_by_role("button", name="Add to my list").click()

    expect(plain_page.locator("h1")).to_have_text("My list")
    expect(plain_page.locator(".hits h3")).to_have_text(["Bomb-Making Materials Awareness Program (BMAP)"])


def test_with_a_script_the_list_is_one_click_and_the_same(page):
    page.goto("/en/practices/us-bmap/")
    page.locator("[data-list]").click()
    expect(page.locator("[data-list]")).to_have_text("On my list")

    page.goto("/en/list/")
    expect(page.locator(".hits h3")).to_have_count(1)


def test_the_answer_comes_while_one_types(page):
    page.goto("/en/search/")
    page.locator("#question").press_sequentially("tanker parking overnight")

    expect(page.locator(".hits > li").first).to_be_visible()
    expect(page.locator(".hits mark").first).to_be_visible()


def test_what_does_not_fit_is_said_and_can_be_told_to_the_editors(page):
    page.goto("/en/search/?q=How+do+I+bake+sourdough+bread+for+a+wedding")
    expect(page.get_by_text("No practice here fits this question.")).to_be_visible()
    expect(page.locator(".nearest .hits > li").first).to_be_hidden()
    page.get_by_text("Show the nearest practices all the same").click()
    expect(page.locator(".nearest .hits > li")).to_have_count(3)

    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_have_text("Thank you: your question is kept")


def test_two_practices_stand_side_by_side(page):
    page.goto("/en/practices/?stage=recycling")
    for box in page.locator(".hits input[name=id]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare the ticked ones").click()

    expect(page.locator("h1")).to_have_text("Side by side")
    expect(page.locator("thead th a")).to_have_count(2)


def test_a_long_booklet_is_made_while_one_waits(page):
    page.goto("/en/practices/?stage=research_and_development")
    page.locator(".actions").get_by_role("link", name="PDF").click()
    page.get_by_role("button", name="Make the booklet").click()
    expect(page.get_by_role("link", name="Take the PDF")).to_be_visible(timeout=60_000)

    with page.expect_download() as download:
        page.get_by_role("link", name="Take the PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_everything_is_reached_by_keyboard(page):
    page.goto("/en/practices/us-bmap/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".crumbs a")).to_be_focused()

    page.goto("/en/")
    page.keyboard.press("/")
    expect(page.locator("#question")).to_be_focused()


def test_the_language_is_remembered(page):
    page.goto("/en/practices/us-bmap/")
    page.locator(".languages summary").click()
    page.locator(".languages").get_by_role("link", name="中文").or_(
        page.locator(".languages a[hreflang=zh-Hans]")
    ).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")

    page.goto("/")
    expect(page).to_have_url(re.compile(r"/zh-hans/$"))


def test_a_fifth_practice_cannot_be_ticked_until_one_is_taken_away(page):
    page.goto("/en/practices/")
    boxes = page.get_by_role("checkbox", name=re.compile("^Compare"))
    for n in range(4):
        boxes.nth(n).check()
    expect(boxes.nth(4)).to_be_disabled()

    boxes.first.uncheck()

    expect(boxes.nth(4)).to_be_enabled()
