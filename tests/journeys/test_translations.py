"""A text goes out as XLIFF, comes back in Spanish, and falls behind when the source moves on."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PRACTICE = "us-lab-chemicals-fact-sheet"
SPANISH = "Proteja los productos de su laboratorio: una lista en cada puerta"


def test_a_translator_brings_the_spanish_text_and_a_new_edition_marks_it(entered, page, tmp_path):
    translator = entered("Lucía Prado")
    translator.goto("/en/desk/")
    translator.get_by_role("link", name="Translations").click()
    translator.goto(f"/en/practices/{PRACTICE}/translations/es/")
    with translator.expect_download() as download:
        translator.get_by_role("link", name="XLIFF").click()
    text = download.value.path().read_text(encoding="utf-8")
    unit = re.search(r'<unit id="title".*?</unit>', text, re.DOTALL)[0]
    done = re.sub(r"<target>.*?</target>", f"<target>{SPANISH}</target>", unit)
    file = tmp_path / "done.xlf"
    file.write_text(text.replace(unit, done), encoding="utf-8")
    translator.get_by_label("XLIFF file").set_input_files(file)
    translator.get_by_role("button", name="Read in").click()
    expect(translator.locator("#id_title")).to_have_value(SPANISH)
    translator.get_by_role("button", name="Save and offer for review").click()
    expect(translator.locator("main")).to_contain_text("Somebody else reviews it")

    editor = entered("Maya Lindqvist")
    editor.goto("/en/desk/")
    editor.locator(".rows li", has_text="Review a translation").first.get_by_role("link").click()
    editor.get_by_role("button", name="Put in place").click()
    expect(editor.locator("#title-head .badge")).to_have_text("translated and reviewed")
    page.goto(f"/es/practices/{PRACTICE}/")
    expect(page.locator("h1")).to_have_text(SPANISH)

    owner = entered("Dr Ada Osei")
    owner.goto(f"/en/practices/{PRACTICE}/")
    owner.get_by_role("link", name="Improve this practice").click()
    owner.get_by_role("button", name="Begin").click()
    owner.locator("#id_change_note").fill("The title says what to do.")
    owner.locator("#id_title").fill("Put a list on each door of your laboratory")
    owner.get_by_role("button", name="Save and submit").click()
    for name in ("policy_level", "unclassified", "right_to_share"):
        owner.locator(f"#id_{name}").check()
    owner.get_by_role("button", name="Submit").click()
    editor.goto(owner.url)
    expect(editor.locator("#title + dd ins").first).to_be_visible()
    editor.get_by_role("button", name="Take up the review").click()
    editor.locator("summary", has_text=re.compile("^Accept$")).click()
    for box in editor.locator("[id^=id_accept_][type=checkbox]").all():
        box.check()
    editor.get_by_role("button", name="Accept").click()
    second = entered("Omar Farouk")
    second.goto(editor.url + "publish/")
    second.get_by_role("button", name="Publish").click()

    page.goto(f"/es/practices/{PRACTICE}/")
    expect(page.locator("h1")).to_have_text(SPANISH)
    expect(page.locator("main .note").first).to_contain_text("Título")
    translator.goto(f"/en/practices/{PRACTICE}/translations/es/")
    translator.locator("summary", has_text="What the source changed").first.click()
    expect(translator.locator("[aria-labelledby=title-head] ins").first).to_be_visible()
    page.goto(f"/en/practices/{PRACTICE}/editions/2/differences/")
    expect(page.locator(".differs ins").first).to_be_visible()
