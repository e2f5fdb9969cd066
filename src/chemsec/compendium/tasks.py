"""Work of the compendium that takes too long for a request."""

import json
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from chemsec.platform import jobs
from chemsec.platform.access import ANYONE

from . import exports, queries, version
from .filters import Filters

FOLDER = Path("booklets")


def ask_for_booklet(filters: Filters, language: str) -> jobs.JobId:
    """The job that makes this booklet: one asked for already, as long as nothing has changed."""
    chosen = json.dumps({facet: sorted(codes) for facet, codes in sorted(filters.chosen.items())})
    wanted = (chosen, filters.sort, language, version.current())
    same = DBTaskResult.objects.filter(
        task_path=make_booklet.module_path, args_kwargs={"args": list(wanted), "kwargs": {}}
    ).exclude(status=TaskResultStatus.FAILED)
    known = same.values_list("pk", flat=True).first()
    return known or make_booklet.enqueue(*wanted).id


@task(takes_context=True)
def make_booklet(context, chosen: str, sort: str, language: str, _version: int) -> None:
    """Write the booklet of a list; who asked for it takes it from the job's page."""
    job = context.task_result.id
    filters = Filters({facet: tuple(codes) for facet, codes in json.loads(chosen).items()}, sort)
    with translation.override(language):
        cards = queries.cards(queries.filtered(ANYONE, filters))
        total = len(cards) + 1  # the last step puts the pages together
        made = exports.write_pdf(cards, after_each=lambda done: jobs.report(job, done, total))
    file = FOLDER / f"{job}.pdf"  # named after the job: a second run writes the same file
    path = settings.MEDIA_ROOT / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    jobs.report(job, total, total, file=str(file))
    _remove_old(path.parent)


def _remove_old(folder: Path) -> None:
    """Booklets go when the jobs that made them are forgotten."""
    long_ago = (timezone.now() - jobs.KEEP).timestamp()
    for path in folder.glob("*.pdf"):
        if path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)
