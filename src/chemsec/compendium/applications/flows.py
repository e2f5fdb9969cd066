"""Everything that changes applications, and the grade of evidence that follows from them."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from chemsec.compendium import access as compendium
from chemsec.compendium import flows as practices
from chemsec.compendium import people
from chemsec.compendium.models import Application, Practice, Signal
from chemsec.platform.access import Actor, Visibility
from chemsec.platform.accounts import public as accounts
from chemsec.platform.audit import log as audit

from . import access

SAYING = ("edition", "visibility", "language", "outcome", "year", "place", "changed", "cost", "result",
          "evidence", "lesson")  # fmt: skip


@transaction.atomic
def report_application(practice: Practice, *, by: Actor, **said: Any) -> Application:
    """Tell that the organisation took a practice over. An editor looks at it before anybody else sees it."""
    practice = compendium.get(by, practice.pk)
    if not access.can_write(by) or by.organisation is None or by.person is None:
        raise PermissionDenied
    if practice.is_withdrawn:
        raise ValidationError(_("This practice has been withdrawn."))
    if not practice.editions.filter(number=said["edition"]).exists():
        raise ValidationError(_("There is no such edition."))
    application = Application(practice=practice, owner_id=by.organisation, author_id=by.person)
    for name in SAYING:
        setattr(application, name, said[name])
    application.full_clean(exclude=["state"])
    application.save()
    _tell(application, "sent", accounts.people_with(access.EDITOR), by=by)
    _record("report_application", application, by=by, right="application.write")
    return application


@transaction.atomic
def show_application(application: Application, *, by: Actor) -> Application:
    """Let those see it whom its owner chose; from then on it counts."""
    return _move(application, "show", by=by)


@transaction.atomic
def decline_application(application: Application, text: str, *, by: Actor) -> Application:
    """Don't show it, or no longer; its author reads why."""
    if not text.strip():
        raise ValidationError(_("Say why; the writers will read it."))
    return _move(application, "decline", by=by, reason=text.strip())


@transaction.atomic
def withdraw_application(application: Application, *, by: Actor) -> Application:
    return _move(application, "withdraw", by=by)


def _move(application: Application, verb: str, *, by: Actor, reason: str = "") -> Application:
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("practice").get(pk=application.pk)
    )
    may = access.owns(by, application) if verb == "withdraw" else access.can_decide(by, application)
    if not may:
        raise PermissionDenied
    try:
        getattr(application, verb)()
    except TransitionNotAllowed as error:
        raise ValidationError(_("Somebody has decided on this already.")) from error
    application.reason, application.decided_at = reason, timezone.now()
    application.save()
    practices.count_reports(application.practice)
    _tell(application, application.state, [application.author_id], by=by)
    right = "application.write" if verb == "withdraw" else "application.decide"
    _record(f"{verb}_application", application, by=by, right=right)
    return application


@transaction.atomic
def send_signal(practice: Practice, kind: str, *, by: Actor) -> None:
    """Count that a visitor said something about a practice. No entry in the log: it tells of decisions, not
    of visits.
    """
    practice = compendium.get(by, practice.pk)
    if kind not in Signal.Kind.values or practice.is_withdrawn:
        raise ValidationError(_("There is nothing to say about this."))
    signal, is_first = Signal.objects.get_or_create(practice=practice, kind=kind, day=timezone.localdate())
    if is_first and kind == Signal.Kind.WRONG:
        facts = {"title": people.title_of(practice)}
        accounts.tell(people.around(practice), "practice.wrong", practice.pk, facts, by=by.person)
    Signal.objects.filter(pk=signal.pk).update(count=F("count") + 1)


def _tell(application: Application, what: str, told: Iterable[UUID], *, by: Actor) -> None:
    facts = {"practice": application.practice_id}
    accounts.tell(told, f"application.{what}", str(application.pk), facts, by=by.person)


def _record(verb: str, application: Application, *, by: Actor, right: str) -> None:
    public = application.visibility == Visibility.PUBLIC
    facts: Mapping[str, Any] = {"practice": application.practice_id} if public else {}
    audit.record(verb, f"application/{application.pk}", by=by, right=right, facts=facts)
