"""Bring everything that is sealed under its owner's newest key. It may be stopped and run again."""

from django.core.management.base import BaseCommand

from chemsec.platform.vault import resealing


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        report = resealing.reseal_all()
        self.stdout.write(f"Resealed: {report.resealed}; locked, and left as they are: {report.locked}")
