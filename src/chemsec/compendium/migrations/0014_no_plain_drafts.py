"""Take away what stands in plain. Backups from before still hold it until they expire."""

import uuid

from django.db import migrations, models

import chemsec.platform.vault.fields as vault

OF_A_DRAFT = {"owner": "owner_id"}
OF_ITS_PARTS = {"owner": "draft.owner_id", "row": "key"}
KEY = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="what its cells name")
SEALED = {
    ("draft", "content"): vault.SealedJson(
        **OF_A_DRAFT, help_text="field of an edition or of its text -> value"
    ),
    ("draft", "note"): vault.SealedText(**OF_A_DRAFT, help_text="from its writers to the reviewer"),
    ("draft", "reason"): vault.SealedText(
        **OF_A_DRAFT, help_text="for changes asked, accepted, declined or given up"
    ),
    ("draftrevision", "content"): vault.SealedJson(**OF_ITS_PARTS),
    ("comment", "line"): vault.SealedText(**OF_ITS_PARTS, help_text="the words that it is about"),
    ("comment", "text"): vault.SealedText(**OF_ITS_PARTS),
    ("comment", "proposed"): vault.SealedText(**OF_ITS_PARTS, help_text="what the field should say"),
}


class Migration(migrations.Migration):
    dependencies = [("compendium", "0013_seal_drafts")]

    operations = [
        *(migrations.AlterField(model, "key", KEY) for model in ("draftrevision", "comment")),
        *(
            operation
            for (model, name), field in SEALED.items()
            for operation in (
                migrations.RemoveField(model, f"{name}_in_plain"),
                migrations.AlterField(model, name, field),
            )
        ),
    ]
