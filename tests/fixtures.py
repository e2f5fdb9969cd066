"""Fixtures of the whole house. A test pays only for what it names.

db            (pytest-django) an empty, migrated database, rolled back after the test
compendium    the database with reference data, practices and search index, rolled back after the test; used
              instead of `db`, by argument or `pytestmark = pytest.mark.usefixtures("compendium")`
entered       entered("Ines Marek") is a page like `page`, signed in as this person of the demonstration
portal        the address of the real portal, web and worker, on a database of its own with all content
page          a page of system Chromium at the portal; the test fails on a script error or a refused resource
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from hypothesis import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker
from tests import databases
from tests.databases import HOUSE, Instance

from chemsec.platform import caching
from chemsec.platform.vault import keys, master

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests with large counts too")
    parser.addoption("--only-database", action="store_true", help="run what depends on the database")


def pytest_configure(config: pytest.Config) -> None:
    """The same examples in every run, so that a change fails for what it changed; other ones with --long."""
    TransactionTestCase.databases = set(connections)  # one doesn't see which code seals something
    settings.register_profile("house", deadline=None, derandomize=not config.getoption("long"))
    settings.load_profile("house")


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # once for the run, before its workers start
        call_command("compile_catalogues", stdout=StringIO())
        master.make_demonstration_key()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted, unwanted = [], []
    for item in items:
        if "portal" in item.fixturenames:  # one portal and one Chromium for the run
            item.add_marker(pytest.mark.xdist_group("portal"))
        long = item.get_closest_marker("long") and not config.getoption("long")
        beside = config.getoption("only_database") and not depends_on_database(item)
        (unwanted if long or beside else wanted).append(item)
    config.hook.pytest_deselected(items=unwanted)
    items[:] = wanted


def depends_on_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "loaded", "migrated"}
    touches = item.get_closest_marker("django_db") or fixtures & set(item.fixturenames)
    return bool(touches) and not item.get_closest_marker("browser")


@pytest.fixture(autouse=True)
def _without_keys_of_others() -> Iterator[None]:
    """What a test unwrapped goes with its database."""
    yield
    keys.forget()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page fetched in another language leaves that language behind; each test begins in English."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The databases of `db`, that of keys among them whether or not a test says so."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases=list(connections))
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def migrated() -> Instance:
    """An installation with an empty, migrated database, to be cloned."""
    return databases.prepared(
        "migrated", ("migrate", "--verbosity=0"), ("migrate", "vault", "--database=keys", "--verbosity=0")
    )


@pytest.fixture(scope="session")
def loaded() -> Instance:
    """An installation with all content, to be cloned."""
    return databases.prepared("loaded", ("prepare",))


@pytest.fixture(scope="session")
def _loaded_clone(loaded: Instance) -> Instance:
    return databases.clone(loaded, "compendium")


@pytest.fixture
def _on_loaded_clone(
    _loaded_clone: Instance, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    caching.forget()
    with django_db_blocker.unblock(), databases.switched_to(_loaded_clone):
        yield


@pytest.fixture
def compendium(_on_loaded_clone: None, db: None) -> None:
    """The database with all content. `db` comes second: its transaction is one of the loaded database."""


@pytest.fixture(scope="session")
def opened(loaded: Instance) -> Instance:
    """The installation that `portal` serves."""
    return databases.clone(loaded, "portal")


@pytest.fixture(scope="session")
def portal(opened: Instance) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "bin/portal.py"],
        cwd=HOUSE,
        env=opened.environment | {"PORT": str(port), "CHEMSEC_WEB_PROCESSES": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("The portal is open at "):
            break
    else:
        pytest.fail(f"The portal didn't open: {''.join(said)}")
    yield f"http://localhost:{port}"
    process.terminate()
    process.communicate(timeout=30)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


expect.set_options(timeout=15_000)  # milliseconds: other tests may have the processor


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, portal: str, **options: Any) -> Iterator[Page]:
    """A page at the portal that must show no script error and no refused resource."""
    context = browser.new_context(base_url=portal, **options)
    page = context.new_page()
    faults: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            faults.append(message.text)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", listen)
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def page(browser: Browser, portal: str) -> Iterator[Page]:
    with watched(browser, portal) as page:
        yield page


FRESH = 120  # seconds for which cookies are used again: what binds asks for a fresh second factor


@pytest.fixture(scope="session")
def _sessions() -> dict[str, tuple[float, Any]]:
    """When the run signed somebody in, and their cookies."""
    return {}


@pytest.fixture
def entered(browser: Browser, portal: str, _sessions: dict[str, Any]) -> Iterator[Callable[[str], Page]]:
    with ExitStack() as pages:

        def enter(name: str) -> Page:
            since, cookies = _sessions.get(name, (0.0, None))
            is_fresh = time.monotonic() - since < FRESH
            page = pages.enter_context(watched(browser, portal, storage_state=cookies if is_fresh else None))
            if not is_fresh:
                page.goto("/en/account/login/")
                page.locator(".rows li", has_text=name).first.get_by_role("button").click()
                expect(page.locator("h1")).to_have_text("My desk")
                _sessions[name] = (time.monotonic(), page.context.storage_state())
            return page

        yield enter
