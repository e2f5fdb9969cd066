"""Keys: one an owner, kept apart, changed without loss, forgotten for good."""

import json
import os
import threading
import uuid
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from chemsec.platform.access import ANYONE, SYSTEM
from chemsec.platform.audit.models import Entry
from chemsec.platform.vault import cells, checks, flows, keys, master, resealing, tasks
from chemsec.platform.vault.commitments import commit, opens
from chemsec.platform.vault.errors import LockedError
from chemsec.platform.vault.models import OwnerKey, Salt
from chemsec.platform.worker import Worker

from .models import Letter
from .sealing import (
    ARLANDIA,
    BELLMARE,
    again,
    is_locked,
    letter,
    new_master,
    place,
    store,
    stored,
    without_master,
    write_master,
)

SECRET = "Zyzzyva"


def said():
    return [
        (entry["verb"], entry["thing"], entry["by"], entry["right"], entry["facts"])
        for entry in (json.loads(body) for body in Entry.objects.values_list("body", flat=True))
    ]


# --- the master key ---


@pytest.mark.parametrize("write", [bytes.hex, lambda key: master.base64.b64encode(key).decode()])
def test_a_master_key_is_hexadecimal_or_base64(settings, tmp_path, write):
    key = os.urandom(32)
    write_master(settings, tmp_path, "# made today", write(key), "")

    assert master.load().newest == master.key_id(key)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "there is no master key"),
        (["# nothing"], "the file of the master key is empty"),
        (["00" * 31], "holds a line that isn't 32 bytes"),
        (["zz" * 32], "holds a line that isn't 32 bytes"),
        (["00" * 32, "hello"], "holds a line that isn't 32 bytes"),
    ],
)
def test_a_file_that_holds_no_master_key_is_refused(settings, tmp_path, lines, reason):
    write_master(settings, tmp_path, *lines)

    with pytest.raises(LockedError, match=reason) as refused:
        master.load()
    assert "hello" not in str(refused.value)


def test_wraps_of_older_master_keys_open_and_those_of_others_do_not(settings, tmp_path):
    first, second, other = new_master(), new_master(), new_master()
    write_master(settings, tmp_path, first)
    wrapped = master.load().wrap(b"k" * 32)
    write_master(settings, tmp_path, second, first)
    both = master.load()

    assert both.unwrap(wrapped) == b"k" * 32
    assert not both.is_newest(wrapped)
    assert both.is_newest(both.wrap(b"k" * 32))
    write_master(settings, tmp_path, other)
    with pytest.raises(LockedError, match="isn't here"):
        master.load().unwrap(wrapped)
    with pytest.raises(LockedError, match="altered"):
        both.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]))


class Service:
    """A key management service in miniature."""

    def wrap(self, key):
        return b"service" + key

    def unwrap(self, wrapped):
        return wrapped.removeprefix(b"service")

    def is_newest(self, wrapped):
        return wrapped.startswith(b"service")

    def is_demonstration(self):
        return False


def test_a_service_takes_the_place_of_the_file(vault, settings):
    settings.CHEMSEC_MASTER = f"{__name__}.Service"
    settings.CHEMSEC_MASTER_KEY_FILE = "/nowhere"
    keys.forget()
    row = letter("kept by a service")
    keys.forget()

    assert again(row).text == "kept by a service"
    assert bytes(OwnerKey.objects.get().wrapped).startswith(b"service")
    settings.CHEMSEC_PRODUCTION = True
    assert checks.the_master_key_is_kept_apart(None) == []


def test_the_key_of_a_demonstration_is_made_once_and_known_wherever_it_is_copied(settings, tmp_path):
    file = tmp_path / "keys" / "master-key"
    settings.CHEMSEC_MASTER_KEY_FILE = str(file)
    master.make_demonstration_key()
    made = file.read_text(encoding="ascii")
    master.make_demonstration_key()

    assert file.read_text(encoding="ascii") == made
    assert file.stat().st_mode & 0o777 == 0o600
    write_master(settings, tmp_path, new_master(), made.splitlines()[-1])
    assert master.load().is_demonstration()


