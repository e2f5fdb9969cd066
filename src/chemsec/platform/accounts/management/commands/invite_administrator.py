"""Invite the first administrator of the Secretariat, who then invites everybody else. Prints the link."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from chemsec.platform.access import SYSTEM
from chemsec.platform.accounts import flows
from chemsec.platform.accounts.models import Organisation, Role


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("email")

    def handle(self, *, email, **_options):
        kind = Organisation.Kind.SECRETARIAT
        secretariat = Organisation.objects.filter(kind=kind, is_fictional=False).first()
        if secretariat is None:
            secretariat = Organisation.objects.create(kind=kind, names={"en": "Technical Secretariat"})
        _invitation, secret = flows.invite_person(secretariat, email, Role.ADMINISTRATOR, by=SYSTEM)
        self.stdout.write(settings.CHEMSEC_BASE_URL + reverse("invitation", args=[secret]))
