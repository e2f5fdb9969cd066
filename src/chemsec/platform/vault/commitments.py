"""What the audit log may hold of a confidential value: that it was this one, for whoever is shown it.

A flow puts `commit(...)` among the facts of its entry. Whoever has the value can check it while the owner's
key is there; once that was forgotten, the commitment says nothing.
"""

import hmac
import secrets
import uuid
from uuid import UUID

from django.views.decorators.debug import sensitive_variables

from .models import Salt


@sensitive_variables("value", "salt")
def commit(value: str | bytes, owner: UUID) -> str:
    """A commitment to the value, to be put into the log; call it in the flow's transaction."""
    salt = secrets.token_bytes(32)
    kept = Salt.objects.create(owner=owner, salt=salt.hex())
    return f"{kept.pk}:{_digest(salt, value)}"


@sensitive_variables("value", "salt")
def opens(commitment: str, value: str | bytes) -> bool:
    """Whether this is the value that was committed to; False too when that can't be told any more."""
    pk, _, digest = commitment.partition(":")
    try:
        kept = Salt.objects.filter(pk=uuid.UUID(pk)).first()
    except ValueError:
        return False
    salt = kept.salt if kept else ""
    return bool(salt) and hmac.compare_digest(_digest(bytes.fromhex(salt), value), digest)


@sensitive_variables()
def _digest(salt: bytes, value: str | bytes) -> str:
    return hmac.digest(salt, value.encode() if isinstance(value, str) else value, "sha256").hex()
