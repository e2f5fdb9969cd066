"""List the questions that found nothing and whose askers wanted the editors to know, newest first."""

from django.core.management.base import BaseCommand

from chemsec.compendium.models import Gap


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        for gap in Gap.objects.all():
            self.stdout.write(f"{gap.asked_at:%Y-%m-%d}  {gap.language:<8} {gap.text}")
