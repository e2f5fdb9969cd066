"""A practice from the first word to the reader who finds it, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TITLE = "Vendre les pesticides les plus toxiques sur présentation d’une carte"
SUMMARY = (
    "Le détaillant ne vend les pesticides les plus toxiques qu’à qui présente une carte de la coopérative. "
    "La carte dit ce que le porteur cultive et sur quelle surface."
)
STEPS = (
    "La coopérative délivre la carte une fois par an, après une visite de l’exploitation.\n"
    "Le détaillant note la quantité vendue sur la carte et dans son registre.\n"
)


def saved(page):
    expect(page.locator("#saved [data-saved]")).to_be_visible()


def begin(page, title):
    page.goto("/en/desk/")
    page.get_by_role("link", name="Write a practice").first.click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Begin").click()


def submit(page):
    for name in ("policy_level", "unclassified", "right_to_share"):
        page.locator(f"#id_{name}").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("main")).to_contain_text("Submitted. An editor takes it up")


def open_from_desk(page, title):
    page.goto("/en/desk/")
    page.get_by_role("link", name=title).first.click()


def find(page, address, title):
    """Ask until the worker has understood the text: its meaning is computed in the background."""
    for _second in range(30):
        page.goto(address)
        if page.locator(".hits h3", has_text=title).count():
            return
        page.wait_for_timeout(1_000)
    pytest.fail(f"{title} isn't found.")


def test_a_practice_is_written_reviewed_published_and_found(entered):
    author = entered("Jean Okoye")
    begin(author, TITLE)
    author.locator("#id_source_language").select_option("fr")
    author.locator("#id_summary").fill(SUMMARY)
    saved(author)
    author.locator("#id_how_to_apply").fill(STEPS + "Appeler Jean au +225 07 12 34 56 78.")
    for name, code in (
        ("stages", "distribution"),
        ("audiences", "retailer"),
        ("measure_kinds", "know_your_customer"),
    ):
        author.locator(f"[name={name}][value={code}]").check()
    author.locator("#id_document_type").select_option("guideline")
    expect(author.locator("#beside")).to_contain_text("Nothing is missing")
    expect(author.locator("#beside mark")).to_have_text("+225 07 12 34 56 78")
    expect(author.locator("#beside .related li")).to_have_count(3)
    author.get_by_role("button", name="Save and submit").click()
    submit(author)

    editor = entered("Maya Lindqvist")
    open_from_desk(editor, TITLE)
    editor.get_by_role("button", name="Take up the review").click()
    steps = editor.locator("#how_to_apply + dd")
    steps.locator("summary").click()
    steps.get_by_label("Say it like this instead").fill(
        STEPS + "Toute vente inhabituelle est signalée le jour même."
    )
    steps.get_by_role("button", name="Send").click()
    editor.locator("summary", has_text="Ask for changes").click()
    editor.get_by_label("What should be different").fill("A telephone number stands in the last step.")
    editor.get_by_role("button", name="Ask for changes").click()
    expect(editor.locator(".badge").first).to_have_text("changes asked")

    author.goto(editor.url)
    author.get_by_role("button", name="Take these words").click()
    expect(author.locator("#how_to_apply + dd")).to_contain_text("The words were taken.")
    author.get_by_role("link", name="Submit for review").click()
    submit(author)

    open_from_desk(editor, TITLE)
    editor.get_by_role("button", name="Take up the review").click()
    editor.locator("summary", has_text=re.compile("^Accept$")).click()
    for box in editor.locator("[id^=id_accept_][type=checkbox]").all():
        box.check()
    editor.get_by_role("button", name="Accept").click()
    expect(editor.locator("main")).to_contain_text("a second editor does")

    second = entered("Omar Farouk")
    open_from_desk(second, TITLE)
    second.get_by_role("link", name="Publish as the second person").click()
    second.get_by_role("button", name="Publish").click()
    expect(second.locator("h1")).to_have_text(TITLE)

    find(second, "/ar/search/?q=بيع المبيدات الأشد سمية للمزارعين الذين يحملون بطاقة فقط", TITLE)
    author.goto("/en/desk/")
    expect(author.locator("main")).to_contain_text(f"“{TITLE}” was published.")


def test_words_wait_in_the_browser_when_the_portal_is_away(entered):
    page = entered("Salma Haddad")
    begin(page, "Count the keys")
    page.context.set_offline(True)
    page.locator("#id_summary").fill("Written on the train.")
    expect(page.locator("#saved")).to_contain_text("Your words stay in this browser")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#id_summary")).to_have_value("")
    page.get_by_role("button", name="Put them back").click()
    saved(page)
    page.reload()

    expect(page.locator("#id_summary")).to_have_value("Written on the train.")
    expect(page.locator("#unsaved")).to_be_hidden()


def test_words_wait_when_the_session_has_ended(entered):
    page = entered("Salma Haddad")
    begin(page, "Count the seals")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="session")
    page.locator("#id_summary").fill("Written after the session had ended.")
    expect(page.locator("#saved")).to_contain_text("you are no longer signed in")
    address = page.url
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Sign in")
    page.context.add_cookies(cookies)
    page.goto(address)
    page.get_by_role("button", name="Put them back").click()
    saved(page)

    expect(page.locator("#id_summary")).to_have_value("Written after the session had ended.")


def test_words_that_are_put_back_leave_those_of_others(entered):
    first, second = entered("Ines Marek"), entered("Tomas Reed")
    begin(first, "Lock the yard")
    second.goto(first.url)
    first.context.set_offline(True)
    first.locator("#id_summary").fill("Ines, offline.")
    expect(first.locator("#saved")).to_contain_text("Your words stay in this browser")
    second.locator("#id_limits").fill("Tomas, meanwhile.")
    second.locator("#id_summary").fill("Tomas here too.")
    saved(second)
    first.context.set_offline(False)
    first.reload()
    first.get_by_role("button", name="Put them back").click()
    saved(first)
    second.reload()

    expect(second.locator("#id_limits")).to_have_value("Tomas, meanwhile.")
    expect(second.locator("#id_summary")).to_have_value("Tomas here too.\nInes, offline.")


def test_words_that_wait_are_gone_with_whoever_wrote_them(browser, portal, entered):
    context = browser.new_context(base_url=portal)
    page = context.new_page()
    page.goto("/en/account/login/")
    page.locator(".rows li", has_text="Anna Sokolova").first.get_by_role("button").click()
    begin(page, "Count the locks")
    page.context.set_offline(True)
    page.locator("#id_summary").fill("Nobody else reads this.")
    expect(page.locator("#saved")).to_contain_text("Your words stay in this browser")
    page.context.set_offline(False)
    kept = "Object.entries(localStorage).join()"
    assert "Nobody else reads this." in page.evaluate(kept)
    page.locator(".whoami summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()

    assert page.evaluate(kept) == ""
    context.close()


def test_two_writers_of_one_draft_lose_no_word(entered):
    first, second = entered("Ines Marek"), entered("Tomas Reed")
    begin(first, "Weigh the drums")
    second.goto(first.url)
    first.locator("#id_summary").fill("Ines writes this.")
    saved(first)
    second.locator("#id_summary").fill("Tomas writes this.")
    expect(second.locator("#saved")).to_contain_text("Somebody else changed this")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator("#id_summary")).to_have_value("Tomas writes this.")
    expect(second.locator(".note .kept")).to_have_text("Ines writes this.")
    second.locator("#id_summary").fill("Ines and Tomas write this.")
    second.get_by_role("button", name="Save", exact=True).click()
    first.reload()

    expect(first.locator("#id_summary")).to_have_value("Ines and Tomas write this.")


def test_without_a_script_the_form_still_saves(browser, portal, entered):
    signed_in = entered("Lucía Prado")
    begin(signed_in, "Seal the cabinets")
    context = browser.new_context(
        base_url=portal, java_script_enabled=False, storage_state=signed_in.context.storage_state()
    )
    page = context.new_page()
    page.goto(signed_in.url)
    page.locator("#id_summary").fill("Two seals a cabinet.")
    page.locator("#id_year").fill("1200")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".errorlist")).to_be_visible()
    expect(page.locator("#id_year")).to_have_value("1200")
    expect(page.locator("#id_summary")).to_have_value("Two seals a cabinet.")
    context.close()
