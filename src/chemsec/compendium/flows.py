"""Everything that changes the compendium."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chemsec.platform import languages
from chemsec.platform.access import Actor, Visibility
from chemsec.platform.audit import log as audit
from chemsec.search import public as search

from . import access, facets
from .findable import KIND
from .models import (
    PROSE,
    Application,
    Edition,
    EditionText,
    Gap,
    Practice,
    Reminded,
    ReplacedText,
    Tag,
    in_two_years,
)
from .queries import single
from .record import digest
from .version import bump

FEWEST_GATHERED = 2  # practices that make a collection


@dataclass(frozen=True)
class Content:
    """What an edition is made from: the facts, the source text and the translations that come with it."""

    facts: Mapping[str, Any]  # fields of Edition
    source: Mapping[str, str]  # the PROSE fields, in facts["source_language"]
    translations: Mapping[str, Mapping[str, Any]]  # language -> PROSE fields, "state" and maybe "sections"


@transaction.atomic
def publish_edition(
    practice_id: str,
    content: Content,
    *,
    by: Actor,
    owner: UUID | None = None,
    keeper: UUID | None = None,
    is_new: bool = False,
) -> Edition:
    """Publish the next edition of a practice, or its first; readers see it from the next request on. An owner
    takes the practice over; the keeper is whom its reminders go to first.

    Raises PermissionDenied, and ValidationError for content that doesn't fit or for a withdrawn practice;
    with `is_new` IntegrityError where a practice of that name is there.
    """
    if not access.can_publish(by):
        raise PermissionDenied
    now = timezone.now()
    known = Practice.objects.none() if is_new else Practice.objects.select_for_update()
    practice = known.filter(pk=practice_id).first()
    if practice is None:
        practice = Practice(
            pk=practice_id, current=0, published_at=now, changed_at=now, visibility=Visibility.PUBLIC
        )
    elif practice.is_withdrawn:
        raise ValidationError(f"{practice_id} has been withdrawn; it can't get another edition.")
    practice.owner_id = owner or practice.owner_id
    practice.keeper_id = keeper or practice.keeper_id
    practice.reports = _reports(practice)
    if content.facts["is_confirmed"] or by is not access.SYSTEM:
        practice.confirmed_at = now
    practice.review_by, practice.reminded = in_two_years(), Reminded.NOBODY
    practice.current += 1
    practice.changed_at = now
    practice.full_clean(validate_unique=False)
    practice.save(force_insert=is_new)
    edition = Edition(practice=practice, number=practice.current, published_at=now, **content.facts)
    edition.full_clean()
    _check_vocabulary(edition)
    check_gathered(edition)
    edition.save()
    _write_text(edition, edition.source_language, EditionText.State.SOURCE, content.source)
    for language, text in content.translations.items():
        _write_text(edition, language, text["state"], text)
    _tag(practice, edition)
    _changed([practice.pk])
    facts = {"edition": edition.number, "sha256": digest(edition)}
    _record("publish_edition", practice, facts, by=by, binds=True)
    return edition


def _tag(practice: Practice, edition: Edition) -> None:
    """Make the practice found under what its current edition states, and under the grade that readers see."""
    tags = dict.fromkeys(tag for tag in facets.tags_of(edition) if tag[0] != "evidence")
    tags["evidence", facets.grade_of(edition, practice.reports)] = None
    tags |= dict.fromkeys((Tag.GATHERS, key) for key in edition.gathers or ())
    practice.tags.all().delete()
    Tag.objects.bulk_create(Tag(practice=practice, facet=facet, code=code) for facet, code in tags)


def count_reports(practice: Practice) -> None:
    """Bring the practice up to date with its applications, within the flow that changed one.

    Only a public application changes what readers get: of another the practice must not even look changed.
    """
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    reports = _reports(practice)
    if reports != practice.reports:
        practice.reports, practice.changed_at = reports, timezone.now()
        practice.save(update_fields=["reports", "changed_at"])
        _tag(practice, practice.editions.get(number=practice.current))
    bump()


def _reports(practice: Practice) -> int:
    """How many organisations besides its owner publicly tell of a result, good or bad. What invented ones
    tell is no evidence for a practice that is real.
    """
    shown = practice.applications.filter(state=Application.State.LISTED, visibility=Visibility.PUBLIC)
    if not practice.is_invented:
        shown = shown.exclude(owner__is_fictional=True)
    telling = shown.exclude(outcome=Application.Outcome.TOO_EARLY)
    return telling.exclude(owner=practice.owner_id).values("owner").distinct().count()


@transaction.atomic
def add_translation(practice: Practice, language: str, text: Mapping[str, Any], *, by: Actor) -> EditionText:
    """Give the current edition a text in one more language, or a better one; the source stays as it is."""
    if not access.can_publish(by):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    return put_translation(practice, language, text, by=by, right="compendium.publish")


def put_translation(
    practice: Practice, language: str, text: Mapping[str, Any], *, by: Actor, right: str
) -> EditionText:
    """The same for flows that have checked the right, in their transaction. What stood there before is kept
    for who translates.
    """
    edition = practice.editions.get(number=practice.current)
    if language == edition.source_language:
        raise ValidationError("The source text of an edition is never altered; publish the next edition.")
    before = edition.texts.filter(language=language).first()
    if before:
        before.delete()
    written = _write_text(edition, language, text["state"], text)
    if before and (words := before.words) != written.words:
        ReplacedText.objects.create(
            practice=practice,
            edition=edition.number,
            language=language,
            words=words,
            replaced_by_id=by.person,
        )
    Practice.objects.filter(pk=practice.pk).update(changed_at=timezone.now())
    _changed([practice.pk])
    facts = {"edition": edition.number, "language": language, "state": written.state}
    _record("add_translation", practice, facts, by=by, right=right)
    return written


@transaction.atomic
def withdraw_practice(
    practice: Practice, reason: str, *, by: Actor, language: str = "en", successor: Practice | None = None
) -> Practice:
    """Take a practice out of lists, search and exports; its page stays, says why, and leads to what replaces
    it.
    """
    if not access.can_publish(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError("Say why the practice is withdrawn; its page will show it.")
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if practice.is_withdrawn:
        raise ValidationError(f"{practice.pk} has been withdrawn already.")
    practice.withdrawn_at = practice.changed_at = timezone.now()
    practice.withdrawn_reason, practice.withdrawn_language = reason.strip(), language
    practice.successor = successor
    practice.save()
    _changed([practice.pk])
    facts = {"reason": practice.withdrawn_reason, "successor": practice.successor_id or ""}
    _record("withdraw_practice", practice, facts, by=by, binds=True)
    return practice


@transaction.atomic
def confirm_practice(practice: Practice, review_by: date, *, by: Actor) -> Practice:
    """Say that a practice still holds as it stands, until somebody looks at it again."""
    if not access.can_keep(by, practice):
        raise PermissionDenied
    practice = Practice.objects.select_for_update(of=("self",)).get(pk=practice.pk)
    if practice.is_withdrawn:
        raise ValidationError(_("This practice has been withdrawn."))
    if not timezone.localdate() < review_by <= in_two_years():
        raise ValidationError(_("Choose a day within the next two years."))
    practice.confirmed_at = practice.changed_at = timezone.now()
    practice.keeper_id, practice.review_by, practice.reminded = by.person, review_by, Reminded.NOBODY
    practice.save()
    bump()
    facts = {"edition": practice.current, "review_by": review_by.isoformat()}
    _record("confirm_practice", practice, facts, by=by, right="practice.keep")
    return practice


@transaction.atomic
def keep_gap(text: str, language: str, *, by: Actor) -> Gap:
    """Keep a question that found nothing, so that the editors see what is missing. No name is kept."""
    if by is not access.ANYONE:
        raise PermissionDenied
    gap = Gap.objects.filter(text=text, language=language).first()  # two who ask at once may both be kept
    if gap is None:
        gap = Gap.objects.create(text=text, language=language)
        audit.record("keep_gap", f"gap/{gap.pk}", by=by, right="compendium.ask", facts={"language": language})
    return gap


def _record(
    verb: str,
    practice: Practice,
    facts: Mapping[str, Any],
    *,
    by: Actor,
    right: str = "compendium.publish",
    binds: bool = False,
) -> None:
    """The entry in the audit log, a flow's last statement."""
    audit.record(verb, f"practice/{practice.pk}", by=by, right=right, facts=facts, binds=binds)


