"""Every page, both ways: nothing for axe to find, nothing wider than a phone, small on a slow line."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from chemsec.platform.accounts import demo

pytestmark = pytest.mark.browser

PAGES = [
    "",
    "about/",
    "design/",
    "doors/",
    "audit/",
    "practices/",
    "practices/?view=table",
    "practices/?view=cards&stage=storage",
    "practices/?stage=recycling&measure=cyber_and_information_security&audience=customs",
    "practices/coverage/",
    "practices/coverage/?rows=audience&document=training&empty=customs:recycling",
    "practices/compare/?id=us-bmap&id=uk-supplying-precursors-poisons",
    "practices/compare/",
    "practices/booklet/",
    "practices/us-bmap/",
    "practices/us-bmap/editions/1/",
    "practices/us-bmap/editions/1/differences/?from=1",
    "stages/",
    "stages/storage/",
    "audiences/",
    "audiences/customs/",
    "articles/",
    "search/",
    "search/?q=chlorine",
    "search/?q=how+to+bake+bread",
    "list/",
    "list/?id=us-bmap",
    "list/change/?id=us-bmap",
    "practices/us-lab-chemicals-fact-sheet/",
    "practices/us-bmap/signal/",
    "practices/first-steps-for-a-small-customs-post/",
    "embed/",
    "no/such/page/",
    "account/login/",
    "account/signup/",
    "account/password/reset/",
    "invitations/used-up/",
]
KEPT = "call-back-before-the-first-delivery-to-a-new-buyer-of-controlled-chemicals"  # by Arlandia
SIGNED_IN = {
    "Ines Marek": [
        "desk/",
        "account/",
        "account/admission/",
        "account/email/",
        "account/password/change/",
        "account/second-factor/",
        "account/second-factor/webauthn/add/",
        "account/sessions/",
        "account/api-keys/",
        "account/api-keys/new/",
        "account/calendar/",
        "account/calendar/new/",
        "account/close/",
        "organisation/",
        "needs/responses/",
        *(
            f"needs/responses/{{in progress}}/{page}"
            for page in ("", "sections/inventory_licensing/", "sections/coordination/", "sections/end_use/")
        ),
    ],
    "Anna Sokolova": [f"needs/responses/{{in clarification}}/{page}" for page in ("", "submission/")],
    "Pavel Novak": [
        "needs/exercises/",
        "needs/exercises/new/",
        "needs/exercises/{running}/",
        "needs/exercises/{running}/edit/",
        "needs/questionnaires/",
        "needs/questionnaires/national-chemical-security/1/",
        "needs/questionnaires/national-chemical-security/1/preview/",
        "needs/questionnaires/national-chemical-security/1/preview/?in=ar",
        "needs/questionnaires/national-chemical-security/1/differences/?from=1",
    ],
    "Kim Dae": ["desk/", "people/", "people/{contributor.arlandia}/close/"],
    "Tomas Reed": [
        "shares/",
        "shares/new/draft/{submitted}/",
        "account/close/",
        f"practices/{KEPT}/confirm/",
        f"practices/{KEPT}/withdraw/",
        "drafts/new/from/",
        "collections/new/?id=us-bmap&id=interpol-chase",
    ],
    "Grace Njeri": ["registry/", "registry/focal-points/"],
    "Lucía Prado": [
        "drafts/",
        "drafts/new/",
        "practices/us-bmap/revise/",
        *(
            f"drafts/{{changes asked}}/{page}"
            for page in ("", "edit/", "preview/", "history/", "submit/", "give-up/")
        ),
        "history/draft/{changes asked}/",
    ],
    "Maya Lindqvist": [
        "history/practice/us-bmap/",
        "drafts/",
        "drafts/{changes asked}/",
        "applications/",
        "applications/{waits for an editor}/",
        "editors/",
        "editors/stale/",
        "editors/searches/",
        "withdrawals/{withdrawal}/",
        "withdrawals/{withdrawal}/carry-out/",
    ],
    "Rosa Keller": ["practices/us-bmap/applications/new/", "practices/us-lab-chemicals-fact-sheet/"],
    "Omar Farouk": [
        "drafts/{accepted}/publish/",
        "translations/",
        "translations/?language=ar",
        "practices/us-bmap/translations/ar/",
    ],
}
BY_PERSON = [(name, path) for name, paths in SIGNED_IN.items() for path in paths]
FIRST_VISIT, LATER_VISIT = 100_000, 25_000  # bytes over the line


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page, path, language):
    page.goto(f"/{language}/{path}")

    assert violations(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("name", "path"), BY_PERSON)
def test_axe_finds_nothing_on_pages_of_who_is_signed_in(entered, name, path, language):
    page = entered(name)
    path = re.sub(r"(\w+)/\{(.+)\}", lambda match: f"{match[1]}/{one_in(page, *match.groups())}", path)
    page.goto(f"/{language}/{path}")

    assert page.url.endswith(f"/{language}/{path}")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def one_in(page, listed, state):
    """The key of something of the demonstration that is in this state; of a person, by their address."""
    if listed == "people":
        page.goto("/en/people/")
        page.get_by_label("E-mail address").fill(state + demo.DOMAIN)
        page.get_by_role("button", name="Find").click()
        return page.url.split("/")[5]
    if listed in {"exercises", "responses"}:
        page.goto(f"/en/needs/{listed}/")
        link = page.locator(".rows li", has_text=state).first.get_by_role("link")
        return link.get_attribute("href").split("/")[4]
    page.goto("/en/editors/queue/" if listed == "withdrawals" else f"/en/{listed.removesuffix('s')}s/")
    line = page.locator(".rows li, tbody tr", has_text=state).last
    return line.get_by_role("link").get_attribute("href").split("/")[3]


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


@pytest.mark.parametrize("path", ["", "practices/", "practices/us-bmap/", "practices/coverage/"])
def test_axe_finds_nothing_in_the_dark(page, path):
    page.emulate_media(color_scheme="dark")
    page.goto(f"/en/{path}")

    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize("language", ["en", "ar", "ru"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_small_phone(page, path, language):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/{language}/{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(
    "path", ["en/", "ar/", "zh-hans/practices/", "ru/practices/us-bmap/", "en/search/?q=chlorine"]
)
def test_a_first_visit_and_a_later_one_are_small(page, path):
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    bytes_of = {}
    line.on(
        "Network.loadingFinished",
        lambda event: bytes_of.update({event["requestId"]: event["encodedDataLength"]}),
    )

    page.goto(f"/{path}", wait_until="networkidle")
    first = sum(bytes_of.values())
    bytes_of.clear()
    page.goto("/en/practices/coverage/", wait_until="networkidle")
    later = sum(bytes_of.values())

    assert 0 < first <= FIRST_VISIT
    assert 0 < later <= LATER_VISIT
