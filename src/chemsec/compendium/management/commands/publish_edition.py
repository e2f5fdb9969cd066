"""Publish an edition from a JSON file: {"id", "facts": {…}, "source": {…}, "translations": {…}}.

Facts that the file leaves out stay as in the edition before; texts don't: an edition speaks for itself.
"""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from chemsec.compendium import flows
from chemsec.compendium.access import SYSTEM
from chemsec.compendium.models import Edition

OWN = {"id", "practice", "number", "published_at"}  # of each edition; nothing that a file may say
FACTS = tuple(field.name for field in Edition._meta.concrete_fields if field.name not in OWN)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *_args, file: Path, **_options):
        try:
            edition = flows.publish_edition(*_read(file), by=SYSTEM)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{file} can't be read as an edition: {error!r}") from error
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"Published {edition.practice_id}, edition {edition.number}")


def _read(file: Path) -> tuple[str, flows.Content]:
    data = json.loads(file.read_text(encoding="utf-8"))
    unknown = set(data["facts"]) - set(FACTS)
    if unknown:
        raise ValueError(f"unknown facts: {', '.join(sorted(unknown))}")
    before = Edition.objects.filter(practice=data["id"]).order_by("-number").values(*FACTS).first() or {}
    facts = {**before, "change_note": "", **data["facts"]}
    return data["id"], flows.Content(
        facts=facts, source=data["source"], translations=data.get("translations", {})
    )
