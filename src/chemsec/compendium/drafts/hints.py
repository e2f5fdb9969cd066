"""What a writer and a reviewer are pointed at: words in a draft that may not belong into what is shared."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chemsec.kernel.sensitive import Hint, Vocabulary, find_hints

from .content import FIELD_NAMES

ADVICE = {
    "coordinates": _("These look like coordinates: no place that could be attacked belongs here."),
    "personal": _("This looks like somebody’s personal data: name the office, not the person."),
    "marking": _("This marks classified or restricted papers: only unclassified work belongs here."),
    "quantity": _("A quantity of a named agent: say what kind of chemical and how it is controlled instead."),
    "weak_site": _("This seems to name a weakness of a site: describe it so that no site can be recognised."),
}


@cache
def _vocabulary() -> Vocabulary:
    path = settings.CHEMSEC_CONTENT_DIR / "hints.json"
    return Vocabulary.of(json.loads(path.read_text(encoding="utf-8")))


def hints_of(content: dict[str, Any]) -> list[tuple[str, Hint, Any]]:
    """Each hint in a draft with the name of its field and the advice for it."""
    return [
        (str(FIELD_NAMES[name]), hint, ADVICE[hint.kind])
        for name, value in content.items()
        if isinstance(value, str) and name != "url"
        for hint in find_hints(value, _vocabulary())
    ]
