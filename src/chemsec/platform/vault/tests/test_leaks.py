"""Nothing of what is sealed stands anywhere else: databases, files, logs, reports of errors."""

import io
import logging
import uuid

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import RequestFactory
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from chemsec.platform.access import SYSTEM
from chemsec.platform.vault import flows, keys
from chemsec.platform.vault.commitments import commit
from chemsec.platform.vault.errors import LockedError
from chemsec.platform.vault.public import seal_stream

from .models import Letter
from .sealing import ARLANDIA, again, damage, everything_kept, letter, without_master

PLANTED = 500


def test_what_is_sealed_is_found_nowhere(vault, settings, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "django.db.backends")
    for alias in ("default", "keys"):
        connections[alias].force_debug_cursor = True
    planted = [f"planted-{uuid.uuid4()}" for _ in range(PLANTED)]
    for number, text in enumerate(planted):
        row = Letter(owner_id=ARLANDIA, title=f"visible-{number}", text=text, facts={text: [text]})
        row.save()
        if number % 10 == 0:
            commit(text, ARLANDIA)
            (vault.folder / f"{number}.sealed").write_bytes(
                b"".join(seal_stream(ARLANDIA, str(number), [text.encode()]))
            )
            damage(row)
    flows.rotate_owner_key(ARLANDIA, by=SYSTEM)
    call_command("reseal", stdout=io.StringIO())
    assert [again(row).text for row in Letter.objects.all()]
    dump = io.StringIO()
    call_command("dumpdata", "vault_tests", "vault", "audit", stdout=dump)
    raw = keys.newest(ARLANDIA)._unwrap()

    kept = everything_kept(vault) + dump.getvalue().encode() + caplog.text.encode()

    assert b"visible-499" in kept
    assert "UPDATE" in caplog.text  # statements are logged with their parameters
    assert [text for text in planted if text.encode() in kept] == []
    assert raw not in kept
    assert raw.hex().encode() not in kept


def report(error, request):
    reporter = ExceptionReporter(request, type(error), error, error.__traceback__)
    return reporter.get_traceback_html() + reporter.get_traceback_text()


def test_a_report_of_an_error_in_a_view_shows_no_value(db, settings):
    secret = uuid.uuid4().hex
    row = again(letter(secret))

    def view(request):
        words = row.text
        held = {"answer": row, "sent": request.POST["answer"]}
        raise RuntimeError(len(words) + len(held))

    request = RequestFactory().post("/", {"answer": secret})
    with pytest.raises(RuntimeError) as caught:
        view(request)
    said = report(caught.value, request)

    assert "words" in said
    assert "held" in said
    assert secret not in said


def test_errors_within_the_vault_show_no_value_even_to_a_careless_filter(db, settings, tmp_path):
    secret = uuid.uuid4().hex
    settings.DEFAULT_EXCEPTION_REPORTER_FILTER = (
        f"{SafeExceptionReporterFilter.__module__}.SafeExceptionReporterFilter"
    )
    keys.newest(ARLANDIA)
    with without_master(settings, tmp_path):
        try:
            letter(secret)
        except LockedError as error:
            frames = ExceptionReporter(None, type(error), error, error.__traceback__).get_traceback_frames()
    ours = [
        frame for frame in frames if "/vault/" in frame["filename"] and "/tests/" not in frame["filename"]
    ]

    assert {frame["function"] for frame in ours} >= {"seal", "_seal", "pre_save", "cipher", "_unwrap"}
    assert all(secret not in f"{value}" for frame in ours for _name, value in frame["vars"])
