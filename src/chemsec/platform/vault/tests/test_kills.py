"""Killed while keys are changed, again and again: everything stays readable, and the next run goes on."""

import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.databases import HOUSE

from chemsec.platform.access import SYSTEM
from chemsec.platform.vault import cells, flows, keys, master
from chemsec.platform.vault.commitments import commit, opens
from chemsec.platform.vault.models import OwnerKey

from .sealing import new_master, write_master

PATIENCE = 120  # seconds; only what is stuck takes so long
THINGS = 400  # keys, or cells
KILLS = [3, pytest.param(20, marks=pytest.mark.long)]


def commit_for(owners):
    with transaction.atomic(), transaction.atomic(using="keys"):
        return {commit(str(n), uuid.UUID(int=n % owners + 1)): str(n) for n in range(THINGS)}


def all_open(commitments):
    keys.forget()
    return all(opens(commitment, value) for commitment, value in commitments.items())


def kill_midway(command, instance, count_done):
    """Run the command and kill it when a part of its work is done; False when it was too fast."""
    process = subprocess.Popen([sys.executable, "manage.py", command], cwd=HOUSE, env=instance.environment)
    deadline = time.monotonic() + PATIENCE
    try:
        while process.poll() is None:
            assert time.monotonic() < deadline, "stuck"
            if count_done():
                process.send_signal(signal.SIGSTOP)
                return count_done() < THINGS
            time.sleep(0.002)
        return False
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("kills", KILLS)
def test_a_rotation_of_the_master_key_that_is_killed(vault, settings, tmp_path, kills):
    commitments = commit_for(THINGS)
    masters = [Path(settings.CHEMSEC_MASTER_KEY_FILE).read_text(encoding="ascii").splitlines()[-1]]

    def count_done():
        newest = master.load().newest
        return sum(
            bytes(wrapped).startswith(newest)
            for wrapped in OwnerKey.objects.values_list("wrapped", flat=True)
        )

    killed = 0
    while killed < kills:
        masters.insert(0, new_master())
        write_master(settings, tmp_path, *masters)
        killed += kill_midway("rotate_master_key", vault, count_done)
        assert all_open(commitments)

    vault.manage("rotate_master_key")
    write_master(settings, tmp_path, masters[0])
    assert all_open(commitments)


@pytest.mark.parametrize("kills", KILLS)
def test_resealing_that_is_killed(vault, kills):
    commitments = commit_for(1)

    def count_done():
        newest = set(OwnerKey.objects.filter(retired__isnull=True).values_list("pk", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT salt FROM vault_salt")
            return sum(cells.key_of(bytes(cell)) in newest for (cell,) in cursor.fetchall())

    killed = 0
    while killed < kills:
        flows.rotate_owner_key(uuid.UUID(int=1), by=SYSTEM)
        killed += kill_midway("reseal", vault, count_done)
        assert all_open(commitments)

    vault.manage("reseal")
    assert count_done() == THINGS
    assert all_open(commitments)
