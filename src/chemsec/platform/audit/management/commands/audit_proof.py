"""Print what shows, without the portal, that an entry stands in the audit log."""

import json

from django.core.management.base import BaseCommand, CommandError

from chemsec.platform.audit import log
from chemsec.platform.audit.models import Head


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("entry", type=int, help="its number")

    def handle(self, *_args, **options):
        size = Head.objects.get(pk=1).size
        if not 1 <= options["entry"] <= size:
            raise CommandError(f"The log has the entries 1 to {size}.")
        self.stdout.write(json.dumps(log.prove(options["entry"]), ensure_ascii=False, indent=1))
