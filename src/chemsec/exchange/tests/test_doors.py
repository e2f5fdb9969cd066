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
    for address in shown:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("code", languages.CODES)
def test_the_snippet_shows_the_box_in_the_readers_language(client, code):
    page = client.get(f"/{code}/doors/").content.decode()

    assert f"&lt;iframe src=&quot;http://localhost:8000/{code}/embed/" in page.replace('"', "&quot;")
