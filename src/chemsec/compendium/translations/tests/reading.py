"""What whoever opens the page of a translation has before them."""

from chemsec.compendium.models import Practice
from chemsec.compendium.translations import queries


def as_shown(practice: Practice, language: str = "es") -> dict[str, str]:
    practice = Practice.objects.get(pk=practice.pk)
    sheet = queries.side_by_side(practice, queries.in_place(practice, None), language)
    return {part.code: part.words for part in sheet.parts}
