"""The job that test_kills.py kills workers in: many effects, and each would show if it happened twice."""

import time

from django.db.models import F
from django_tasks import task

from chemsec.platform import jobs
from chemsec.platform.models import Progress

EFFECTS = 20


@task(takes_context=True)
def count_up(context):
    job = context.task_result.id
    Progress.objects.get_or_create(job_id=job)
    for number in range(EFFECTS):
        with jobs.once(job, f"effect {number}") as first:
            if first:
                Progress.objects.filter(job_id=job).update(done=F("done") + 1)
                time.sleep(0.002)  # so that some kills hit between the effect and its commit
