"""What an organisation lets another one see."""

import uuid

from django.db import models
from django.utils import timezone

from chemsec.platform.vault.public import SealedText


def holds() -> models.Q:
    """What is shared now: not ended, and not over."""
    return models.Q(ended_at__isnull=True, until__gt=timezone.now())


class Share(models.Model):
    """One object of an organisation, seen by the members of another: what for, until when, by whose word.

    Ended, never deleted: it says who could see what, and when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40, help_text="of the object, as the log names it")
    key = models.UUIDField(help_text="of the object")
    owner = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    purpose = SealedText(owner="owner_id")
    shared_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-shared_at", "id"]
        indexes = [models.Index(fields=["to", "kind", "until"], name="share_by_receiver")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "to"],
                condition=models.Q(ended_at__isnull=True),
                name="shared_once_with_each",
            ),
            models.CheckConstraint(condition=~models.Q(owner=models.F("to")), name="shared_with_others"),
        ]
