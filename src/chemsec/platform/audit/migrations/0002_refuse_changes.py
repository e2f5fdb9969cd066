"""The database itself refuses to alter or delete what the log holds. That stops accidents; against whoever may
change the database, the signed checkpoints stand.
"""

from django.db import migrations

from chemsec.kernel.merkle import EMPTY_ROOT

REFUSED = {
    "audit_entry": ("UPDATE", "DELETE", "TRUNCATE"),
    "audit_checkpoint": ("UPDATE", "DELETE", "TRUNCATE"),
    "audit_head": ("DELETE", "TRUNCATE"),
}


def begin(apps, schema_editor):
    apps.get_model("audit", "Head").objects.create(pk=1, size=0, root=EMPTY_ROOT)


def refuse(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'the audit log is never altered'; END $$"
        )
    for table, verbs in REFUSED.items():
        for verb in verbs:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
                )
            elif verb != "TRUNCATE":
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'the audit log is never altered'); END"
                )


def allow(apps, schema_editor):
    on = schema_editor.connection.vendor == "postgresql"
    for table, verbs in REFUSED.items():
        for verb in verbs:
            schema_editor.execute(
                f"DROP TRIGGER IF EXISTS {table}_{verb.lower()}" + (f" ON {table}" if on else "")
            )
    if on:
        schema_editor.execute("DROP FUNCTION audit_refuse()")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_create_the_log")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        migrations.RunPython(refuse, allow),
    ]
