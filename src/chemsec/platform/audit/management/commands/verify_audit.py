"""Read the whole audit log and say whether anything in it was altered, and what first."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from chemsec.platform.audit import checkpoints, log


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--against",
            action="append",
            default=[],
            metavar="FILE",
            help="a checkpoint kept elsewhere, which this log must extend; may be given again",
        )

    def handle(self, *_args, **options):
        try:
            given = [
                checkpoints.parse(Path(file).read_text(encoding="utf-8"), file) for file in options["against"]
            ]
            report = log.verify(given)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        if report.fault:
            raise CommandError(report.fault)
        self.stdout.write(
            f"The audit log is as it was written: {report.size} entries, root {report.root.hex()}"
        )
