"""Give what was published before there was upkeep its dates: as if each edition had been confirmed when it came out."""

from datetime import timedelta

from django.db import migrations

REVIEW_AFTER = timedelta(days=730)


def fill_in(apps, _schema_editor):
    Practice = apps.get_model("compendium", "Practice")
    Edition = apps.get_model("compendium", "Edition")
    for practice in Practice.objects.all():
        edition = Edition.objects.get(practice=practice, number=practice.current)
        practice.review_by = (edition.published_at + REVIEW_AFTER).date()
        practice.confirmed_at = edition.published_at if edition.is_confirmed else None
        practice.withdrawn_language = "en" if practice.withdrawn_at else ""
        practice.save(update_fields=["review_by", "confirmed_at", "withdrawn_language"])


class Migration(migrations.Migration):
    dependencies = [("compendium", "0008_upkeep")]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
