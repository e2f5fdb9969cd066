"""What only tests have: rows that keep something sealed."""

import uuid

from django.db import models

from chemsec.platform.vault.public import SealedJson, SealedText


class Letter(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner_id = models.UUIDField()
    title = models.CharField(max_length=100, default="")
    text = SealedText(owner="owner_id", null=True, blank=True)
    facts = SealedJson(owner="owner_id", null=True)

    def __str__(self):
        return f"Letter {self.pk}"


class Reply(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="replies")
    text = SealedText(owner="letter.owner_id")
