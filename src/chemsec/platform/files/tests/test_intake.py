import io
import socket
import struct
import threading

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from chemsec.platform.files import intake
from chemsec.platform.files.tests.given import EICAR, PDF, given, office, picture

XLSX = "xl/workbook.xml"
OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("content", "called", "name", "media_type"),
    [
        (PDF, "note.pdf", "note.pdf", "application/pdf"),
        (PDF, "note.exe", "note.pdf", "application/pdf"),
        (picture(), "photo.png", "photo.jpg", "image/jpeg"),
        (picture("PNG"), "photo", "photo.png", "image/png"),
        (
            office(),
            "letter.docx",
            "letter.docx",
            OFFICE + "wordprocessingml.document",
        ),
        (
            office(main=XLSX),
            "a.b.xlsx",
            "a.b.xlsx",
            OFFICE + "spreadsheetml.sheet",
        ),
        (b"Sehr geehrte Damen", "brief.txt", "brief.txt", "text/plain; charset=utf-8"),
    ],
)
def test_the_kind_is_told_by_the_content_not_by_the_name(content, called, name, media_type):
    accepted = intake.accept(given(content, called))

    assert (accepted.name, accepted.media_type) == (name, media_type)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "this kind"),
        (b"<!doctype html><script>alert(1)</script>", "this kind"),
        (b"MZ\x90\x00\x03\x00", "this kind"),
        (b"#!/bin/sh\nrm -rf /", "this kind"),
        (b"{\\rtf1 object}", "this kind"),
        (b"GIF89a" + b"\x00" * 40, "this kind"),
        (picture()[:60], "this kind"),
        (b"%PDF-1.4 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "programs"),
        (b"%PDF-1.4 /OpenAction << /S /Java#53cript /J#53 (app.alert(1)) >>", "programs"),
        (b"%PDF-1.4 /Names /EmbeddedFile", "programs"),
        (office("word/vbaProject.bin"), "macros"),
        (office("word/embeddings/oleObject1.bin"), "macros"),
        (office("word/activeX/activeX1.xml"), "macros"),
        (office(main="readme.txt"), "Archives"),
        (office(main="../../etc/passwd"), "Archives"),
        (office("word/big.xml", size=60_000_000), "unpacks"),
        (office(*(f"word/{n}.xml" for n in range(2_100))), "unpacks"),
        (office()[:-30] + b"\x00" * 8, "taken|damaged"),
        (picture("PNG", size=(9_000, 9_000)), "pixels"),
        (b"a" * 10_000_001, "larger than 10 MB"),
    ],
    ids=range(21),
)
def test_what_isnt_taken_is_refused_with_a_reason(content, why):
    with pytest.raises(ValidationError, match=why):
        intake.accept(given(content))


def test_nothing_of_how_a_picture_was_taken_comes_along():
    content = picture(about="52.0907 N 4.3158 E, taken by Ines Marek")
    assert b"Ines Marek" in content

    kept = intake.accept(given(content, "a.jpg")).content

    assert b"Ines Marek" not in kept
    with Image.open(io.BytesIO(kept)) as drawn:
        assert (drawn.size, dict(drawn.getexif())) == ((40, 30), {})


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\note.pdf", "note.pdf"),
        ("note\u202efdp.exe", "notefdp.pdf"),
        ("a\nb\x00.pdf", "a b.pdf"),
        ("\u200b.pdf", "file.pdf"),
        ("...", "file.pdf"),
        ('a"; filename="b.exe', "a__ filename=_b.pdf"),
        ("مذكرة.pdf", "مذكرة.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_is_one_line_without_folders_or_what_nobody_sees(called, name):
    assert intake.clean_name(called, "pdf") == name


# ── the scanner ──


@pytest.fixture
def scanner(settings):
    """A scanner that knows one signature, and what it was sent."""
    sent: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    line, _address = server.accept()
                except OSError:
                    return
                with line, line.makefile("rb") as asked:
                    assert asked.read(10) == b"zINSTREAM\0"
                    content = b""
                    while size := struct.unpack(">L", asked.read(4))[0]:
                        content += asked.read(size)
                    sent.append(content)
                    line.sendall(b"stream: Eicar FOUND\0" if EICAR in content else b"stream: OK\0")

        threading.Thread(target=serve, daemon=True).start()
        settings.CHEMSEC_CLAMD = f"127.0.0.1:{server.getsockname()[1]}"
        yield sent


def test_what_the_scanner_finds_something_in_isnt_taken(scanner):
    with pytest.raises(ValidationError, match="virus"):
        intake.accept(given(EICAR, "note.txt"))


def test_what_it_finds_nothing_in_is(scanner):
    content = PDF + b" " * 200_000

    intake.accept(given(content))

    assert scanner == [content]


def test_while_the_scanner_is_away_nothing_is_taken(settings):
    settings.CHEMSEC_CLAMD = "/nowhere/clamd.sock"

    with pytest.raises(ValidationError, match="Try again later"):
        intake.accept(given(PDF))
