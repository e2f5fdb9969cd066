"""The key that signs checkpoints is worth what its keeping is worth."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register

from chemsec.platform import keyfiles


@register(Tags.security)
def the_audit_key_is_kept_apart(app_configs, **_kwargs):  # noqa: ARG001
    """In production: there, of its own, and nobody else's to read."""
    if not settings.CHEMSEC_PRODUCTION or not (
        wrong := keyfiles.fault(Path(settings.CHEMSEC_AUDIT_KEY_FILE))
    ):
        return []
    return [
        Error(
            f"The key of the audit log: {wrong}.",
            hint="Make one with `openssl genpkey -algorithm ed25519`, mode 0400, outside the project and the"
            " data folder, and name it in CHEMSEC_AUDIT_KEY_FILE.",
            id="chemsec.E003",
        )
    ]
