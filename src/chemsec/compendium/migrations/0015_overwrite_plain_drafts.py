"""Write the tables anew: a column that was taken away, or a value that was replaced, otherwise stays in the
database's file until its place is needed.
"""

from django.db import migrations

TABLES = ("compendium_draft", "compendium_draftrevision", "compendium_comment", "accounts_notice")


def write_anew(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"VACUUM FULL {table}")
    else:
        schema_editor.execute("VACUUM")


class Migration(migrations.Migration):
    atomic = False  # VACUUM runs outside a transaction
    dependencies = [("compendium", "0014_no_plain_drafts"), ("accounts", "0001_accounts")]
    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
