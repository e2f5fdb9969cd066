"""The audit log: what was written can be proved, what was altered is found and named."""

import base64
import json
import random
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from tests import databases

from chemsec.kernel import merkle
from chemsec.platform.access import ANYONE, SYSTEM
from chemsec.platform.audit import checkpoints, checks, log
from chemsec.platform.audit.models import Checkpoint, Entry, Head

from .tampering import MUTATIONS, unprotected


def write(count):
    for number in range(count):
        with transaction.atomic():
            log.record("try", f"thing/{number}", by=SYSTEM, right="audit.try", facts={"ü": number})


def test_an_entry_says_who_did_what_by_which_right(db):
    log.record("publish_edition", "practice/x", by=SYSTEM, right="compendium.publish", facts={"edition": 2})

    said = json.loads(Entry.objects.get().body)
    assert said.pop("at").endswith("+00:00")
    assert said == {
        "seq": 1,
        "verb": "publish_edition",
        "thing": "practice/x",
        "by": "system",
        "right": "compendium.publish",
        "from": "command",
        "facts": {"edition": 2},
    }


def test_of_somebody_who_is_not_signed_in_no_address_is_kept(db, client):
    token = log.origin.set("192.0.2.7")
    log.record("keep_gap", "gap/1", by=ANYONE, right="compendium.ask")
    log.origin.reset(token)

    assert "192.0.2.7" not in Entry.objects.get().body


@pytest.mark.parametrize("model", [Entry, Checkpoint, Head])
def test_the_database_refuses_to_delete(db, model):
    write(1)
    checkpoints.sign()

    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        model.objects.all().delete()


@pytest.mark.parametrize("model", [Entry, Checkpoint, Head])
def test_the_database_refuses_to_truncate(db, model):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    write(1)
    checkpoints.sign()
    sql = f"TRUNCATE {model._meta.db_table}"

    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.parametrize("model", [Entry, Checkpoint])
def test_the_database_refuses_to_alter(db, model):
    write(1)
    checkpoints.sign()
    field = {Entry: "body", Checkpoint: "note"}[model]

    with pytest.raises(DatabaseError, match="never altered"), transaction.atomic():
        model.objects.update(**{field: "x"})


def test_a_change_that_is_rolled_back_leaves_no_entry(db):
    write(2)
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    write(1)

    assert log.verify() == log.Report(3, bytes(Head.objects.get().root))


@pytest.mark.parametrize("count", [30, pytest.param(1_000, marks=pytest.mark.long)])
def test_every_tampering_is_found_and_named(db, count):
    chance = random.Random(7)  # noqa: S311  no secret
    write(40)
    held = checkpoints.parse(checkpoints.sign())
    write(20)
    assert not log.verify([held]).fault

    for number in range(count):
        mutate = MUTATIONS[number % len(MUTATIONS)]
        with transaction.atomic(), unprotected():
            seq = mutate(chance)
            report = log.verify([held])
            transaction.set_rollback(True)
        assert report.fault, mutate.__name__
        assert report.seq == seq, (mutate.__name__, report.fault)
    assert not log.verify([held]).fault


def test_an_entry_is_proved_without_the_portal(db):
    write(21)

    shown = log.prove(5)

    size, root = shown["checkpoint"].split("\n")[1:3]
    proof = [bytes.fromhex(step) for step in shown["proof"]]
    leaf = merkle.hash_leaf(shown["entry"].encode())
    assert json.loads(shown["entry"])["seq"] == 5
    assert merkle.verify_inclusion(leaf, shown["index"], int(size), proof, base64.b64decode(root))
    assert checkpoints.parse(shown["checkpoint"]).size == 21


def test_a_checkpoint_is_made_once_for_a_size_and_checked_with_its_key(db, settings):
    write(3)
    note = checkpoints.sign()

    assert checkpoints.sign() == note
    assert note.startswith(f"{checkpoints.name()}\n3\n")
    with pytest.raises(ValueError, match="wasn't signed"):
        checkpoints.parse(note.replace("\n3\n", "\n2\n"))
    with pytest.raises(ValueError, match="isn't a checkpoint"):
        checkpoints.parse("hello")


def test_a_binding_act_is_followed_by_a_checkpoint(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        log.record("publish_edition", "practice/x", by=SYSTEM, right="compendium.publish", binds=True)

    assert list(Checkpoint.objects.values_list("size", flat=True)) == [1]


def test_the_command_says_whether_the_log_holds(db, tmp_path, capsys):
    write(4)
    (tmp_path / "note").write_text(checkpoints.sign(), encoding="utf-8")
    call_command("verify_audit", against=[str(tmp_path / "note")])
    assert "4 entries" in capsys.readouterr().out

    with transaction.atomic(), unprotected():
        Entry.objects.filter(seq=2).update(body="{}")
        with pytest.raises(CommandError, match="Entry 2 isn't what was written"):
            call_command("verify_audit")
        transaction.set_rollback(True)
    with pytest.raises(CommandError, match="no-such-file"):
        call_command("verify_audit", against=["no-such-file"])


@pytest.mark.parametrize(
    ("place", "mode", "told"),
    [
        ("keys/audit-key", 0o400, []),
        ("keys/none", 0o400, ["isn't there"]),
        ("keys/audit-key", 0o440, ["can be read by others"]),
        ("data/audit-key", 0o400, ["whose copies would hold it too"]),
    ],
)
def test_production_wants_a_key_that_is_kept_apart(settings, tmp_path, place, mode, told):
    for folder in ("keys", "data"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "audit-key").touch(mode)
    settings.CHEMSEC_PRODUCTION = True
    settings.CHEMSEC_DATA_DIR = tmp_path / "data"
    settings.CHEMSEC_AUDIT_KEY_FILE = str(tmp_path / place)

    errors = checks.the_audit_key_is_kept_apart(None)

    assert len(errors) == len(told)
    assert all(words in error.msg for words, error in zip(told, errors, strict=True))


def test_writers_at_once_leave_no_gap_and_no_double(migrated, django_db_setup, django_db_blocker):
    def work():
        try:
            write(10)
        finally:
            connection.close()

    instance = databases.clone(migrated, "audited")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        writers = [threading.Thread(target=work) for _ in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        report = log.verify()

    assert (report.fault, report.size) == ("", 80)
