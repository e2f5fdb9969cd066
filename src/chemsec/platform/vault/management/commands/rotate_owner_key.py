"""Give an organisation a new key. What was sealed before is brought under it in the background."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from chemsec.platform.access import SYSTEM
from chemsec.platform.vault import flows, tasks
from chemsec.platform.vault.errors import LockedError


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("owner", type=UUID, help="the organisation's id")

    def handle(self, *, owner, **_options):
        try:
            version = flows.rotate_owner_key(owner, by=SYSTEM)
        except (flows.UnknownOwnerError, LockedError) as error:
            raise CommandError(str(error)) from error
        tasks.reseal.enqueue()
        self.stdout.write(f"Key of {owner}: version {version}; resealing waits for a worker")
