"""Seal the words of drafts, with the keys of their owners, which the key store has to be there for."""

import uuid

from django.db import migrations

PLAIN = {
    "Draft": ("content", "note", "reason"),
    "DraftRevision": ("content",),
    "Comment": ("line", "text", "proposed"),
}


def seal(apps, _schema_editor):
    for name, fields in PLAIN.items():
        model = apps.get_model("compendium", name)
        for pk in list(model.objects.values_list("pk", flat=True)):
            row = model.objects.get(pk=pk)
            if name != "Draft":  # cells name it, so it comes first
                row.key = uuid.uuid4()
            for field in fields:
                setattr(row, field, getattr(row, f"{field}_in_plain"))
            row.save(update_fields=[*fields, *(() if name == "Draft" else ["key"])])  # changed_at stays
    told = apps.get_model("accounts", "Notice").objects.filter(kind__startswith="draft.")
    told.update(facts={})  # where titles stood


def refuse(apps, _schema_editor):
    """Going back would drop the sealed words, and nothing else has them any more."""
    if any(apps.get_model("compendium", name).objects.exists() for name in PLAIN):
        raise RuntimeError("There are drafts: their words can't go back into plain columns.")


class Migration(migrations.Migration):
    dependencies = [("compendium", "0012_sealed_drafts")]
    operations = [migrations.RunPython(seal, refuse)]
