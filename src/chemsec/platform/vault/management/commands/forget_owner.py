"""Take an organisation's keys away: all that was sealed for it is locked, for ever."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from chemsec.platform.access import SYSTEM
from chemsec.platform.vault import flows


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("owner", type=UUID, help="the organisation's id")
        parser.add_argument("--yes", action="store_true", help="do it: nobody can undo this")

    def handle(self, *, owner, yes, **_options):
        if not yes:
            raise CommandError(f"This locks all that was sealed for {owner}, for ever. Say --yes to do it.")
        try:
            gone = flows.forget_owner(owner, by=SYSTEM)
        except flows.UnknownOwnerError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Forgotten: {gone} keys of {owner}; backups of the key store hold them until they expire"
        )
