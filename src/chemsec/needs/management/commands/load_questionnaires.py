"""Load the questionnaires that the portal brings along (content/questionnaires), each as a draft, but none
whose code is known: what officers have made of it stays.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chemsec.needs.questionnaires.flows import keep_form
from chemsec.needs.questionnaires.models import Questionnaire
from chemsec.needs.questionnaires.reading import read_xlsform
from chemsec.platform.access import SYSTEM


class Command(BaseCommand):
    help = __doc__

    def handle(self, **_options):
        files = sorted((settings.CHEMSEC_CONTENT_DIR / "questionnaires").glob("*.xlsx"))
        loaded = 0
        for file in files:
            read = read_xlsform(file.read_bytes())
            if read.form is None:
                raise CommandError("\n".join([file.name, *map(str, read.faults)]))
            if not Questionnaire.objects.filter(code=read.form.code).exists():
                keep_form(read.form, by=SYSTEM)
                loaded += 1
        self.stdout.write(f"Questionnaires: {loaded} loaded, {len(files) - loaded} there already")
