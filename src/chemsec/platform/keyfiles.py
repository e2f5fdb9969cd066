"""Files that hold a key: made for their owner alone, and refused in production where others can read."""

import os
from pathlib import Path

from django.conf import settings


def make(file: Path, content: bytes) -> None:
    """Write a key that only its owner reads; where another process was faster, its key is the key."""
    draft = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
        new.write(content)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def fault(file: Path) -> str:
    """What is wrong with how a key is kept, for production; empty when nothing is."""
    file = file.resolve()
    inside = [home for home in (settings.PROJECT_DIR, settings.CHEMSEC_DATA_DIR) if file.is_relative_to(home)]
    if not file.is_file():
        return f"{file} isn't there"
    if inside:
        return f"{file} lies in {inside[0]}, whose copies would hold it too"
    if file.stat().st_mode & 0o077:
        return f"{file} can be read by others"
    return ""
