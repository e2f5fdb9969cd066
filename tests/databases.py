"""Databases for tests, alike on SQLite and PostgreSQL: prepared once a run, then cloned."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.test import override_settings
from psycopg import sql

from chemsec.platform import taxonomy
from chemsec.platform.vault import keys as vault

HOUSE = Path(__file__).resolve().parent.parent
ROOT = Path(settings.CHEMSEC_DATA_DIR)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


@dataclass(frozen=True)
class Instance:
    """A data folder and a database, as one installation of the portal has them."""

    folder: Path
    database: str  # a file on SQLite, a name on PostgreSQL

    @property
    def keys(self) -> str:
        """The database of owners' keys, likewise."""
        return f"{self.database}_keys" if is_postgresql() else str(self.folder / "keys" / "keys.sqlite3")

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to be of this installation."""
        ours = {
            "CHEMSEC_DATA_DIR": str(self.folder),
            "CHEMSEC_ASK_OUTSIDE": "0",
            "CHEMSEC_KEYS_DIR": str(self.folder / "keys"),
            "CHEMSEC_MASTER_KEY_FILE": settings.CHEMSEC_MASTER_KEY_FILE,  # one for the run
            "DJANGO_SETTINGS_MODULE": "chemsec.web.settings",
            "PYTHONPATH": f"{HOUSE / 'src'}:{HOUSE}",
        }
        if is_postgresql():
            server = os.environ["CHEMSEC_DATABASE_URL"].rpartition("/")[0]
            ours["CHEMSEC_DATABASE_URL"] = f"{server}/{self.database}"
            ours["CHEMSEC_KEYS_DATABASE_URL"] = f"{server}/{self.keys}"
        return {name: value for name, value in os.environ.items() if not name.startswith("CHEMSEC_")} | ours

    def manage(self, *arguments: str) -> str:
        """Run a management command in a process of its own and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=HOUSE,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def prepared(name: str, *commands: tuple[str, ...]) -> Instance:
    """The installation of that name, made by these management commands: once a run, for all its processes."""
    folder = ROOT / name
    instance = Instance(folder, name if is_postgresql() else str(folder / "chemsec.sqlite3"))
    with _lock(name):
        if not folder.exists():
            draft = Instance(folder.with_suffix(".draft"), instance.database)
            shutil.rmtree(draft.folder, ignore_errors=True)
            (draft.folder / "keys").mkdir(parents=True)
            if is_postgresql():
                _create(name, "template1")
                _create(draft.keys, "template1")
            else:
                draft = Instance(draft.folder, str(draft.folder / "chemsec.sqlite3"))
            for command in commands:
                draft.manage(*command)
            draft.folder.rename(folder)
    return instance


def clone(original: Instance, name: str) -> Instance:
    """A copy that this test process may write to; its older copy of the same name is replaced."""
    name = f"{name}_{WORKER}"
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(original.folder, folder, ignore=shutil.ignore_patterns("*.sqlite3*"))
    if is_postgresql():
        with _lock(original.database):
            copy = Instance(folder, name)
            _create(copy.database, original.database)
            _create(copy.keys, original.keys)
        return copy
    copy = Instance(folder, str(folder / "chemsec.sqlite3"))
    for source, target in ((original.database, copy.database), (original.keys, copy.keys)):
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    return copy


@contextmanager
def switched_to(instance: Instance) -> Iterator[None]:
    """Let this process work on the instance's database and folder. What it remembers of the other one is
    forgotten.
    """
    assert not connection.in_atomic_block, (
        "Use the fixture `compendium` instead of `db` or the mark django_db."
    )
    before = [connections[alias].settings_dict["NAME"] for alias in ("default", "keys")]
    _switch(instance.database, instance.keys)
    try:
        key = str(instance.folder / "audit-key")  # with which its checkpoints were signed
        with override_settings(CHEMSEC_DATA_DIR=instance.folder, CHEMSEC_AUDIT_KEY_FILE=key):
            yield
    finally:
        _switch(*before)


def _switch(database: str, keys: str) -> None:
    for alias, name in (("default", database), ("keys", keys)):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    taxonomy.forget()
    vault.forget()


def _create(name: str, template: str) -> None:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    plain = {
        key: parameters[key] for key in ("dbname", "host", "port", "user", "password") if key in parameters
    }
    with psycopg.connect(**plain, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )


@contextmanager
def _lock(name: str) -> Iterator[None]:
    with (ROOT / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