@pytest.mark.parametrize(
    ("place", "mode", "key", "told"),
    [
        ("keys/key", 0o400, "5a" * 32, []),
        ("keys/key", 0o400, None, ["isn't there"]),
        ("keys/key", 0o440, "5a" * 32, ["can be read by others"]),
        ("keys/key", 0o404, "5a" * 32, ["can be read by others"]),
        ("data/key", 0o400, "5a" * 32, ["whose copies would hold it too"]),
        ("project/key", 0o400, "5a" * 32, ["whose copies would hold it too"]),
        ("keys/key", 0o400, "short", ["isn't 32 bytes"]),
        ("keys/key", 0o400, (master.DEMONSTRATION + bytes(16)).hex(), ["is one of a demonstration"]),
    ],
)
def test_production_wants_a_master_key_that_is_kept_apart(settings, tmp_path, place, mode, key, told):  # noqa: PLR0917
    file = tmp_path / place
    file.parent.mkdir()
    if key:
        file.write_text(key, encoding="ascii")
        file.chmod(mode)
    settings.CHEMSEC_PRODUCTION = True
    settings.CHEMSEC_DATA_DIR, settings.PROJECT_DIR = tmp_path / "data", tmp_path / "project"
    settings.CHEMSEC_MASTER_KEY_FILE = str(file)

    errors = checks.the_master_key_is_kept_apart(None)

    assert [error.id for error in errors] == ["chemsec.E004"] * len(told)
    assert all(words in error.msg for words, error in zip(told, errors, strict=True))


@pytest.mark.parametrize(
    ("name", "told"), [("/srv/keys/keys.sqlite3", 0), ("/srv/data/keys.sqlite3", 1), ("/srv/all.sqlite3", 1)]
)
def test_production_wants_owners_keys_away_from_the_data(monkeypatch, name, told):
    sqlite = {"ENGINE": "django.db.backends.sqlite3"}
    databases = {"default": sqlite | {"NAME": "/srv/all.sqlite3"}, "keys": sqlite | {"NAME": name}}
    production = {"CHEMSEC_PRODUCTION": True, "CHEMSEC_DATA_DIR": "/srv/data", "DATABASES": databases}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(**production))

    assert [error.id for error in checks.owners_keys_are_kept_apart(None)] == ["chemsec.E005"] * told


# --- where keys are ---


def test_the_key_store_holds_keys_and_nothing_else(vault):
    def tables(alias):
        return set(connections[alias].introspection.table_names())

    assert tables("keys") == {"vault_ownerkey", "django_migrations"}
    assert "vault_ownerkey" not in tables("default")
    assert "vault_salt" in tables("default")


def test_what_the_key_store_deletes_is_overwritten(vault):
    if connections["keys"].vendor == "sqlite":
        key = keys.newest(ARLANDIA)
        wrapped = bytes(key.wrapped)
        connections["keys"].close()
        assert any(wrapped in file.read_bytes() for file in (vault.folder / "keys").iterdir())

        flows.forget_owner(ARLANDIA, by=SYSTEM)

        assert not any(wrapped in file.read_bytes() for file in (vault.folder / "keys").iterdir())


def test_a_key_lasts_for_one_request_or_one_job(db, client):
    def serve():
        assert client.get("/healthz").status_code == 200

    def work():
        tasks.reseal.enqueue()
        worker = Worker(interval=0, batch=True, silence=timedelta(seconds=30))
        for job in DBTaskResult.objects.ready():
            job.claim(worker.worker_id)
            worker.run_task(job)

    for something in (serve, work):
        keys.newest(ARLANDIA)._unwrap()
        assert keys._held.rings
        assert keys._held.master
        something()
        assert (keys._held.rings, keys._held.master) == ({}, None)


def test_a_page_of_many_owners_asks_for_keys_three_times(db):
    for number in range(10):
        letter(owner_id=uuid.UUID(int=number + 1))
    keys.forget()

    with CaptureQueriesContext(connections["keys"]) as asked:
        assert [row.text for row in Letter.objects.all()] == [SECRET] * 10

    assert len(asked) == 3


def test_cells_with_invented_key_ids_do_not_make_it_ask_again(db):
    rows = [letter() for _ in range(5)]
    for row in rows:
        store(row, stored(row)[:1] + os.urandom(4) + stored(row)[5:])
    keys.forget()

    with CaptureQueriesContext(connections["keys"]) as asked:
        assert all(is_locked(row.text) for row in Letter.objects.all())

    assert len(asked) == 2


def test_a_key_store_that_is_away_locks_and_does_not_break(db, monkeypatch):
    row = letter()

    def fail():
        raise OperationalError("away")

    with monkeypatch.context() as away:
        away.setattr(connections["keys"], "cursor", fail)
        value = again(row).text

    assert is_locked(value)
    assert value.reason == "the key store can't be reached"


