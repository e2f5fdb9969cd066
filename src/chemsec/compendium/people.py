"""Who is told about what belongs to an organisation."""

from uuid import UUID

from chemsec.platform.accounts import public as accounts

from .access import EDITOR, WRITERS
from .models import EditionText, Practice


def writers(organisation: UUID) -> list[UUID]:
    """Everybody who may write for it."""
    return accounts.people_with(*WRITERS, organisation=organisation)


def focal_points(organisation: UUID) -> list[UUID]:
    return accounts.people_with("focal_point", organisation=organisation)


def first_of(organisation: UUID, person: UUID | None) -> list[UUID]:
    """The one who has a matter in hand there; who has left hands over to the focal points."""
    if person is not None and person in writers(organisation):
        return [person]
    return focal_points(organisation)


def around(practice: Practice) -> list[UUID]:
    """The editors, and whoever writes for its owner."""
    return accounts.people_with(EDITOR) + (writers(practice.owner_id) if practice.owner_id else [])


def title_of(practice: Practice) -> str:
    """How a practice is called in what they are told: as its source does."""
    texts = EditionText.objects.filter(edition__practice=practice, edition__number=practice.current)
    return texts.get(state=EditionText.State.SOURCE).title
