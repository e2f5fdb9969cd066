"""How a browser learns to ask the portal."""

import pytest
from django.conf import settings
from lxml import etree

from chemsec.platform import languages

pytestmark = pytest.mark.usefixtures("compendium")

NAMES = {"o": "http://a9.com/-/spec/opensearch/1.1/"}


@pytest.mark.parametrize("code", languages.CODES)
def test_it_leads_to_the_search_of_its_language(client, code):
    response = client.get(f"/opensearch.xml?lang={code}")

    tree = etree.fromstring(response.content)
    template = tree.xpath("string(o:Url[@type='text/html']/@template)", namespaces=NAMES)
    address = template.removeprefix(settings.CHEMSEC_BASE_URL).replace("{searchTerms}", "acid")
    assert response["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    assert address == f"/{code}/search/?q=acid"
    assert client.get(address).status_code == 200
    assert len(tree.findtext("o:ShortName", namespaces=NAMES)) <= 16
    assert len(tree.findtext("o:LongName", namespaces=NAMES)) <= 48
    assert tree.findtext("o:Language", namespaces=NAMES) == languages.language(code).tag


def test_an_unknown_language_is_refused(client):
    assert client.get("/opensearch.xml?lang=tlh").status_code == 400
