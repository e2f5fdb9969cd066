"""Give drafts that were begun before there were collections the field that says what one gathers."""

from django.db import migrations


def fill_in(apps, _schema_editor):
    for name in ("Draft", "DraftRevision"):
        for row in apps.get_model("compendium", name).objects.all():
            row.content = {"gathers": [], **row.content}
            row.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("compendium", "0010_collections")]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
