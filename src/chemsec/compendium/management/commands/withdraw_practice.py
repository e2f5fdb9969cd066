"""Withdraw a practice with a reason; its page stays and says so."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from chemsec.compendium import access, flows


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("practice")
        parser.add_argument("--reason", required=True, help="in English; readers see it")

    def handle(self, *_args, practice: str, reason: str, **_options):
        found = access.visible_to(access.SYSTEM).filter(pk=practice).first()
        if found is None:
            raise CommandError(f"There is no practice {practice}.")
        try:
            flows.withdraw_practice(found, reason, by=access.SYSTEM)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"Withdrawn: {practice}")
