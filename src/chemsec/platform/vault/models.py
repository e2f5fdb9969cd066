"""What the vault keeps: owners' keys, in a database of their own, and the salts of commitments."""

import secrets
import uuid

from django.db import models

from .fields import SealedText


def new_key_id() -> int:
    """At random, so that a key store that was restored doesn't give an id again that some cell names."""
    return 1 + secrets.randbelow(2**32 - 1)


class OwnerKey(models.Model):
    """One version of an owner's key. Forgetting takes the key away and leaves that there was one."""

    id = models.BigIntegerField(primary_key=True, default=new_key_id, help_text="what cells name, 32 bits")
    owner = models.UUIDField()
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField(null=True, help_text="under the master key; null once it was forgotten")
    created = models.DateTimeField(auto_now_add=True)
    retired = models.DateTimeField(null=True, help_text="since when nothing more is sealed with it")

    class Meta:
        ordering = ["owner", "version"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "version"], name="one_key_of_a_version"),
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(retired__isnull=True), name="one_key_to_seal_with"
            ),
        ]


class Salt(models.Model):
    """What a commitment in the audit log was made with; without the owner's key that says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.UUIDField()
    salt = SealedText(owner="owner", help_text="32 random bytes, in hexadecimal")
