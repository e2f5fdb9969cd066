import csv
import io
import re
import zlib
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from chemsec.compendium import flows, queries, tasks
from chemsec.compendium.access import ANYONE, SYSTEM
from chemsec.platform import jobs, languages

from .drafts import draft

pytestmark = pytest.mark.usefixtures("compendium")

QUERY = "?stage=recycling&measure=legislation&sort=title"


def shown_ids(client):
    body = client.get(f"/en/practices/list.json{QUERY}").json()
    return [record["id"] for record in body]


def test_every_form_holds_exactly_what_the_list_shows(client):
    listing = client.get(f"/en/practices/{QUERY}")
    ids = shown_ids(client)

    assert len(ids) == 14
    assert all(f"/en/practices/{key}/".encode() in listing.content for key in ids)
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/en/practices/list.csv{QUERY}").content.decode("utf-8-sig")))
    )
    assert [row["Identifier"] for row in rows] == ids
    sheet = load_workbook(io.BytesIO(client.get(f"/en/practices/list.xlsx{QUERY}").content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ids
    assert client.get(f"/en/practices/list.bib{QUERY}").content.count(b"\n  title = ") == len(ids)
    assert client.get(f"/en/practices/list.ris{QUERY}").content.count(b"ER  - ") == len(ids)


def test_no_cell_is_taken_for_a_formula(client):
    flows.publish_edition("arlandia-locks", draft(source={"title": '=HYPERLINK("http://x")'}), by=SYSTEM)

    rows = client.get("/en/practices/list.csv").content.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(client.get("/en/practices/list.xlsx").content)).active

    assert "'=HYPERLINK" in rows
    titles = {row[2].value: row[2].data_type for row in sheet.iter_rows(min_row=2)}
    assert titles['\'=HYPERLINK("http://x")'] == "s"


def test_a_sheet_in_arabic_runs_from_right_to_left(client):
    sheet = load_workbook(io.BytesIO(client.get(f"/ar/practices/list.xlsx{QUERY}").content)).active

    assert sheet.sheet_view.rightToLeft


def test_the_record_says_null_for_what_is_not_stated(client):
    record = client.get("/en/practices/us-bmap.json").json()

    assert (record["year"], record["limits"], record["needs"]["money"]) == (None, None, None)
    assert record["url"].endswith("/practices/us-bmap/editions/1/")
    assert len(record["steps"]) == 3


def streams(paper: bytes) -> bytes:
    """What stands in a PDF, unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL)
    return b"\n".join(zlib.decompressobj().decompress(one) if one[:1] == b"\x78" else one for one in packed)


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans", "ru"])
def test_a_practice_on_paper_is_a_tagged_pdf(client, language):
    paper = client.get(f"/{language}/practices/us-bmap.pdf").content

    assert paper.startswith(b"%PDF-")
    assert b"pdfuaid:part" in streams(paper)
    assert b"/StructTreeRoot" in streams(paper)


def test_a_short_list_is_a_booklet_at_once_and_a_long_one_is_made_in_the_background(client):
    short = client.get("/en/practices/list.pdf?stage=recycling&measure=know_your_customer")
    long = client.get("/en/practices/list.pdf?stage=storage")

    assert short.content.startswith(b"%PDF-")
    assert long["Location"] == "/en/practices/booklet/?stage=storage"


def test_a_booklet_in_the_background_reports_its_progress_and_can_be_taken(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = client.post("/en/practices/booklet/?stage=recycling&measure=know_your_customer")["Location"]
    job = DBTaskResult.objects.latest("enqueued_at")
    assert client.get(page).status_code == 200

    context = SimpleNamespace(task_result=SimpleNamespace(id=str(job.pk)))
    tasks.make_booklet.func(context, *job.args_kwargs["args"])

    assert (jobs.status(job.pk).done, jobs.status(job.pk).total) == (4, 4)
    assert (
        client.post("/en/practices/booklet/?measure=know_your_customer&stage=recycling")["Location"] == page
    )
    assert b"".join(client.get(f"{page}?download").streaming_content).startswith(b"%PDF-")


def test_a_practice_on_paper_says_what_its_page_says_of_its_standing():
    with translation.override("en"):
        card = queries.practice(ANYONE, "us-bmap").card
        context = {"card": card, "language": languages.current(), "is_demo": True}
        paper = render_to_string("compendium/booklet_practice.html", context)

    assert "Compiled, not yet confirmed by its publisher" in paper
    assert "This is a demonstration." in paper
    assert all(name in paper for name in ("Who it is for", "Kind of measure"))


def test_a_spreadsheet_says_what_was_confirmed_and_checked_and_what_a_practice_takes(client):
    rows = list(
        csv.DictReader(io.StringIO(client.get("/en/practices/us-bmap.csv").content.decode("utf-8-sig")))
    )

    assert {
        name: rows[0][name] for name in ("Confirmed by its publisher", "State of this text", "Limits")
    } == {
        "Confirmed by its publisher": "no",
        "State of this text": "original text",
        "Limits": "",
    }
    assert "Requirements: Law" in rows[0]
