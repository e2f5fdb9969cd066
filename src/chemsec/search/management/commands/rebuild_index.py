"""Index everything anew: words and meaning of all kinds. The portal answers meanwhile from what it has."""

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from chemsec.search import indexing, meaning, registry
from chemsec.search.models import Entry

BATCH = 50


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        self.stderr.write(f"Phrases of the vocabularies: {meaning.write_examples()}")
        for kind in registry.kinds():
            source = registry.source_of(kind)
            keys = [item.key for item in source.items()]
            gone = Entry.objects.filter(kind=kind).exclude(key__in=keys).values_list("key", flat=True)
            for batch in _batches([*keys, *gone]):
                with transaction.atomic():
                    indexing.write_words(kind, batch)
                    Entry.objects.filter(kind=kind, key__in=batch).update(fingerprint="")
            with tqdm(total=len(keys), desc=kind, file=self.stderr, unit="item") as bar:
                for batch in _batches(keys):
                    indexing.write_vectors(kind, batch)
                    bar.update(len(batch))
            meaning.snapshot(kind)
            self.stdout.write(f"Indexed {len(keys)} of kind {kind}.")


def _batches(keys):
    return [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
