"""Bring cells under their owners' newest keys, while people go on writing.

A cell is replaced only where it still is the one that was read, so a newer value is never overwritten. What
is done is done: run again after a death, it goes on with what is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models, transaction
from django.views.decorators.debug import sensitive_variables

from . import cells, keys
from .errors import LockedError
from .fields import Box, SealedField

BATCH = 50  # rows a transaction: writers on SQLite wait for one


@dataclass
class Report:
    resealed: int = 0
    locked: int = 0  # what didn't open and stays as it is


def sealed_fields() -> Iterator[tuple[type[models.Model], list[SealedField]]]:
    """Every model that keeps something sealed, with the fields."""
    for model in apps.get_models():
        fields = [field for field in model._meta.local_concrete_fields if isinstance(field, SealedField)]
        if fields and not model._meta.proxy:
            yield model, fields


def reseal_all() -> Report:
    report = Report()
    for model, fields in sealed_fields():
        last = None
        while rows := _batch(model, fields, last):
            keys.forget()
            with transaction.atomic():
                for row in rows:
                    for field in fields:
                        _reseal(row, field, report)
            last = rows[-1].pk
    return report


def _batch(model: type[models.Model], fields: list[SealedField], after) -> list[models.Model]:
    rows = model._base_manager.order_by("pk").select_related(
        *filter(None, {field.related_path for field in fields})
    )
    return list((rows if after is None else rows.filter(pk__gt=after))[:BATCH])


@sensitive_variables()
def _reseal(row: models.Model, field: SealedField, report: Report) -> None:
    box: Box = row.__dict__[field.attname]
    if box.cell is None:
        return
    try:
        place = field.place(row)
        if cells.key_of(box.cell) != keys.newest(place.owner).id:
            plain = cells.open_cell(place, box.cell)
            report.resealed += _replace(row, field, box.cell, cells.seal(place, plain))
    except LockedError:
        report.locked += 1


def _replace(row: models.Model, field: SealedField, before: bytes, after: bytes) -> int:
    """Compare and swap, past the field, which refuses such queries to everybody else."""
    pk = row._meta.pk
    table, key, column = (
        connection.ops.quote_name(name or "") for name in (row._meta.db_table, pk.column, field.column)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",  # noqa: S608  names of ours
            [after, pk.get_db_prep_value(row.pk, connection), before],
        )
        return cursor.rowcount
