"""Make everything ready to serve: database, content, index, catalogues, static files. Skips what is there."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from chemsec.compendium.public import load_demonstration
from chemsec.needs.public import load_demonstration as hold_exercises
from chemsec.platform.accounts import demo
from chemsec.platform.vault.master import make_demonstration_key
from chemsec.search import public as search


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        settings.CHEMSEC_DATA_DIR.mkdir(mode=0o750, parents=True, exist_ok=True)
        settings.CHEMSEC_KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not settings.CHEMSEC_PRODUCTION:
            make_demonstration_key()
        call_command("migrate", "vault", database="keys", verbosity=0, interactive=False)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_reference", stdout=self.stdout)
        call_command("load_practices", stdout=self.stdout)
        call_command("load_questionnaires", stdout=self.stdout)
        if not search.is_ready():
            call_command("rebuild_index", stdout=self.stdout)
        if settings.CHEMSEC_DEMO and (made := demo.load()):
            self.stdout.write(f"Demonstration: {made} invented persons")
        if settings.CHEMSEC_DEMO and (made := load_demonstration()):
            self.stdout.write(f"Demonstration: {made} drafts and applications of practices")
        if settings.CHEMSEC_DEMO and (made := hold_exercises()):
            self.stdout.write(f"Demonstration: {made} exercises of needs assessment")
        call_command("compile_catalogues", stdout=self.stdout)
        self._collect_static_files()

    def _collect_static_files(self) -> None:
        digest = hashlib.sha256()
        for finder in get_finders():
            for name, storage in finder.list([]):
                file = Path(storage.path(name)).stat()
                digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
        stamp = settings.CHEMSEC_DATA_DIR / "static.sha256"
        if stamp.exists() and stamp.read_text(encoding="ascii") == digest.hexdigest():
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(digest.hexdigest(), encoding="ascii")
        self.stdout.write("Static files: collected")
