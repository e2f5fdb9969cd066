"""Files that somebody gave: what is known of them. Their bytes lie sealed in a folder of their own."""

import uuid

from django.db import models

from chemsec.platform.vault.public import SealedText


class StoredFile(models.Model):
    """A file that belongs to an organisation and is attached to one thing, whose readers may read it too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, help_text="of the thing that it is attached to: see access.py")
    key = models.CharField(max_length=120, help_text="of that thing")
    name = SealedText(owner="owner_id", help_text="as it was called, without what nobody sees")
    sha256 = SealedText(owner="owner_id", help_text="of its bytes as they are given out, in hexadecimal")
    media_type = models.CharField(max_length=100, help_text="by its content")
    size = models.PositiveIntegerField(help_text="in bytes")
    given_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["given_at"]
        indexes = [models.Index(fields=["kind", "key"], name="file_of_a_thing")]

    def __str__(self):
        return str(self.pk)
