"""What search engines are told of."""

import pytest
from django.conf import settings
from lxml import etree

from chemsec.exchange import sitemaps
from chemsec.platform import languages

pytestmark = pytest.mark.usefixtures("compendium")

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def read(client, path="/sitemap.xml"):
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return etree.fromstring(response.content)


def addresses(tree) -> list[str]:
    return [
        str(text).removeprefix(settings.CHEMSEC_BASE_URL)
        for text in tree.xpath("//s:loc/text()", namespaces=NAMES)
    ]


def test_every_listed_practice_is_there_in_six_languages(client, ids, withdraw):
    withdraw(ids[0])

    found = addresses(read(client))
    assert len(found) == len(set(found))
    assert [path for path in found if f"/practices/{ids[0]}/" in path] == []
    for name in ids[1:]:
        assert {f"/{code}/practices/{name}/" for code in languages.CODES} <= set(found)


def test_every_page_that_it_names_is_there(client):
    for path in addresses(read(client)):
        if path.startswith("/en/") and not path.startswith("/en/practices/"):
            assert client.get(path).status_code == 200, path


def test_each_page_has_the_others_beside_it(client, ids):
    tree = read(client)

    page = tree.xpath(f"//s:url[s:loc[contains(., '/fr/practices/{ids[0]}/')]]", namespaces=NAMES)[0]
    links = {link.get("hreflang"): link.get("href") for link in page.iterfind("x:link", NAMES)}
    assert links == {
        **{
            language.tag: f"{settings.CHEMSEC_BASE_URL}/{language.code}/practices/{ids[0]}/"
            for language in languages.all_languages()
        },
        "x-default": f"{settings.CHEMSEC_BASE_URL}/practices/{ids[0]}/",
    }
    assert page.findtext("s:lastmod", namespaces=NAMES).startswith("20")


def test_a_long_one_is_an_index_of_several(client, monkeypatch):
    whole = addresses(read(client))
    monkeypatch.setattr(sitemaps, "PAGES_PER_FILE", 100)

    parts = addresses(read(client, "/sitemap.xml?anew"))
    assert [path for part in parts for path in addresses(read(client, f"{part}?anew"))] == whole
    assert len(parts) == 2
    assert client.get("/sitemap-3.xml?anew").status_code == 404


def test_robots_are_told_where_it_is(client):
    assert f"Sitemap: {settings.CHEMSEC_BASE_URL}/sitemap.xml" in client.get("/robots.txt").content.decode()
