"""The key that signs checkpoints is worth what its keeping is worth."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security)
def the_audit_key_is_kept_apart(app_configs, **_kwargs):  # noqa: ARG001
    """In production: there, of its own, and nobody else's to read."""
    if not settings.CHEMSEC_PRODUCTION:
        return []
    file = Path(settings.CHEMSEC_AUDIT_KEY_FILE).resolve()
    inside = [home for home in (settings.PROJECT_DIR, settings.CHEMSEC_DATA_DIR) if file.is_relative_to(home)]
    if not file.is_file():
        wrong = f"{file} isn't there"
    elif inside:
        wrong = f"{file} lies in {inside[0]}, whose copies would hold it too"
    elif file.stat().st_mode & 0o077:
        wrong = f"{file} can be read by others"
    else:
        return []
    return [
        Error(
            f"The key of the audit log: {wrong}.",
            hint="Make one with `openssl genpkey -algorithm ed25519`, mode 0400, outside the project and the"
            " data folder, and name it in CHEMSEC_AUDIT_KEY_FILE.",
            id="chemsec.E003",
        )
    ]
