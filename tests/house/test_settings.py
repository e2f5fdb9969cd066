"""The environment decides, a bad one stops the start, and docs/settings.md tells all of it."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db.backends.sqlite3.base import DatabaseWrapper
from tests.databases import HOUSE

SECRET = "x1y2" * 20
PRODUCTION = {
    "CHEMSEC_PRODUCTION": "1",
    "CHEMSEC_SECRET_KEY": SECRET,
    "CHEMSEC_BASE_URL": "https://portal.example",
}


def read(tmp_path, what, **environment):
    """Read settings in a process of its own: whether that worked, and the value or the last line said."""
    done = subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings\nprint({what})"],
        cwd=HOUSE / "src",
        env={"DJANGO_SETTINGS_MODULE": "chemsec.web.settings", "CHEMSEC_DATA_DIR": str(tmp_path)}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, (done.stdout or done.stderr).strip().splitlines()[-1]


def test_every_variable_that_settings_read_is_documented_and_no_other():
    text = (HOUSE / "docs" / "settings.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE)) == settings.CHEMSEC_VARIABLES


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "http"}, "set PORT to a valid value"),
        ({"PORT": "70000"}, "set PORT to a number from 1 to 65535."),
        ({"CHEMSEC_WEB_PROCESSES": "0"}, "set CHEMSEC_WEB_PROCESSES to 1 or more."),
        ({"CHEMSEC_IDLE_HOURS": "0"}, "set CHEMSEC_IDLE_HOURS to 1 or more."),
        ({"CHEMSEC_DEMO": "perhaps"}, "set CHEMSEC_DEMO to a valid value"),
        ({"CHEMSEC_LOG_LEVEL": "LOUD"}, "set CHEMSEC_LOG_LEVEL to a valid value"),
        (
            {"CHEMSEC_DATABASE_URL": "mysql://x/y"},
            "CHEMSEC_DATABASE_URL must begin with sqlite: or postgres:.",
        ),
        ({"CHEMSEC_DATABASE_URL": "nonsense"}, "set CHEMSEC_DATABASE_URL to a valid value"),
        ({"CHEMSEC_BASE_URL": "portal.example"}, "set CHEMSEC_BASE_URL to an address such as"),
        ({"CHEMSEC_SECRET_KEY_FILE": "/nowhere"}, "CHEMSEC_SECRET_KEY_FILE must name a readable text file"),
        ({"CHEMSEC_SECRET_KEY_FILE": "/dev/null"}, "named by CHEMSEC_SECRET_KEY_FILE, is empty."),
        (PRODUCTION | {"CHEMSEC_DEBUG": "1"}, "with CHEMSEC_PRODUCTION=1, unset CHEMSEC_DEBUG"),
        (PRODUCTION | {"CHEMSEC_DEMO": "1"}, "with CHEMSEC_PRODUCTION=1, unset CHEMSEC_DEMO"),
        (PRODUCTION | {"CHEMSEC_SECRET_KEY": ""}, "set CHEMSEC_SECRET_KEY or CHEMSEC_SECRET_KEY_FILE"),
        (PRODUCTION | {"CHEMSEC_SECRET_KEY": "short"}, "make the secret key at least 50 characters long."),
        (PRODUCTION | {"CHEMSEC_BASE_URL": ""}, "set CHEMSEC_BASE_URL to"),
        (
            PRODUCTION | {"CHEMSEC_BASE_URL": "http://portal.example"},
            "or CHEMSEC_ALLOW_HTTP=1 for plain HTTP.",
        ),
    ],
)
def test_a_bad_environment_stops_the_start_and_says_what_to_set(tmp_path, environment, sentence):
    works, said = read(tmp_path, "settings.DEBUG", **environment)

    assert not works
    assert said.startswith("django.core.exceptions.ImproperlyConfigured: Environment: ")
    assert sentence in said


def test_plain_http_in_production_is_possible_on_purpose(tmp_path):
    http = PRODUCTION | {"CHEMSEC_BASE_URL": "http://intranet", "CHEMSEC_ALLOW_HTTP": "1"}
    insists = "[settings.SECURE_SSL_REDIRECT, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0]"

    assert read(tmp_path, insists, **PRODUCTION) == (True, "[True, True, True]")
    assert read(tmp_path, insists, **http) == (True, "[False, False, False]")


def test_a_kept_secret_key_is_taken_unless_one_is_given(tmp_path):
    (tmp_path / "secret-key").write_text("kept" * 20 + "\n", encoding="ascii")
    (tmp_path / "other").write_text("other" * 20, encoding="ascii")

    assert read(tmp_path, "settings.SECRET_KEY") == (True, "kept" * 20)
    assert read(tmp_path, "settings.SECRET_KEY", CHEMSEC_SECRET_KEY_FILE=f"{tmp_path}/other") == (
        True,
        "other" * 20,
    )
    assert read(tmp_path, "settings.SECRET_KEY", CHEMSEC_SECRET_KEY=SECRET) == (True, SECRET)


def test_the_portal_answers_to_the_host_of_its_base_address(tmp_path):
    works, hosts = read(tmp_path, "settings.ALLOWED_HOSTS", CHEMSEC_BASE_URL="https://portal.example/")

    assert works
    assert "portal.example" in hosts


def test_a_misspelt_variable_is_warned_of(monkeypatch):
    from chemsec.platform.checks import no_variable_is_misspelt

    monkeypatch.setenv("CHEMSEC_PRODUCTON", "1")

    assert [warning.msg for warning in no_variable_is_misspelt(None)] == [
        "The environment has CHEMSEC_PRODUCTON, which means nothing to the portal."
    ]


@pytest.mark.parametrize(
    ("careless", "told"),
    [
        ("PRAGMA synchronous=FULL", []),
        ("PRAGMA synchronous=NORMAL", ["SQLite's synchronous is 1 instead of 2: saved work could be lost."]),
        ("PRAGMA foreign_keys=OFF", ["SQLite's foreign_keys is 0 instead of 1: saved work could be lost."]),
        (
            "PRAGMA journal_mode=DELETE",
            ["SQLite's journal_mode is 'delete' instead of 'wal': saved work could be lost."],
        ),
    ],
)
def test_sqlite_that_could_lose_work_is_refused(tmp_path, monkeypatch, django_db_blocker, careless, told):
    from chemsec.platform import checks
    from chemsec.web import settings as portal

    if portal.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        pytest.skip("PostgreSQL has no pragmas")
    options = portal.DATABASES["default"]["OPTIONS"]
    database = settings.DATABASES["default"] | {
        "NAME": tmp_path / "one.sqlite3",
        "OPTIONS": options | {"init_command": f"{options['init_command']}; {careless}"},
    }
    with django_db_blocker.unblock():
        connection = DatabaseWrapper(database)
        monkeypatch.setattr(checks, "connections", {"default": connection})
        errors = checks.sqlite_keeps_what_it_acknowledged(databases=["default"])
        connection.close()

    assert [error.msg for error in errors] == told
