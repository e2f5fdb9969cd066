"""Compile the message catalogues that are newer than their compiled form, without GNU gettext."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__

    def handle(self, *_args, **_options):
        compiled = [
            compile_catalogue(source)
            for folder in settings.LOCALE_PATHS
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))
            if is_stale(source)
        ]
        self.stdout.write(f"Message catalogues: {len(compiled)} compiled")


def is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime <= source.stat().st_mtime


def compile_catalogue(source: Path) -> Path:
    with source.open("rb") as file:
        catalogue = read_po(file)  # says what it finds wrong, and keeps the rest
    target = source.with_suffix(".mo")
    draft = target.with_suffix(".mo.new")  # complete before it is seen: other processes may be reading
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    return draft.replace(target)
