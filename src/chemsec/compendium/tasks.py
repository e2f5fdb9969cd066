"""Work of the compendium that takes too long for a request."""

import json
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django_tasks import task

from chemsec.platform import jobs
from chemsec.platform.access import ANYONE

from . import exports, queries
from .filters import Filters


@task(takes_context=True)
def make_booklet(context, chosen: str, sort: str, language: str) -> None:
    """Write the booklet of a list; who asked for it takes it from the job's page."""
    job = context.task_result.id
    filters = Filters({facet: tuple(codes) for facet, codes in json.loads(chosen).items()}, sort)
    with translation.override(language):
        cards = queries.cards(queries.filtered(ANYONE, filters))
        total = len(cards) + 1  # the last step puts the pages together
        made = exports.write_pdf(cards, after_each=lambda done: jobs.report(job, done, total))
    file = Path("booklets") / f"{job}.pdf"  # named after the job: a second run writes the same file
    path = settings.MEDIA_ROOT / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    jobs.report(job, total, total, file=str(file))
