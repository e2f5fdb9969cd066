"""The guides in content/guides: what chemical security means at a stage or to an audience."""

import json
from functools import cache
from typing import Any

from django.conf import settings

from . import languages


@cache
def _read(scheme: str, language: str) -> dict[str, dict[str, Any]]:
    path = settings.CHEMSEC_CONTENT_DIR / "guides" / f"{scheme}.{language}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def all_of(scheme: str) -> dict[str, dict[str, Any]]:
    """Code → guide, in the reader's language."""
    return _read(scheme, languages.current().code)


def one(scheme: str, code: str) -> dict[str, Any]:
    """The guide of one code: `lead`, `meaning`, `actors`, `measures`, `questions`, `i` (audiences)."""
    return all_of(scheme)[code]
