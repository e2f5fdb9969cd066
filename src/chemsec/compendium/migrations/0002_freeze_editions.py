"""The database itself refuses to alter an edition or the source text of one."""

from django.db import migrations

FROZEN = (("compendium_edition", "TRUE"), ("compendium_editiontext", "OLD.state = 'source'"))


def freeze(apps, schema_editor):
    for table, condition in FROZEN:
        if schema_editor.connection.vendor == "sqlite":
            condition = "1" if condition == "TRUE" else condition
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} WHEN {condition} "
                "BEGIN SELECT RAISE(ABORT, 'an edition is never altered'); END"
            )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
                "BEGIN RAISE EXCEPTION 'an edition is never altered'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW "
                f"WHEN ({condition}) EXECUTE FUNCTION {table}_frozen()"
            )


def thaw(apps, schema_editor):
    for table, _condition in FROZEN:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_frozen")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_frozen ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_frozen()")


class Migration(migrations.Migration):
    dependencies = [("compendium", "0001_practices")]
    operations = [migrations.RunPython(freeze, thaw)]
