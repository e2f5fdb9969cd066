"""Wrap all owners' keys under the newest master key: the first line of CHEMSEC_MASTER_KEY_FILE.

Put the new key above the old one on every host, run this, then take the old one out. No restart is needed.
"""

from django.core.management.base import BaseCommand, CommandError

from chemsec.platform.access import SYSTEM
from chemsec.platform.vault import flows
from chemsec.platform.vault.errors import LockedError


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        try:
            changed = flows.rotate_master_key(by=SYSTEM)
        except LockedError as error:
            raise CommandError(f"Not all keys could be wrapped again: {error}.") from error
        self.stdout.write(f"Master key: {changed} owners' keys wrapped again; the older ones may go")
