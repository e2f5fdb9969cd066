"""What production wants of the master key and of the place where owners' keys are kept."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, register

from chemsec.platform import keyfiles

from . import master
from .errors import LockedError
from .router import ALIAS


@register(Tags.security)
def the_master_key_is_kept_apart(app_configs, **_kwargs):  # noqa: ARG001
    """In production: there, of its own, and nobody else's to read."""
    if not settings.CHEMSEC_PRODUCTION:
        return []
    wrong = _file_fault() or _content_fault()
    if not wrong:
        return []
    return [
        Error(
            f"The master key: {wrong}.",
            hint="Make one with `openssl rand -hex 32`, mode 0400, outside the project and the data folder,"
            " and name it in CHEMSEC_MASTER_KEY_FILE.",
            id="chemsec.E004",
        )
    ]


def _file_fault() -> str:
    """Nothing where the key is in no file."""
    is_file = settings.CHEMSEC_MASTER == master.FROM_FILE
    return keyfiles.fault(Path(settings.CHEMSEC_MASTER_KEY_FILE)) if is_file else ""


def _content_fault() -> str:
    try:
        found = master.load()
    except LockedError as error:
        return error.reason
    return "it is one of a demonstration" if found.is_demonstration() else ""


@register(Tags.security)
def owners_keys_are_kept_apart(app_configs, **_kwargs):  # noqa: ARG001
    """In production a copy of the data must not hold the keys."""
    if not settings.CHEMSEC_PRODUCTION:
        return []
    data, keys = settings.DATABASES["default"], settings.DATABASES[ALIAS]
    is_file = keys["ENGINE"].endswith("sqlite3")
    same = all(data.get(name) == keys.get(name) for name in ("ENGINE", "HOST", "PORT", "NAME"))
    inside = is_file and Path(keys["NAME"]).resolve().is_relative_to(settings.CHEMSEC_DATA_DIR)
    if not same and not inside:
        return []
    return [
        Error(
            "The owners' keys lie with the data: one copy would hold both.",
            hint="Set CHEMSEC_KEYS_DIR to a folder outside the data folder, or CHEMSEC_KEYS_DATABASE_URL to"
            " another database.",
            id="chemsec.E005",
        )
    ]
