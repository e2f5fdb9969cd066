"""Who may translate a practice, and put a translation in place."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.compendium import access as compendium
from chemsec.compendium.access import EDITOR, writes_for, writes_for_organisation
from chemsec.compendium.models import EditionText, Practice, Translation
from chemsec.platform import languages
from chemsec.platform.access import Actor, declare

from .queries import in_place

declare("translation.write", _("Focal points, contributors and editors, of any organisation."))
declare(
    "translation.place",
    _("The second person for a translation: an editor who wrote none of its words."),
)
declare(
    "translation.review",
    _("An editor, or who writes for the practice's owner; of what somebody else translated."),
)


def can_translate(user: Actor) -> bool:
    return writes_for_organisation(user)


def may_place(user: Actor) -> bool:
    """Put translations in place, if not this one: two persons stand behind what readers see, and as for an
    edition, the second is an editor.
    """
    return user.has(EDITOR)


def can_place(user: Actor, work: Translation) -> bool:
    return may_place(user) and not is_translator(user, work)


def is_translator(user: Actor, work: Translation) -> bool:
    return str(user.person) in work.by.values()


def can_review(user: Actor, practice: Practice) -> bool:
    """Say of what somebody else translated that it is right, or what should be different."""
    return user.has(EDITOR) or writes_for(user, practice.owner_id)


def can_send_back(user: Actor, practice: Practice, work: Translation | None) -> bool:
    """Give it back to who offered it; one's own offer one takes back by going on with it."""
    is_offered = work is not None and work.offered_at is not None and work.offered_by_id != user.person
    return is_offered and can_review(user, practice)


def get(user: Actor, practice_id: str, language: str) -> tuple[Practice, EditionText]:
    """The practice and the source of its current edition, where it can be translated into this language."""
    practice = compendium.get(user, practice_id)
    if not can_translate(user) or practice.is_withdrawn or not languages.is_known(language):
        raise Http404
    source = in_place(practice, None)
    if source is None or source.language == language:
        raise Http404
    return practice, source


def offered_to(user: Actor):
    """Working copies that wait for somebody to look at them, and that the user may."""
    offered = Translation.objects.filter(offered_at__isnull=False).exclude(offered_by=user.person)
    if user.has(EDITOR):
        return offered
    return offered.filter(practice__owner=user.organisation) if can_translate(user) else offered.none()
