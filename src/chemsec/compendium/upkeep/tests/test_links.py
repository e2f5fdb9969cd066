"""Links are asked for at a server of the test's own: no outside address is reached."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from chemsec.compendium import flows as practices
from chemsec.compendium.access import SYSTEM
from chemsec.compendium.models import Link
from chemsec.compendium.tests.drafts import draft
from chemsec.compendium.upkeep import links, tasks
from chemsec.platform import outside

pytestmark = pytest.mark.usefixtures("compendium")


class Handler(BaseHTTPRequestHandler):
    """Answers with the status that the path names; notes who asked how."""

    asked: list[tuple[str, str]]

    def do_HEAD(self):
        self.asked.append((self.command, self.path))
        kind = self.path.strip("/")
        if kind == "inside":
            return self.redirect("http://10.1.2.3/secret")
        if kind == "circle":
            return self.redirect("/circle")
        if kind == "no-heads":
            kind = "405" if self.command == "HEAD" else "200"
        if kind == "moved":
            return self.redirect("/200")
        self.send_response(int(kind))
        if kind == "429":
            self.send_header("Retry-After", "7200")
        self.end_headers()
        return None

    do_GET = do_HEAD  # noqa: N815  as the server calls it

    def redirect(self, where):
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def server(settings):
    settings.CHEMSEC_ASK_LOOPBACK = True
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def link(url, **facts):
    return Link.objects.create(url=url, due_at=timezone.now(), **facts)


def check(*wanted):
    return links.check(wanted, pause=lambda: None)


@pytest.mark.parametrize(
    ("path", "state", "status", "fault"),
    [
        ("200", "works", 200, ""),
        ("moved", "works", 200, ""),
        ("no-heads", "works", 200, ""),
        ("404", "fails", 404, "answer"),
        ("500", "fails", 500, "answer"),
        ("403", "closed", 403, ""),
        ("circle", "fails", None, "endless"),
        ("inside", "fails", None, "address"),
    ],
)
def test_what_a_source_answers_is_noted(server, path, state, status, fault):
    one = link(f"{server}/{path}")

    check(one)

    one.refresh_from_db()
    assert (one.state, one.status, one.fault) == (state, status, fault)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://10.0.0.8/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0x7f000001/",
        "http://[::ffff:127.0.0.1]/",
        "http://localhost/",
        "ftp://example.org/",
        "http:///nowhere",
    ],
)
def test_nothing_inside_is_asked(url):
    found = links.ask(outside.session(), url)

    assert (found.state, found.fault) == ("fails", "address")


def test_a_redirect_to_something_inside_isnt_followed(server):
    one = link(f"{server}/inside")

    check(one)

    assert [path for _method, path in Handler.asked] == ["/inside"]


def test_who_fails_is_asked_less_and_less_often_and_shown_after_three_tries(server):
    one = link(f"{server}/404")
    waits = []
    for _try in range(4):
        check(one)
        waits.append(round((one.due_at - timezone.now()).total_seconds() / 86_400))

    assert waits == [1, 2, 4, 8]
    assert one.failures == 4
    Link.objects.filter(pk=one.pk).update(url=f"{server}/200")
    one.refresh_from_db()
    check(one)
    assert (one.failures, one.failing_since, one.state) == (0, None, "works")


def test_who_asks_to_wait_is_waited_for_and_nothing_is_held_against_them(server):
    one = link(f"{server}/429")

    check(one)

    one.refresh_from_db()
    assert (one.state, one.failures, one.checked_at) == ("unchecked", 0, None)
    assert timedelta(hours=1) < one.due_at - timezone.now() <= timedelta(hours=2)


def test_a_portal_without_a_connection_holds_nothing_against_anybody():
    cut_off = [link(f"http://nowhere-{n}.invalid/") for n in range(3)]

    assert check(*cut_off) == []

    assert not Link.objects.filter(failures__gt=0).exists()


def test_a_server_is_asked_again_only_after_a_pause(server):
    pauses = []

    links.check([link(f"{server}/200"), link(f"{server}/404")], pause=lambda: pauses.append(1))

    assert len(pauses) == 1


def test_the_sources_of_what_is_shown_are_known_and_others_forgotten():
    practices.publish_edition("arlandia-locks", draft(facts={"url": "https://a.example/locks"}), by=SYSTEM)
    link("https://gone.example/")

    tasks.list_links()
    assert Link.objects.filter(url="https://a.example/locks").exists()
    assert not Link.objects.filter(url="https://gone.example/").exists()

    practices.publish_edition("arlandia-locks", draft(facts={"url": "https://a.example/new"}), by=SYSTEM)
    tasks.list_links()
    assert not Link.objects.filter(url="https://a.example/locks").exists()


def test_no_link_is_checked_where_the_portal_may_not_ask(settings):
    settings.CHEMSEC_ASK_OUTSIDE = False

    tasks.ask_for_checks()

    assert not Link.objects.exists()
