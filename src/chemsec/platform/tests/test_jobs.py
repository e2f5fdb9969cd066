import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from chemsec.platform import jobs
from chemsec.platform.models import Effect, Progress, WorkerHeartbeat
from chemsec.platform.worker import Worker

pytestmark = pytest.mark.django_db

SILENCE = timedelta(seconds=30)


@task(takes_context=True)
def make_booklet(context, title):
    job = context.task_result.id
    jobs.report(job, 1, 2, message="half")
    with jobs.once(job, "booklet") as first:
        if first:
            Effect.objects.create(key=f"made {title}")
    jobs.report(job, 2, 2, file="booklets/one.pdf")


@task
def fail():
    raise ValueError("as it must")


def work():
    """Run what waits, in this test's transaction; tests/house/test_kills.py runs real workers."""
    worker = Worker(interval=0, batch=True, silence=SILENCE)
    for job in DBTaskResult.objects.ready():
        job.claim(worker.worker_id)
        worker.run_task(job)


def running(job_id, *, workers):
    DBTaskResult.objects.filter(pk=job_id).update(
        status=TaskResultStatus.RUNNING, started_at=timezone.now(), worker_ids=workers
    )


def test_a_job_is_waiting_then_done_with_its_progress_and_its_file():
    job = make_booklet.enqueue("storage").id

    assert jobs.status(job) == jobs.Status("waiting", 0, 0, "", "")
    work()
    assert jobs.status(job) == jobs.Status("done", 2, 2, "", "booklets/one.pdf")
    assert Effect.objects.filter(key="made storage").count() == 1


def test_a_job_that_raises_has_failed():
    job = fail.enqueue().id

    work()

    assert jobs.status(job).state == "failed"


def test_an_unknown_job_has_no_status():
    assert jobs.status(uuid.uuid4()) is None


def test_an_effect_is_first_once_for_each_job_and_name():
    job, other = uuid.uuid4(), uuid.uuid4()

    firsts = []
    for key in [(job, "mail"), (job, "mail"), (job, "report"), (other, "mail"), (str(job), "mail")]:
        with jobs.once(*key) as first:
            firsts.append(first)

    assert firsts == [True, False, True, True, False]


def test_an_effect_that_fails_is_still_to_be_done():
    job = uuid.uuid4()

    with pytest.raises(ValueError, match="halfway"), jobs.once(job, "mail"):
        raise ValueError("halfway")

    with jobs.once(job, "mail") as first:
        assert first


def test_the_job_of_a_silent_worker_is_taken_back_and_a_living_workers_is_not():
    orphan, kept = make_booklet.enqueue("orphan").id, make_booklet.enqueue("kept").id
    jobs.begin_beating("living")
    jobs.begin_beating("dead")
    WorkerHeartbeat.objects.filter(worker_id="dead").update(seen_at=timezone.now() - 2 * SILENCE)
    running(orphan, workers=["dead"])
    running(kept, workers=["dead", "living"])

    assert jobs.take_back(SILENCE) == 1

    assert [jobs.status(job).state for job in (orphan, kept)] == ["waiting", "running"]
    assert list(WorkerHeartbeat.objects.values_list("worker_id", flat=True)) == ["living"]


def test_a_job_that_outlived_too_many_workers_has_failed_with_the_reason():
    job = make_booklet.enqueue("deadly").id
    running(job, workers=["one"] * jobs.MAX_ATTEMPTS)

    jobs.take_back(SILENCE)

    result = DBTaskResult.objects.get(pk=job)
    assert result.status == TaskResultStatus.FAILED
    assert result.traceback == "5 workers died while they ran this job."
    assert result.task_result.errors[0].exception_class is jobs.WorkerDiedError


def test_a_worker_that_was_silent_for_too_long_learns_it_at_its_next_beat():
    jobs.begin_beating("slow")
    silent = WorkerHeartbeat.objects.filter(worker_id="slow")

    silent.update(seen_at=timezone.now() - 2 * SILENCE)
    assert jobs.beat("slow")  # nobody has noticed
    jobs.take_back(SILENCE)
    assert jobs.beat("slow")

    silent.update(seen_at=timezone.now() - 2 * SILENCE)
    jobs.take_back(SILENCE)
    assert not jobs.beat("slow")


def test_what_ended_long_ago_is_forgotten_and_what_is_new_or_unfinished_is_kept():
    old, new, unfinished = (make_booklet.enqueue(title).id for title in ("old", "new", "unfinished"))
    long_ago = timezone.now() - timedelta(days=31)
    DBTaskResult.objects.filter(pk=old).update(status=TaskResultStatus.SUCCESSFUL, finished_at=long_ago)
    DBTaskResult.objects.filter(pk=new).update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())
    DBTaskResult.objects.filter(pk=unfinished).update(enqueued_at=long_ago)
    for job in (old, new):
        jobs.report(job, 1, 1)
        with jobs.once(job, "mail"):
            pass
    Progress.objects.filter(job_id=old).update(updated_at=long_ago)
    Effect.objects.filter(key=f"{old}/mail").update(created_at=long_ago)

    jobs.prune()

    assert {str(pk) for pk in DBTaskResult.objects.values_list("pk", flat=True)} == {new, unfinished}
    assert {str(pk) for pk in Progress.objects.values_list("pk", flat=True)} == {new}
    assert list(Effect.objects.values_list("key", flat=True)) == [f"{new}/mail"]