def _changed(practice_ids: Iterable[str]) -> None:
    """Make search and cached pages follow, in the same transaction."""
    search.index(KIND, practice_ids)
    bump()


def _write_text(edition: Edition, language: str, state: str, text: Mapping[str, Any]) -> EditionText:
    if not languages.is_known(language):
        raise ValidationError(f"{language} isn't a language of the portal.")
    row = EditionText(
        edition=edition,
        language=language,
        state=state,
        sections=text.get("sections"),
        **{name: text.get(name, "").strip() for name in PROSE},
    )
    row.full_clean()
    row.save()
    return row


def check_gathered(edition: Edition) -> None:
    """A collection gathers practices that are there, each once, and no collection; nothing else gathers."""
    if not edition.is_collection:
        if edition.gathers is not None:
            raise ValidationError(_("Only a collection gathers practices."))
        return
    wanted = set(edition.gathers or ())
    listed = access.listed_for(access.ANYONE).exclude(pk=edition.practice_id)
    found = single(listed.filter(pk__in=wanted))
    if len(wanted) != len(edition.gathers or ()) or len(wanted) < FEWEST_GATHERED:
        raise ValidationError(_("A collection gathers at least two practices, each once."))
    if missing := wanted - set(found.values_list("pk", flat=True)):
        raise ValidationError(
            _("What is no practice, or is there no more, can’t be gathered: %(names)s.")
            % {"names": languages.listed(sorted(missing))}
        )


def _check_vocabulary(edition: Edition) -> None:
    """Refuse a code that no vocabulary has, naming it and its facet."""
    if not facets.is_scope(edition.scope):
        raise ValidationError(
            f"{edition.practice_id}: {edition.scope!r} is no scope that the reference data has."
        )
    for facet, code in facets.tags_of(edition):
        if code not in facets.values(facet):
            raise ValidationError(f"{edition.practice_id}: {code!r} is no {facets.FACETS[facet].name}.")
