"""Bring the whole index up to date: words of all items anew, meaning of those whose texts changed.

The portal answers meanwhile from what it has.
"""

from collections.abc import Iterator, Sequence

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from chemsec.search import indexing, meaning, registry
from chemsec.search.models import Entry

BATCH = 50


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="compute the meaning of all texts anew")

    def handle(self, *_args, force: bool, **_options):
        self.stderr.write(f"Phrases of the vocabularies: {meaning.write_examples(anew=force)} computed")
        for kind in registry.kinds():
            keys = [item.key for item in registry.source_of(kind).items()]
            gone = Entry.objects.filter(kind=kind).exclude(key__in=keys).values_list("key", flat=True)
            for batch in _batches([*keys, *gone]):
                with transaction.atomic():
                    indexing.write_words(kind, batch)
                    if force:
                        Entry.objects.filter(kind=kind, key__in=batch).update(fingerprint="")
            computed = 0
            with (
                tqdm(total=len(keys), desc=kind, file=self.stderr, unit="item") as bar,
                meaning.making(kind),
            ):
                for batch in _batches(keys):
                    computed += indexing.write_vectors(kind, batch)
                    bar.update(len(batch))
                indexing.next_generation(kind)  # the phrases are part of what the vectors are compared with
                meaning.refresh(kind)
            self.stdout.write(f"Indexed {len(keys)} of kind {kind}; meaning computed of {computed}.")
        indexing.recount()


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
