"""The index: what was read from the sources, in the form in which it is searched. All of it can be
rebuilt.
"""

from django.db import models


class Entry(models.Model):
    """One item that can be found."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    tags = models.JSONField(default=dict)
    scope = models.CharField(max_length=200)
    fingerprint = models.CharField(
        max_length=64, help_text="of the texts that its vectors were made from; empty = none"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="entry_once_in_its_kind")]


class Document(models.Model):
    """The words of an item in one language. The full-text index (words/) holds its tokens under the same
    number.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="documents")
    language = models.CharField(max_length=20)
    is_source = models.BooleanField()
    sections = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "language"], name="document_once_a_language")]


class Part(models.Model):
    """The meaning of a document, of one of its sections or of one of its sentences: 512 bytes, int8."""

    WHOLE, SECTION, SENTENCE = 0, 1, 2

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="parts")
    level = models.PositiveSmallIntegerField(
        choices=[(WHOLE, "whole"), (SECTION, "section"), (SENTENCE, "sentence")]
    )
    order = models.PositiveSmallIntegerField()
    text = models.TextField(help_text="of a sentence, to be quoted; empty for the others")
    vector = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "level", "order"], name="part_once_in_its_document")
        ]


class Example(models.Model):
    """The meaning of a phrase that the vocabularies give for a concept: recognises the concept in a
    question.
    """

    scheme = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    language = models.CharField(max_length=20)
    is_name = models.BooleanField(
        help_text="a name or synonym of the concept; else a problem in everyday words"
    )
    text = models.TextField()
    version = models.CharField(
        max_length=20, help_text="of the encoder that made the vector; empty = unknown"
    )
    vector = models.BinaryField()


class Token(models.Model):
    """In how many documents a token stands: rare ones say more."""

    token = models.CharField(max_length=200, primary_key=True)
    documents = models.PositiveIntegerField()


class Spelling(models.Model):
    """A written word and its token: completes a word that is being typed."""

    word = models.CharField(max_length=200, primary_key=True)
    token = models.CharField(max_length=200, db_index=True)


class Generation(models.Model):
    """Names the present state of a kind's vectors: processes compare it with what they hold in memory.

    Drawn at random, not counted: a database that was restored must not meet the files of its other future.
    """

    kind = models.CharField(max_length=40, primary_key=True)
    number = models.PositiveBigIntegerField()
