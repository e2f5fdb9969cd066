"""Work in the background that survives the death of its worker.

A job is a function marked with django-tasks' `@task(takes_context=True)`, enqueued by its use case and run by
`manage.py work`. A worker that dies in mid-job is noticed by its missing heartbeat, and the job is run
again from the start. So a job does what it does to the world under `once(...)`, which holds for all its runs.
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from .models import Effect, Progress, WorkerHeartbeat

MAX_ATTEMPTS = 5  # a job that outlives this many workers is likely to be what kills them
KEEP = timedelta(days=30)

JobId = str | uuid.UUID
Work = Callable[[], object]
logger = logging.getLogger(__name__)
_hourly: list[Work] = []


def hourly(work: Work) -> Work:
    """Have this done each hour, in a job of its own time; what takes long enqueues one of its own."""
    _hourly.append(work)
    return work


@task()
def do_hourly_work() -> None:
    """One after the other; what fails doesn't keep the others from being done."""
    for work in _hourly:
        try:
            work()
        except Exception:
            logger.exception("What is due every hour failed: %s.", work.__qualname__)


def is_under_way(job: Task) -> bool:
    """Whether such a job waits or runs."""
    open_states = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    return DBTaskResult.objects.filter(task_path=job.module_path, status__in=open_states).exists()


class WorkerDiedError(Exception):
    """Every worker that took this job died in the middle of it."""


@dataclass(frozen=True)
class Status:
    """How a job stands. `file` is the path of its result under MEDIA_ROOT, empty when it has none yet."""

    state: str  # "waiting", "running", "done" or "failed"
    done: int
    total: int
    message: str
    file: str


STATES = {
    TaskResultStatus.READY: "waiting",
    TaskResultStatus.RUNNING: "running",
    TaskResultStatus.SUCCESSFUL: "done",
    TaskResultStatus.FAILED: "failed",
}


@contextmanager
def once(job_id: JobId, name: str) -> Iterator[bool]:
    """Open a transaction that does an effect of this job at most once, however often the job is run.

    `with once(job, "mail") as first:` gives True when the effect is still to be done; it and the
    note that it was done are committed together. Only the database is covered: name files after the job's id.
    """
    with transaction.atomic():
        _effect, first = Effect.objects.get_or_create(key=f"{job_id}/{name}")
        yield first


def report(job_id: JobId, done: int, total: int, *, message: str = "", file: str = "") -> None:
    """Tell whoever waits how far the job is. Call it outside a transaction, else nobody sees it."""
    Progress.objects.update_or_create(
        job_id=job_id, defaults={"done": done, "total": total, "message": message, "file": file}
    )


def status(job_id: JobId) -> Status | None:
    """How the job stands; None when there is no such job, or none any more."""
    job = DBTaskResult.objects.filter(pk=job_id).values_list("status", flat=True).first()
    if job is None:
        return None
    progress = Progress.objects.filter(job_id=job_id).first() or Progress(job_id=job_id)
    return Status(
        STATES[TaskResultStatus(job)], progress.done, progress.total, progress.message, progress.file
    )


def beat(worker_id: str) -> bool:
    """Say that the worker lives; False when it was silent for so long that its jobs were taken back."""
    return bool(WorkerHeartbeat.objects.filter(worker_id=worker_id).update(seen_at=Now()))


def begin_beating(worker_id: str) -> None:
    WorkerHeartbeat.objects.create(worker_id=worker_id, seen_at=Now())


def stop_beating(worker_id: str) -> None:
    """Forget a worker; what it left unfinished is taken back at once."""
    WorkerHeartbeat.objects.filter(worker_id=worker_id).delete()


def take_back(silence: timedelta) -> int:
    """Put silent workers' jobs back into the queue and return how many; after MAX_ATTEMPTS a job has failed.

    Ages are judged by the database's clock, the same for all workers.
    """
    WorkerHeartbeat.objects.filter(seen_at__lt=_before(silence)).delete()
    # Read before asking who lives: a worker begins to beat before it takes a job.
    running = list(DBTaskResult.objects.running())
    living = set(WorkerHeartbeat.objects.values_list("worker_id", flat=True))
    taken = 0
    for job in running:
        if job.worker_ids[-1] in living:
            continue
        # the same run, still running: another reaper may have been faster
        same_run = DBTaskResult.objects.filter(
            pk=job.pk, status=TaskResultStatus.RUNNING, started_at=job.started_at
        )
        if len(job.worker_ids) < MAX_ATTEMPTS:
            taken += same_run.update(status=TaskResultStatus.READY)
        else:
            taken += same_run.update(
                status=TaskResultStatus.FAILED,
                finished_at=timezone.now(),
                exception_class_path=f"{WorkerDiedError.__module__}.{WorkerDiedError.__qualname__}",
                traceback=f"{len(job.worker_ids)} workers died while they ran this job.",
            )
    return taken


def prune() -> None:
    """Forget jobs that ended long ago, with their progress and the notes of their effects."""
    long_ago = timezone.now() - KEEP
    DBTaskResult.objects.finished().filter(finished_at__lt=long_ago).delete()
    Progress.objects.filter(updated_at__lt=long_ago).delete()
    Effect.objects.filter(created_at__lt=long_ago).delete()


def _before(age: timedelta) -> ExpressionWrapper:
    return ExpressionWrapper(Now() - age, output_field=DateTimeField())
