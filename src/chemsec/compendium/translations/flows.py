"""Everything that changes a translation."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chemsec.compendium import flows as practices
from chemsec.compendium import people
from chemsec.compendium.models import PROSE, EditionText, Practice, Section, Translation
from chemsec.compendium.queries import NAMES
from chemsec.platform import languages
from chemsec.platform.access import Actor
from chemsec.platform.accounts import public as accounts
from chemsec.platform.audit import log as audit
from chemsec.platform.text import tidy

from . import access
from .carrying import summed_up
from .queries import in_place, sources_of

State = EditionText.State


@transaction.atomic
def save_translation(
    practice: Practice, language: str, words: Mapping[str, str], *, seen: Mapping[str, str | None], by: Actor
) -> dict[str, str]:
    """Keep words in the working copy. `seen` holds what the translator had before them, field by field: what
    they left as it was isn't touched; what somebody else changed meanwhile is given back, and stays.
    None stands for words that they can't have seen.

    Other words than those that were offered end the offer: what is reviewed is what was offered.
    """
    if not access.can_translate(by):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    work, _made = Translation.objects.get_or_create(practice=practice, language=language)
    placed = in_place(practice, language)
    before, conflicts = dict(work.words), {}
    for name, value in words.items():
        now = work.words.get(name, getattr(placed, name) if placed else "")
        if value in (seen.get(name, ""), now):
            continue
        if tidy(now) != seen.get(name, ""):
            conflicts[name] = now
            continue
        work.words[name], work.of[name], work.by[name] = value, practice.current, str(by.person)
    if work.offered_at and work.words != before:
        _end_offer(work, by=by)
    work.save()
    return conflicts


def _end_offer(work: Translation, *, by: Actor) -> None:
    """Whoever offered other words than those that stand there now is told, and may offer these."""
    named = {"practice": people.title_of(work.practice)}
    told = [work.offered_by_id] if work.offered_by_id else []
    key = f"{work.practice_id} {work.language}"
    accounts.tell(told, "translation.changed", key, named, by=by.person)
    work.offered_at = work.offered_by = None


@transaction.atomic
def offer_translation(practice: Practice, language: str, *, by: Actor) -> None:
    """Say that the working copy can be reviewed and put in place."""
    if not access.can_translate(by):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    work = _working_copy(practice, language)
    work.offered_at, work.offered_by_id = timezone.now(), by.person
    work.sent_back, work.sent_back_at, work.sent_back_by = "", None, None
    work.save()
    key = f"{practice.pk} {language}"
    named = {"practice": people.title_of(practice)}
    accounts.tell(people.around(practice), "translation.offered", key, named, by=by.person)
    facts = {"language": language, "fields": sorted(work.words)}
    _record("offer_translation", practice, facts, by=by, right="translation.write")


@transaction.atomic
def send_back_translation(practice: Practice, language: str, text: str, *, by: Actor) -> None:
    """Give what was offered back to its translators, with what should be different. The word stands on the
    page until they offer it again.
    """
    if not access.can_review(by, practice):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    work = _working_copy(practice, language)
    if work.offered_at is None:
        raise ValidationError(_("It isn’t offered for review any more: somebody changed it or was faster."))
    if work.offered_by_id == by.person:
        raise ValidationError(_("Somebody else has to review what you translated."))
    if not text.strip():
        raise ValidationError(_("Say why; the translators will read it."))
    work.offered_at = None  # who offered it stays: it waits for them
    work.sent_back, work.sent_back_at, work.sent_back_by_id = text.strip(), timezone.now(), by.person
    work.save()
    key = f"{practice.pk} {language}"
    named = {"practice": people.title_of(practice)}
    accounts.tell(_translators(work), "translation.sent_back", key, named, by=by.person)
    facts = {"language": language, "fields": sorted(work.words)}
    _record("send_back_translation", practice, facts, by=by, right="translation.review")


@transaction.atomic
def place_translation(
    practice: Practice, language: str, *, seen: Mapping[str, str], by: Actor
) -> EditionText:
    """Put the words of the working copy into the current edition: readers see them from then on, and that
    they are reviewed, as whoever places them wrote none of them. `seen` holds what they read, field by field:
    words that came since are nobody's yet to review.
    """
    if not access.may_place(by):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    work = _working_copy(practice, language)
    if not access.can_place(by, work):
        raise ValidationError(_("You wrote some of these words: another editor has to put them in place."))
    sections, words = _current(practice, language)
    source = in_place(practice, None)
    for name, section in _worked_on(work, practice).items():
        words[name], sections[name] = work.words[name], section
    _refuse_changed(words, seen)
    lacking = [str(NAMES[name]) for name in PROSE if getattr(source, name) and not words[name]]
    if lacking:  # what isn't translated would look as if it weren't stated
        said = {"names": languages.listed(lacking)}
        raise ValidationError(_("Readers need the whole text. Still to be translated: %(names)s.") % said)
    text = _write(practice, language, sections, words, by=by, right="translation.place")
    translators = _translators(work)
    work.delete()
    key = f"{practice.pk} {language}"
    accounts.tell(
        translators, "translation.placed", key, {"practice": people.title_of(practice)}, by=by.person
    )
    return text


def _worked_on(work: Translation, practice: Practice) -> dict[str, Section]:
    """The sections of a working copy, as placing them makes them; the source has to say something there.

    A section whose source stayed the same since it was translated is up to date with today's edition.
    """
    sources = sources_of(practice)
    now, made = sources[practice.current], {}
    for name in work.words:
        said = getattr(now, name)
        if said:  # else the page shows nothing
            before = sources.get(work.of[name])
            is_current = before is not None and getattr(before, name) == said
            of = practice.current if is_current else work.of[name]
            made[name] = Section(State.REVIEWED, of, work.by[name])
    return made


def _refuse_changed(words: Mapping[str, str], seen: Mapping[str, str]) -> None:
    """As in drafts: what binds holds for the words that were read. White space alone says nothing else."""
    if any(tidy(said).split() != seen.get(name, "").split() for name, said in words.items()):
        raise ValidationError(_("It was changed since you opened the page. Read it again, please."))


@transaction.atomic
def review_translation(
    practice: Practice, language: str, seen: Mapping[str, str], *, by: Actor
) -> EditionText:
    """Confirm sections as they stand, by their field with the words that were read: they say what the source
    says. Nobody confirms their own.
    """
    if not access.can_review(by, practice):
        raise PermissionDenied
    practice = Practice.objects.select_for_update().get(pk=practice.pk)
    sections, words = _current(practice, language)
    _refuse_changed({name: words[name] for name in seen}, seen)
    for name in seen:
        section = sections[name]
        if section.by == str(by.person):
            raise ValidationError(_("Somebody else has to review what you translated."))
        if section.of != practice.current:
            raise ValidationError(_("This section is behind its source; translate it anew first."))
        sections[name] = Section(State.REVIEWED, section.of, section.by)
    return _write(practice, language, sections, words, by=by, right="translation.review")


def _translators(work: Translation) -> list[UUID]:
    """Who wrote in it, and who offered it."""
    wrote = [UUID(person) for person in work.by.values() if person]
    return [*wrote, work.offered_by_id] if work.offered_by_id else wrote


def _working_copy(practice: Practice, language: str) -> Translation:
    work = Translation.objects.select_for_update().filter(practice=practice, language=language).first()
    if work is None or not work.words:
        raise ValidationError(_("Nothing has been translated yet."))
    return work


def _current(practice: Practice, language: str) -> tuple[dict[str, Section], dict[str, str]]:
    """Sections and words of the translation that readers see now; nothing where there is none."""
    placed = in_place(practice, language)
    if placed is None:
        empty = Section(State.HUMAN, 0)
        source = in_place(practice, None)
        done = Section(State.HUMAN, practice.current)
        sections = {name: empty if getattr(source, name) else done for name in PROSE}
        return sections, dict.fromkeys(PROSE, "")
    return {name: placed.section(name) for name in PROSE}, {name: getattr(placed, name) for name in PROSE}


def _write(
    practice: Practice,
    language: str,
    sections: dict[str, Section],
    words: dict[str, str],
    *,
    by: Actor,
    right: str,
) -> EditionText:
    kept = {name: section.kept() for name, section in sections.items()}
    text: dict[str, Any] = {**words, "state": summed_up(sections, words, practice.current), "sections": kept}
    return practices.put_translation(practice, language, text, by=by, right=right)


def _record(verb: str, practice: Practice, facts: Mapping[str, Any], *, by: Actor, right: str) -> None:
    audit.record(verb, f"practice/{practice.pk}", by=by, right=right, facts=facts)
