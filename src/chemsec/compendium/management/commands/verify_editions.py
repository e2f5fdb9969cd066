"""Compare every edition with what the audit log noted of it when it was published."""

from django.core.management.base import BaseCommand, CommandError

from chemsec.compendium.models import Edition
from chemsec.compendium.record import digest
from chemsec.platform.audit import log as audit


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        noted = {
            (entry["thing"].partition("/")[2], entry["facts"]["edition"]): entry["facts"]["sha256"]
            for entry in audit.said("publish_edition")
        }
        altered = []
        for edition in Edition.objects.order_by("practice_id", "number").iterator():
            known = noted.pop((edition.practice_id, edition.number), None)
            if known not in {None, digest(edition)}:
                altered.append(f"{edition} isn't what was published.")
        altered += [f"{practice}/{number} was published and is gone." for practice, number in noted]
        if altered:
            raise CommandError("\n".join(altered))
        self.stdout.write(f"{Edition.objects.count()} editions: each is what was published.")
