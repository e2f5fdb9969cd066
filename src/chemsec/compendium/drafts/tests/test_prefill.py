"""Beginning from a page or a document. Pages are asked for at a server of the test's own."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.house.cast import sign_in

from chemsec.compendium.drafts import flows, prefill
from chemsec.compendium.drafts.tests.making import make_cast
from chemsec.compendium.models import Draft
from chemsec.platform.accounts.models import Person

pytestmark = pytest.mark.usefixtures("compendium")

PAGE = """<!doctype html><html lang="fr-CH"><head><meta charset="utf-8"><title>Registre | Ministère</title>
<meta name="description" content="Un registre   des ventes.">
<meta property="og:site_name" content="Ministère">
<meta name="dc.date" content="2021-05-03"></head><body><p>Texte</p><script>alert(1)</script></body></html>"""
HTML = "text/html"
ANSWERS = {  # path -> status, kind, body
    "page": (200, HTML, PAGE.encode()),
    "latin": (200, f"{HTML}; charset=iso-8859-1", "<title>Été</title>".encode("iso-8859-1")),
    "hidden": (200, HTML, "<title>Safe\u202egnp.exe</title>".encode()),
    "file": (200, "application/pdf", b"%PDF-1.7"),
    "empty": (200, HTML, b""),
    "broken": (200, HTML, b"<<<\x00\xff&&&<title>Almost"),
    "gone": (404, HTML, b"<title>Not here</title>"),
    "large": (200, HTML, b"<title>Large</title>" + b"<p>x</p>" * 1_000_000),
    "inside": (302, "http://192.168.1.1/admin", b""),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, kind, body = ANSWERS[self.path.strip("/")]
        self.send_response(status)
        self.send_header("Location" if status == 302 else "Content-Type", kind)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return  # who asked has read enough

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def server(settings):
    settings.CHEMSEC_ASK_OUTSIDE = settings.CHEMSEC_ASK_LOOPBACK = True
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_says_of_itself_what_the_draft_begins_with(server):
    cast = make_cast()

    found = flows.find_words(url=f"{server}/page", language="fr", by=cast.author)
    begun = flows.begin_with(found, by=cast.author)

    found = {name: begun.content[name] for name in ("title", "summary", "publisher", "year", "url")}
    assert found == {
        "title": "Registre | Ministère",
        "summary": "Un registre des ventes.",
        "publisher": "Ministère",
        "year": 2021,
        "url": f"{server}/page",
    }
    assert begun.content["document_language"] == "fr"
    assert begun.content["source_language"] == "fr"


@pytest.mark.parametrize(
    ("path", "title"), [("latin", "Été"), ("hidden", "Safegnp.exe"), ("large", "Large"), ("broken", "Almost")]
)
def test_odd_pages_are_read_as_far_as_they_can_be(server, path, title):
    assert prefill.from_page(f"{server}/{path}")["title"] == title


@pytest.mark.parametrize("path", ["file", "empty", "gone", "inside"])
def test_what_isnt_a_public_page_is_refused_and_no_draft_begun(server, path):
    with pytest.raises(ValidationError):
        flows.find_words(url=f"{server}/{path}", language="en", by=make_cast().author)

    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/",
        "file:///etc/passwd",
        "http://localhost",
    ],
)
def test_nothing_inside_is_asked_for(settings, url):
    settings.CHEMSEC_ASK_OUTSIDE = True

    with pytest.raises(ValidationError):
        prefill.from_page(url)


def test_a_document_is_divided_by_its_own_lines():
    found = prefill.from_text(
        "Count the drums\r\n\r\nThe foreman counts.\n1. Number them.\n• Count them.\n2) Sign.\n"
        "A missing one is reported."
    )

    assert found == {
        "title": "Count the drums",
        "summary": "The foreman counts.\nA missing one is reported.",
        "how_to_apply": "1. Number them.\n• Count them.\n2) Sign.",
    }


def test_of_a_document_in_one_long_line_nothing_is_lost():
    text = "word " * 300

    assert prefill.from_text(text)["summary"] == text.strip()


def test_the_page_asks_for_one_of_the_two_and_keeps_what_was_written():
    client = sign_in(Person.objects.get(pk=make_cast().author.person))
    page = "/en/drafts/new/from/"

    both = client.post(page, {"url": "https://a.example/", "text": "A document", "language": "en"})
    assert "one of the two" in both.text
    assert "A document" in both.text
    inside = client.post(page, {"url": "http://10.0.0.1/", "language": "en"})
    assert "Paste the document instead" in inside.text
    assert "http://10.0.0.1/" in inside.text


def test_a_reader_begins_nothing():
    with pytest.raises(PermissionDenied):
        flows.find_words(text="A document", language="en", by=make_cast().reader)
