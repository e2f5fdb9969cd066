"""The process that runs jobs: django-tasks-db's worker, with a heartbeat and an eye on the others'."""

import logging
import os
import threading
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as DatabaseWorker

from . import jobs

logger = logging.getLogger(__name__)


class Worker(DatabaseWorker):
    def __init__(self, *, interval: float, batch: bool, silence: timedelta):
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        self.silence = silence
        self.stopped = threading.Event()

    def shutdown(self, _signum, _frame) -> None:
        """End after the job in hand, or after the pause when there is none. Not from here: the signal may
        come in the middle of a commit.
        """
        if not self.running:
            # Asked twice: die as if killed, so that the job in hand is taken back, not counted as failed.
            os._exit(os.EX_TEMPFAIL)
        self.running = False

    def run(self) -> None:
        jobs.begin_beating(self.worker_id)
        jobs.prune()
        jobs.take_back(self.silence)
        pulse = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        pulse.start()
        try:
            super().run()
        finally:
            self.stopped.set()
            pulse.join()
            jobs.stop_beating(self.worker_id)

    def _beat(self) -> None:
        """Beat four times in the span that counts as silence, so that one late beat doesn't."""
        pause = self.silence.total_seconds() / 4
        beats_an_hour = round(3600 / pause)
        count = 0
        while not self.stopped.wait(pause):
            try:
                if not jobs.beat(self.worker_id):
                    # Going on would run our jobs beside whoever has them now.
                    logger.error("Worker %s was silent for too long and ends.", self.worker_id)
                    os._exit(os.EX_TEMPFAIL)
                jobs.take_back(self.silence)
                count += 1
                if count % beats_an_hour == 1 and not jobs.is_under_way(jobs.do_hourly_work):
                    jobs.do_hourly_work.enqueue()
                if count % (24 * beats_an_hour) == 0:
                    jobs.prune()
            except DatabaseError:
                # Away or locked: the next beat tries again, and ends us above if it comes too late.
                logger.exception("Worker %s could not reach the database.", self.worker_id)
                connection.close()
        connection.close()
