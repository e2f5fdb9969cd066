"""A draft as data, and data as what a draft may hold: the fields and checks of the page that writes it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from chemsec.compendium.models import Draft
from chemsec.platform.access import Actor

from . import access, forms


def listed(user: Actor) -> QuerySet[Draft]:
    """Every draft that the user may see, what changed last first."""
    return access.visible_to(user).select_related("owner").order_by("-changed_at", "pk")


def summary(draft: Draft) -> dict[str, Any]:
    """A draft as lists give it."""
    return {
        "id": str(draft.pk),
        "url": settings.CHEMSEC_BASE_URL + reverse("draft", args=[draft.pk]),
        "title": str(draft),
        "language": "" if draft.is_locked else draft.content["source_language"],
        "practice": draft.practice_id,
        "owner": draft.owner.name,
        "state": draft.state,
        "revision": draft.revision,
        "since": draft.since.isoformat(),
        "due": draft.due.isoformat() if draft.due else None,
        "changed": draft.changed_at.isoformat(),
    }


def record(draft: Draft) -> dict[str, Any]:
    return {**summary(draft), "content": draft.content}


def checked_beginning(title: str, language: str) -> dict[str, Any]:
    """What a new practice begins with, as it can be kept; ValidationError by field."""
    form = forms.BeginForm({"title": title, "language": language})
    if not form.is_valid():
        raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
    return form.cleaned_data


def checked(draft: Draft, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a draft's fields as they can be kept; ValidationError by field for those that can't."""
    aside = {"revision": draft.revision, "page": "software"}
    form = forms.DraftForm(draft.content | values | aside, draft=draft)
    form.is_valid()
    wrong = {name: list(errors) for name, errors in form.errors.items() if name in values}
    wrong |= {name: [_("A draft has no such field.")] for name in values if name not in form.fields}
    if wrong:
        raise ValidationError(wrong)
    return {name: form.cleaned_data[name] for name in values}
