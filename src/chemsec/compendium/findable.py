"""What search may find of the compendium."""

from collections.abc import Iterable, Iterator

from chemsec.search.registry import Item, Text

from .access import SYSTEM, listed_for
from .models import Edition, EditionText

KIND = "practice"
SECTIONS = ("title", "summary", "how_to_apply", "evidence", "limits")


class Practices:
    """The listed practices, each with its current edition in every language that it has."""

    kind = KIND

    def items(self, keys: Iterable[str] | None = None) -> Iterator[Item]:
        listed = listed_for(SYSTEM)
        if keys is not None:
            listed = listed.filter(pk__in=list(keys))
        current = dict(listed.values_list("pk", "current"))
        editions = Edition.objects.filter(practice__in=listed).prefetch_related("texts")
        for edition in editions:
            if current[edition.practice_id] == edition.number:
                yield _item(edition)


def _item(edition: Edition) -> Item:
    return Item(
        key=edition.practice_id,
        texts=tuple(
            Text(
                language=text.language,
                sections={name: getattr(text, name) for name in SECTIONS if getattr(text, name)},
                is_source=text.state == EditionText.State.SOURCE,
            )
            for text in edition.texts.all()
        ),
        tags={
            "stages": tuple(edition.stages),
            "audiences": tuple(edition.audiences),
            "measure_kinds": tuple(edition.measure_kinds),
            "facility_types": tuple(edition.facility_types),
            "document_types": (edition.document_type,),
            "publisher_kinds": (edition.publisher_kind,),
        },
        scope=edition.scope,
    )
