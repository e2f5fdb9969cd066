"""A worker killed in mid-job, again and again: each effect happens exactly once, no job is left behind."""

import signal
import subprocess
import sys
import time
from functools import partial

import pytest
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests import databases
from tests.databases import HOUSE
from tests.house.killed_jobs import EFFECTS, count_up

from chemsec.platform.models import Progress, WorkerHeartbeat

PATIENCE = 120  # seconds; only a job that is stuck takes so long


@pytest.fixture
def instance(migrated, django_db_setup, django_db_blocker):
    instance = databases.clone(migrated, "killed")
    with django_db_blocker.unblock(), databases.switched_to(instance):
        yield instance


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.long)])
def test_a_killed_workers_jobs_are_done_once(instance, kills):
    wanted = [count_up.enqueue().id for _ in range(kills)]
    killed = set()
    while len(killed) < kills:
        worker = start_worker(instance)
        wait_until(partial(freeze_in_mid_job, worker, killed), worker)
        worker.kill()
        worker.wait()

    worker = start_worker(instance)
    wait_until(lambda: not DBTaskResult.objects.exclude(status__in=ENDED).exists(), worker)
    worker.terminate()

    assert worker.wait(timeout=PATIENCE) == 0
    assert list(counting().values_list("status", flat=True)) == [TaskResultStatus.SUCCESSFUL] * kills
    assert sum(len(job.worker_ids) - 1 for job in counting()) == kills
    assert {str(progress.job_id): progress.done for progress in Progress.objects.all()} == dict.fromkeys(
        wanted, EFFECTS
    )
    assert not WorkerHeartbeat.objects.exists()


def counting():
    """The jobs of this test: a worker that lives long enough to beat enqueues what is due every hour too."""
    return DBTaskResult.objects.filter(task_path=count_up.module_path)


ENDED = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]


def freeze_in_mid_job(worker, killed):
    """Stop the worker wherever it is; let it go on unless it is in a job that no worker was killed in yet."""
    worker.send_signal(signal.SIGSTOP)
    for job in counting().filter(status=TaskResultStatus.RUNNING).exclude(pk__in=killed):
        done = Progress.objects.filter(job_id=job.pk).values_list("done", flat=True).first() or 0
        if 0 < done < EFFECTS:
            killed.add(job.pk)
            return True
    worker.send_signal(signal.SIGCONT)
    return False


def start_worker(instance):
    return subprocess.Popen(
        [sys.executable, "manage.py", "work", "--silence", "1", "--interval", "0.05"],
        cwd=HOUSE,
        env=instance.environment,
    )


def wait_until(condition, worker):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert worker.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, [
            (job.status, job.worker_ids, job.traceback) for job in DBTaskResult.objects.all()
        ]
        time.sleep(0.005)