def test_without_a_master_key_the_public_part_works(compendium, client, settings, tmp_path):
    salt = Salt.objects.get(pk=commit(SECRET, ARLANDIA).split(":")[0])
    with without_master(settings, tmp_path):
        statuses = [
            client.get(path).status_code
            for path in ("/en/", "/en/practices/us-bmap/", "/en/search/?q=locks", "/readyz", "/en/audit/")
        ]
        assert is_locked(again(salt).salt)

    assert statuses == [200] * 5


# --- changing them ---


@pytest.fixture
def masters(settings, tmp_path):
    """A master key of the test's own."""
    first = new_master()
    write_master(settings, tmp_path, first)
    return [first]


def test_a_new_master_key_takes_all_keys_over(db, settings, tmp_path, masters):
    rows = [letter(owner_id=owner) for owner in (ARLANDIA, BELLMARE)]
    second = new_master()
    write_master(settings, tmp_path, second, *masters)

    call_command("rotate_master_key", stdout=StringIO())
    write_master(settings, tmp_path, second)

    assert [again(row).text for row in rows] == [SECRET, SECRET]
    assert said() == [("rotate_master_key", "vault/master", "system", "vault.keep", {"keys": 2})]
    assert flows.rotate_master_key(by=SYSTEM) == 0


def test_a_master_key_that_is_missing_stops_the_rotation(db, settings, tmp_path, masters):
    letter()
    write_master(settings, tmp_path, new_master())

    with pytest.raises(CommandError, match="Not all keys could be wrapped again"):
        call_command("rotate_master_key")


def test_a_new_owners_key_seals_from_now_on_and_the_older_one_opens(db):
    old = letter()
    call_command("rotate_owner_key", str(ARLANDIA), stdout=StringIO())
    new = letter()

    assert [again(row).text for row in (old, new)] == [SECRET, SECRET]
    assert cells.key_of(stored(old)) != cells.key_of(stored(new))
    assert [(key.version, bool(key.retired)) for key in OwnerKey.objects.all()] == [(1, True), (2, False)]
    assert said() == [
        ("rotate_owner_key", f"organisation/{ARLANDIA}", "system", "vault.keep", {"version": 2})
    ]
    assert DBTaskResult.objects.get().task_path == "chemsec.platform.vault.tasks.reseal"


def test_resealing_brings_everything_under_the_newest_key(db):
    rows = [letter(facts={"n": n}) for n in range(3)] + [letter(None), letter(owner_id=BELLMARE)]
    commitment = commit(SECRET, ARLANDIA)
    foreign = stored(rows[-1])
    store(rows[0], stored(rows[1]))
    flows.rotate_owner_key(ARLANDIA, by=SYSTEM)

    assert resealing.reseal_all() == resealing.Report(resealed=6, locked=1)
    assert resealing.reseal_all() == resealing.Report(resealed=0, locked=1)

    current = keys.newest(ARLANDIA).id
    assert [cells.key_of(stored(row)) == current for row in rows[:3]] == [False, True, True]
    assert all(cells.key_of(stored(row, "facts")) == current for row in rows[:3])
    assert stored(rows[-1]) == foreign
    assert [again(row).text for row in rows[1:]] == [SECRET, SECRET, None, SECRET]
    assert opens(commitment, SECRET)


def test_resealing_never_overwrites_what_was_written_meanwhile(db, monkeypatch):
    row = letter()
    flows.rotate_owner_key(ARLANDIA, by=SYSTEM)
    seal = cells.seal

    def seal_after_a_writer(place, plain):
        if plain == SECRET.encode():
            writer = Letter.objects.get()
            writer.text = "newer"
            writer.save()
        return seal(place, plain)

    monkeypatch.setattr(cells, "seal", seal_after_a_writer)
    resealing.reseal_all()

    assert again(row).text == "newer"


def test_more_rows_than_a_batch_are_resealed(db, monkeypatch):
    monkeypatch.setattr(resealing, "BATCH", 2)
    for _ in range(5):
        letter()
    flows.rotate_owner_key(ARLANDIA, by=SYSTEM)

    call_command("reseal", stdout=StringIO())

    assert {cells.key_of(stored(row)) for row in Letter.objects.all()} == {keys.newest(ARLANDIA).id}


