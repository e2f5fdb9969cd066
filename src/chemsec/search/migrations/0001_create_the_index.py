"""The index: entries, documents, parts, tokens, and each database's own full-text index over the documents."""

import django.db.models.deletion
from django.db import migrations, models

SQLITE = """
CREATE VIRTUAL TABLE search_words USING fts5(
    title, summary, how_to_apply, evidence, tokenize = "ascii tokenchars '_'"
)
"""
POSTGRESQL = [
    "CREATE TABLE search_words (document_id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX search_words_gin ON search_words USING gin (words)",
]


def create_words(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(SQLITE)
    else:
        for statement in POSTGRESQL:
            schema_editor.execute(statement)


def drop_words(apps, schema_editor):
    schema_editor.execute("DROP TABLE search_words")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("tags", models.JSONField(default=dict)),
                ("scope", models.CharField(max_length=200)),
                (
                    "fingerprint",
                    models.CharField(
                        help_text="of the texts that its vectors were made from; empty = none", max_length=64
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="entry_once_in_its_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=20)),
                ("is_source", models.BooleanField()),
                ("sections", models.JSONField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="search.entry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "language"), name="document_once_a_language")
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(choices=[(0, "whole"), (1, "section"), (2, "sentence")]),
                ),
                ("order", models.PositiveSmallIntegerField()),
                ("text", models.TextField(help_text="of a sentence, to be quoted; empty for the others")),
                ("vector", models.BinaryField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="search.document",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "level", "order"), name="part_once_in_its_document"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Example",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scheme", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=20)),
                (
                    "is_name",
                    models.BooleanField(
                        help_text="a name or synonym of the concept; else a problem in everyday words"
                    ),
                ),
                ("text", models.TextField()),
                ("vector", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("token", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("documents", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Spelling",
            fields=[
                ("word", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("token", models.CharField(db_index=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Generation",
            fields=[
                ("kind", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.RunPython(create_words, drop_words),
    ]
