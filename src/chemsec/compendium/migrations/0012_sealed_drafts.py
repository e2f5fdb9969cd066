"""Make room for the sealed words of drafts beside what still stands in plain."""

import uuid

from django.db import migrations, models

import chemsec.platform.vault.fields as vault

PLAIN = {
    "draft": ("content", "note", "reason"),
    "draftrevision": ("content",),
    "comment": ("line", "text", "proposed"),
}


def sealed(model: str, name: str) -> vault.SealedField:
    kind = vault.SealedJson if name == "content" else vault.SealedText
    place = {"owner": "owner_id"} if model == "draft" else {"owner": "draft.owner_id", "row": "key"}
    return kind(null=True, **place)


class Migration(migrations.Migration):
    dependencies = [("compendium", "0011_drafts_gather")]

    operations = [
        *(
            migrations.AddField(model, "key", models.UUIDField(default=uuid.uuid4, null=True, editable=False))
            for model in ("draftrevision", "comment")
        ),
        *(
            operation
            for model, names in PLAIN.items()
            for name in names
            for operation in (
                migrations.RenameField(model, name, f"{name}_in_plain"),
                migrations.AddField(model, name, sealed(model, name)),
            )
        ),
    ]
