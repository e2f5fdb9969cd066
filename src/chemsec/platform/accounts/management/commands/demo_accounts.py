"""List the accounts of the demonstration, with password and secret of the second factor."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chemsec.platform.accounts import demo

SHOWN = ("role", "organisation", "name", "email", "password", "totp_secret")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="as JSON, for scripts")

    def handle(self, **options):
        if not settings.CHEMSEC_DEMO:
            raise CommandError("There are demonstration accounts only with CHEMSEC_DEMO=1.")
        rows = [{key: str(account[key]) for key in SHOWN} for account in demo.accounts()]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write("  ".join(row.values()))
