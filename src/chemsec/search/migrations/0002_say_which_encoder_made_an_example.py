"""A phrase's vector is kept as long as the encoder is the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0001_create_the_index")]
    operations = [
        migrations.AddField(
            model_name="example",
            name="version",
            field=models.CharField(
                default="", help_text="of the encoder that made the vector; empty = unknown", max_length=20
            ),
            preserve_default=False,
        ),
    ]
