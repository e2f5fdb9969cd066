"""Entries can be found by the thing that they are about. What is hashed stays as it is: the column says again
what the body says, and `verify_audit` compares the two.

The triggers of 0002 are away meanwhile, within this migration's transaction, and SQLite loses them anyway where it
makes the table anew.
"""

import json
from importlib import import_module

from django.db import migrations, models

protection = import_module("chemsec.platform.audit.migrations.0002_refuse_changes")
AT_ONCE = 1_000


def file_entries(apps, schema_editor):
    Entry = apps.get_model("audit", "Entry")
    rows = Entry.objects.order_by("seq")
    done = 0
    while batch := list(rows.filter(seq__gt=done).only("seq", "body")[:AT_ONCE]):
        for entry in batch:
            entry.thing = json.loads(entry.body)["thing"]
        Entry.objects.bulk_update(batch, ["thing"])
        done = batch[-1].seq


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_refuse_changes")]
    operations = [
        migrations.RunPython(protection.allow, protection.refuse),
        migrations.AddField(
            model_name="entry",
            name="thing",
            field=models.CharField(
                default="", help_text="as the body has it; to find entries by", max_length=200
            ),
        ),
        migrations.RunPython(file_entries, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["thing", "seq"], name="entry_of_a_thing")
        ),
        migrations.RunPython(protection.refuse, protection.allow),
    ]
