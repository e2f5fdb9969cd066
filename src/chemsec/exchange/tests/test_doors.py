"""The page for people who connect software."""

import re

import pytest

from chemsec.platform import languages

pytestmark = pytest.mark.usefixtures("compendium")


def test_every_address_that_it_shows_answers(client):
    page = client.get("/en/doors/").content.decode()

    main = page[page.index("<main") : page.index("</main>")]
    shown = [address.replace("&amp;", "&") for address in re.findall(r'href="(/[^"]*)"', main)]
    assert len(shown) > 20
    own = "/en/account/"  # one's own keys and calendar: for whoever signs in
    for address in shown:
        answer = client.get(address)
        leads = answer.status_code == 302 and answer["Location"].startswith("/en/account/login/")
        assert leads if address.startswith(own) else answer.status_code == 200, address


@pytest.mark.parametrize("code", languages.CODES)
def test_the_snippet_shows_the_box_in_the_readers_language(client, code):
    page = client.get(f"/{code}/doors/").content.decode()

    assert f"&lt;iframe src=&quot;http://localhost:8000/{code}/embed/" in page.replace('"', "&quot;")