def test_what_a_forgotten_owner_sealed_is_locked_for_ever(db):
    row, kept = letter(), letter(owner_id=BELLMARE)
    flows.rotate_owner_key(ARLANDIA, by=SYSTEM)
    with pytest.raises(CommandError, match="Say --yes"):
        call_command("forget_owner", str(ARLANDIA))
    assert again(row).text == SECRET

    call_command("forget_owner", str(ARLANDIA), "--yes", stdout=StringIO())

    assert again(row).text.reason == "the owner's key was forgotten"
    assert again(kept).text == SECRET
    assert not OwnerKey.objects.filter(owner=ARLANDIA, wrapped__isnull=False).exists()
    assert said()[-1] == ("forget_owner", f"organisation/{ARLANDIA}", "system", "vault.keep", {"keys": 2})
    letter("new")
    assert is_locked(again(row).text)


@pytest.mark.parametrize("command", ["rotate_owner_key", "forget_owner --yes"])
def test_an_owner_without_keys_is_said(db, command):
    name, *options = command.split()

    with pytest.raises(CommandError, match=f"{ARLANDIA} has no key"):
        call_command(name, str(ARLANDIA), *options)
    assert said() == []


@pytest.mark.parametrize("flow", [flows.rotate_owner_key, flows.forget_owner])
def test_nobody_but_the_portal_itself_changes_keys(db, flow):
    letter()

    with pytest.raises(PermissionError):
        flow(ARLANDIA, by=ANYONE)
    with pytest.raises(PermissionError):
        flows.rotate_master_key(by=ANYONE)
    assert said() == []


# --- commitments ---


def test_a_commitment_opens_for_its_value_only(db):
    for value in (SECRET, "", "需要", b"\0\xff"):
        commitment = commit(value, ARLANDIA)
        keys.forget()
        assert opens(commitment, value)
        assert not opens(commitment, "other")
    assert opens(commit(SECRET, ARLANDIA), SECRET.encode())
    assert commit(SECRET, ARLANDIA).split(":")[1] != commit(SECRET, ARLANDIA).split(":")[1]


@pytest.mark.parametrize("commitment", ["", "x:y", f"{ARLANDIA}:00"])
def test_what_is_no_commitment_opens_for_nothing(db, commitment):
    assert not opens(commitment, SECRET)


def test_a_forgotten_owners_commitment_says_nothing(db):
    commitment = commit(SECRET, ARLANDIA)
    flows.forget_owner(ARLANDIA, by=SYSTEM)

    assert not opens(commitment, SECRET)
    assert is_locked(Salt.objects.get().salt)


# --- under load ---


@pytest.mark.parametrize("rounds", [5, pytest.param(100, marks=pytest.mark.long)])
def test_keys_are_changed_while_eight_write(vault, settings, tmp_path, masters, rounds):
    errors, written, stop = [], [], threading.Event()

    def write(number):
        owner = (ARLANDIA, BELLMARE)[number % 2]
        try:
            while not stop.is_set():
                keys.forget()
                row = letter(f"{number} {len(written)}", owner_id=owner)
                written.append((row.pk, row.text))
                read = again(row)
                if read.text != row.text:
                    errors.append(f"unreadable: {read.text!r}")
                read.text = row.text
                read.save()
        except Exception as error:  # noqa: BLE001  told by the test
            errors.append(repr(error))
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=[number]) for number in range(8)]
    for writer in writers:
        writer.start()
    for _ in range(rounds):
        masters.insert(0, new_master())
        write_master(settings, tmp_path, *masters)
        flows.rotate_master_key(by=SYSTEM)
        for owner in (ARLANDIA, BELLMARE):
            if OwnerKey.objects.filter(owner=owner).exists():
                flows.rotate_owner_key(owner, by=SYSTEM)
        resealing.reseal_all()
    stop.set()
    for writer in writers:
        writer.join()

    assert errors == []
    assert len(written) > 8
    flows.rotate_master_key(by=SYSTEM)
    write_master(settings, tmp_path, masters[0])
    assert dict(Letter.objects.values_list("pk", "title")).keys() == {pk for pk, _text in written}
    assert {row.pk: row.text for row in Letter.objects.all()} == dict(written)
    resealing.reseal_all()
    assert {cells.key_of(stored(row)) for row in Letter.objects.all()} == {
        keys.newest(owner).id for owner in (ARLANDIA, BELLMARE)
    }


def test_writers_who_are_an_owners_first_agree_on_its_key(vault):
    sealed, barrier = [], threading.Barrier(8)

    def write():
        try:
            barrier.wait()
            sealed.append(cells.seal(place(), b"x"))
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert OwnerKey.objects.count() == 1
    assert [cells.open_cell(place(), cell) for cell in sealed] == [b"x"] * 8
