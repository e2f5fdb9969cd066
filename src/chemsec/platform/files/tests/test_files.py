import os
import time
from pathlib import Path

import pytest
from django.test import Client
from tests.house.cast import sign_in

from chemsec.platform.access import SYSTEM
from chemsec.platform.accounts import flows
from chemsec.platform.accounts.models import Appointment, Person, Role
from chemsec.platform.accounts.tests.people import member
from chemsec.platform.files import storing
from chemsec.platform.files.models import StoredFile
from chemsec.platform.files.tests.given import LETTER, PDF, given, office
from chemsec.platform.models import State
from chemsec.platform.vault import flows as vault

pytestmark = pytest.mark.usefixtures("compendium")

NEW = "/en/registry/focal-points/"


@pytest.fixture
def registrar():
    return member("secretariat", Role.REGISTRAR)


@pytest.fixture
def letter(registrar):
    return flows.enter_focal_point(
        State.objects.first(), "f@s.example", "Note 12", LETTER, by=registrar
    ).document


def browser_of(actor) -> Client:
    return sign_in(Person.objects.get(pk=actor.person))


def send(registrar, content, name="note.pdf"):
    data = {"state": State.objects.first().iso3, "email": "f@s.example", "official_word": "Note 12 of 3 May"}
    return browser_of(registrar).post(NEW, data | {"document": given(content, name)})


def test_the_note_of_a_state_comes_and_is_read_by_the_second_registrar(registrar):
    assert send(registrar, PDF, "Note\u202e verbale.exe").status_code == 302
    document = Appointment.objects.get().document
    second = member("secretariat", Role.REGISTRAR)

    shown = browser_of(second).get(f"/en/registry/focal-points/{Appointment.objects.get().pk}/").text
    answer = browser_of(second).get(f"/en/files/{document.pk}/")

    assert "Note verbale.pdf" in shown
    assert answer.getvalue() == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="Note verbale.pdf"'
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in answer["Cache-Control"]


def test_what_isnt_taken_is_said_beside_the_field_and_the_rest_stays(registrar):
    page = send(registrar, office("word/vbaProject.bin")).text

    assert "holds macros" in page
    assert "Note 12 of 3 May" in page
    assert not StoredFile.objects.exists()


def test_fifty_megabytes_are_refused_before_they_are_read(registrar):
    answer = send(registrar, b"0" * 50_000_000)

    assert answer.status_code == 413
    assert "up to 10 MB" in answer.text
    assert "Sign in" not in answer.text, "who is signed in isn’t known yet, and needn’t be told to"
    assert "My desk" in answer.text


def test_on_disk_there_is_nothing_to_read(letter):
    sealed = storing.path_of(letter).read_bytes()

    assert storing.read(letter) == PDF
    assert b"PDF" not in sealed
    assert storing.path_of(letter).parent.stat().st_mode & 0o077 == 0
    assert Path(storing.path_of(letter)).name == str(letter.pk), "no name of theirs on disk"


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\x00"),
        lambda path: path.unlink(),
    ],
)
def test_a_file_that_was_altered_or_is_gone_isnt_given_out_and_no_page_fails(letter, registrar, damage):
    damage(storing.path_of(letter))

    answer = browser_of(registrar).get(f"/en/files/{letter.pk}/")

    assert answer.status_code == 503
    assert "can’t be opened" in answer.text


def test_whose_key_was_forgotten_their_files_are_locked(letter, registrar):
    vault.forget_owner(letter.owner_id, by=SYSTEM)

    page = browser_of(registrar).get(f"/en/registry/focal-points/{Appointment.objects.get().pk}/")

    assert page.status_code == 200
    assert "locked" in page.text
    assert browser_of(registrar).get(f"/en/files/{letter.pk}/").status_code == 503


def test_whoever_loses_the_role_loses_the_file_with_the_next_request(letter, registrar):
    open_tab = browser_of(registrar)
    assert open_tab.get(f"/en/files/{letter.pk}/").status_code == 200

    Person.objects.get(pk=registrar.person).memberships.update(ended_at="2026-01-01T00:00:00Z")

    assert open_tab.get(f"/en/files/{letter.pk}/").status_code == 404


def test_bytes_of_an_attempt_that_broke_off_go_and_others_stay(letter):
    left = storing.path_of(letter).with_name("3f2c1a52-0000-4000-8000-000000000000")
    left.write_bytes(b"left over")
    assert storing.remove_forgotten() == 0, "somebody may be about to commit it"
    for path in (left, storing.path_of(letter)):
        os.utime(path, (time.time() - 2 * storing.FORGOTTEN,) * 2)

    assert storing.remove_forgotten() == 1

    assert storing.read(letter) == PDF
