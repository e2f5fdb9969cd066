"""Keep for which organisation a comment was said; of earlier ones the draft's owner, where its author belongs
to it, else the organisation that they belonged to first.
"""

import django.db.models.deletion
from django.db import migrations, models


def fill(apps, _schema_editor):
    every = apps.get_model("accounts", "Membership").objects.order_by("began_at", "pk")
    comments = apps.get_model("compendium", "Comment").objects
    for pk, author, owner in comments.values_list("pk", "author", "draft__owner"):
        theirs = list(every.filter(person=author).values_list("organisation", flat=True))
        comments.filter(pk=pk).update(said_for=owner if owner in theirs or not theirs else theirs[0])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_accounts"), ("compendium", "0015_overwrite_plain_drafts")]
    operations = [
        migrations.AddField(
            "comment",
            "said_for",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
