"""Everything that changes a questionnaire."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from chemsec.kernel.questionnaire import Form, to_plain
from chemsec.platform.access import Actor
from chemsec.platform.audit import log as audit

from . import access
from .models import Questionnaire, Version


@transaction.atomic
def keep_form(form: Form, *, by: Actor) -> Version:
    """Keep a form as the draft of its questionnaire's next version, in place of the draft that is there; of a
    code that is new, as a questionnaire of its own.
    """
    if not access.can_manage(by):
        raise PermissionDenied
    _check_code(form.code)
    questionnaire, _is_new = Questionnaire.objects.get_or_create(code=form.code)
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    last = questionnaire.versions.first()
    if last is None or last.frozen_at:
        last = Version(questionnaire=questionnaire, number=last.number + 1 if last else 1)
    last.content, last.made_by_id = to_plain(form), by.person
    last.save()
    _record("keep_form", last, {"questions": sum(1 for _one in form.questions)}, by=by)
    return last


def _check_code(code: str) -> None:
    try:
        validate_slug(code)
    except ValidationError:
        said = _("“%(code)s” is no code (form_id in “settings”): it has letters, digits, - and _.")
        raise ValidationError(said % {"code": code[:60]}) from None
    if len(code) > 64:  # noqa: PLR2004  as its column holds
        raise ValidationError(_("A code (form_id in “settings”) has up to 64 characters."))


@transaction.atomic
def discard_draft(version: Version, *, by: Actor) -> None:
    """Let a draft go that no exercise used. The versions before it stay."""
    if not access.can_manage(by):
        raise PermissionDenied
    Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
    gone, _by_model = Version.objects.filter(pk=version.pk, frozen_at__isnull=True).delete()
    if not gone:
        raise ValidationError(_("An exercise uses this version, or somebody discarded it already."))
    _record("discard_draft", version, {}, by=by)
    if not version.questionnaire.versions.exists():
        version.questionnaire.delete()


def _record(verb: str, version: Version, facts: Mapping[str, Any], *, by: Actor) -> None:
    thing = f"questionnaire/{version.questionnaire.code}"
    audit.record(verb, thing, by=by, right="questionnaire.manage", facts={"version": version.number, **facts})
