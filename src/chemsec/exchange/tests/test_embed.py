"""The question box for a frame on another website."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.usefixtures("compendium")

PRINT_HEADERS = """
import django; django.setup()
from django.test import Client
for path in ("/en/embed/", "/en/doors/"):
    response = Client(SERVER_NAME="localhost").get(path)
    print(response.status_code, response.get("X-Frame-Options"))
    print(next(part for part in response["Content-Security-Policy"].split("; ") if "frame" in part))
    print("https://www.example.org" in response.content.decode())
"""


def test_it_holds_the_box_and_nothing_that_needs_a_script(client):
    page = client.get("/ar/embed/").content.decode()

    assert '<form class="ask" action="/ar/search/" method="get"' in page
    assert 'target="_blank"' in page
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script" not in page


def test_without_a_setting_nobody_may_frame_it(client):
    response = client.get("/en/embed/")

    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response


def test_only_the_sites_in_the_setting_may_frame_it_and_only_it(loaded):
    environment = loaded.environment | {
        "CHEMSEC_EMBED_ANCESTORS": "https://www.example.org,https://intranet.example.org",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTEST_XDIST_WORKER": os.environ.get("PYTEST_XDIST_WORKER", "alone"),
    }

    printed = subprocess.run(
        [sys.executable, "-c", PRINT_HEADERS], env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert printed == [
        "200 None",
        "frame-ancestors https://www.example.org https://intranet.example.org",
        "False",
        "200 DENY",
        "frame-ancestors 'none'",
        "True",
    ]
