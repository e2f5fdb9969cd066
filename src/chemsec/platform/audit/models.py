"""The audit log: entries are appended, never altered; the database itself refuses (migration 0002)."""

from django.db import models


class Entry(models.Model):
    """One change of state: who did what to what, when, by which right; never a confidential value."""

    seq = models.PositiveBigIntegerField(primary_key=True, help_text="from 1, without a gap")
    body = models.TextField(help_text="canonical JSON: the leaf of the tree")
    root = models.BinaryField(help_text="of the tree that ends with this entry, 32 bytes")
    thing = models.CharField(max_length=200, default="", help_text="as the body has it; to find entries by")

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["thing", "seq"], name="entry_of_a_thing")]


class Head(models.Model):
    """The one row that every append locks: the tree as it is now."""

    size = models.PositiveBigIntegerField(default=0)
    root = models.BinaryField()
    frontier = models.BinaryField(default=bytes, help_text="hashes of the full subtrees, 32 bytes each")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_head")]


class Checkpoint(models.Model):
    """A signed statement of the tree at one size, for anybody to keep: a later log must extend it."""

    size = models.PositiveBigIntegerField(primary_key=True)
    note = models.TextField(help_text="C2SP tlog-checkpoint")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-size"]
