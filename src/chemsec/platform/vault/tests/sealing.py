"""What the tests of the vault share."""

import secrets
import uuid
from contextlib import contextmanager

from django.db import connection, connections
from psycopg import sql

from chemsec.platform.vault import fields, keys
from chemsec.platform.vault.cells import Place

from .models import Letter

ARLANDIA, BELLMARE = uuid.UUID(int=0xA), uuid.UUID(int=0xB)


def place(*, owner=ARLANDIA, table="needs", field="text", row="1"):
    return Place(owner, table, field, row)


def letter(text="Zyzzyva", **facts):
    return Letter.objects.create(**{"owner_id": ARLANDIA, "text": text} | facts)


def again(row):
    """The row as the next request reads it."""
    keys.forget()
    return type(row).objects.get(pk=row.pk)


def damage(row, field="text"):
    """Alter one bit of what the database holds, whatever it was; return what it holds now."""
    cell = stored(row, field)
    store(row, damaged := cell[:-1] + bytes([cell[-1] ^ 1]), field)
    return damaged


def stored(row, field="text"):
    """What the database holds for the field."""
    column = connection.ops.quote_name(row._meta.get_field(field).column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [_key(row)])  # noqa: S608
        cell = cursor.fetchone()[0]
    return None if cell is None else bytes(cell)


def store(row, cell, field="text"):
    """Put a cell there as somebody with power over the database could."""
    column = connection.ops.quote_name(row._meta.get_field(field).column)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [cell, _key(row)])  # noqa: S608


def _key(row):
    return row._meta.pk.get_db_prep_value(row.pk, connection)


def is_locked(value):
    return isinstance(value, fields.Locked)


def write_master(settings, tmp_path, *keys_newest_first):
    """Let these be the master keys, as hexadecimal text; none stands for no file."""
    file = tmp_path / "master"
    if keys_newest_first:
        draft = tmp_path / "draft"
        draft.write_text("\n".join(keys_newest_first) + "\n", encoding="ascii")
        draft.replace(file)
    settings.CHEMSEC_MASTER_KEY_FILE = str(file)
    keys.forget()


def new_master():
    return secrets.token_hex(32)


@contextmanager
def without_master(settings, tmp_path):
    before = settings.CHEMSEC_MASTER_KEY_FILE
    write_master(settings, tmp_path)
    yield
    settings.CHEMSEC_MASTER_KEY_FILE = before
    keys.forget()


def everything_kept(instance):
    """The bytes of all that an installation keeps: its folder, and its databases."""
    connections.close_all()
    kept = [file.read_bytes() for file in instance.folder.rglob("*") if file.is_file()]
    if connection.vendor == "postgresql":
        kept += [table for alias in ("default", "keys") for table in tables(connections[alias])]
    return b"\n".join(kept)


def tables(database):
    with database.cursor() as cursor:
        names = database.introspection.table_names(cursor)
        for name in names:
            with cursor.copy(
                sql.SQL("COPY {} TO STDOUT (FORMAT BINARY)").format(sql.Identifier(name))
            ) as rows:
                yield b"".join(bytes(part) for part in rows)
