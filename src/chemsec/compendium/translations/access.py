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
    _(
        "An editor, or who writes for the practice's owner; they may also send it back. What somebody else "
        "translated counts as reviewed."
    ),
)


def can_translate(user: Actor) -> bool:
    return writes_for_organisation(user)


def can_place(user: Actor, practice: Practice) -> bool:
    return user.has(EDITOR) or writes_for(user, practice.owner_id)


def can_send_back(user: Actor, practice: Practice, work: Translation | None) -> bool:
    """Give it back to who offered it; one's own offer one takes back by going on with it."""
    is_offered = work is not None and work.offered_at is not None and work.offered_by_id != user.person
    return is_offered and can_place(user, practice)


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
    """Working copies that wait for somebody to put them in place, and that the user may."""
    offered = Translation.objects.filter(offered_at__isnull=False).exclude(offered_by=user.person)
    if user.has(EDITOR):
        return offered
    return offered.filter(practice__owner=user.organisation) if can_translate(user) else offered.none()
