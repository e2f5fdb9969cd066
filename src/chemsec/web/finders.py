"""One style sheet from many small files, so that a first visit needs one request for it."""

from datetime import UTC, datetime
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import Storage

STYLES = Path(__file__).parent / "styles"
ORDER = (
    "tokens",
    "base",
    "line",
    "practice",
    "lists",
    "tables",
    "forms",
    "writing",
    "asking",
    "doors",
    "print",
)
NAME = "portal.css"


def bundle() -> str:
    return "\n".join((STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ORDER)


class BundleStorage(Storage):
    """Holds nothing but the bundle."""

    prefix = ""

    def _open(self, name, mode="rb"):  # noqa: ARG002  the signature that Django calls
        return ContentFile(bundle().encode())

    def exists(self, name):
        return name == NAME

    def get_modified_time(self, name):
        return datetime.fromtimestamp(Path(self.path(name)).stat().st_mtime, UTC)

    def path(self, name):  # noqa: ARG002
        """The part that changed last: it says whether the bundle has to be made anew."""
        return str(max((STYLES / f"{part}.css" for part in ORDER), key=lambda file: file.stat().st_mtime_ns))


class BundleFinder(BaseFinder):
    def find(self, path, find_all=False, **_kwargs):  # noqa: ARG002, FBT002  the signature that Django calls
        return [] if find_all else None

    def list(self, ignore_patterns):  # noqa: ARG002
        yield NAME, BundleStorage()
