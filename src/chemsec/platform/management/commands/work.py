"""Run background jobs until told to stop. Any number of these may run at the same time."""

from datetime import timedelta

from django.core.management.base import BaseCommand

from chemsec.platform.worker import Worker


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--batch", action="store_true", help="stop when no job is waiting")
        parser.add_argument(
            "--interval", type=float, default=1, help="seconds between looks at an empty queue"
        )
        parser.add_argument(
            "--silence",
            type=float,
            default=30,
            help="seconds without a heartbeat after which a worker counts as dead",
        )

    def handle(self, *, batch, interval, silence, **_options):
        self.check(databases=["default", "keys"])
        worker = Worker(interval=interval, batch=batch, silence=timedelta(seconds=silence))
        worker.configure_signals()
        worker.run()
