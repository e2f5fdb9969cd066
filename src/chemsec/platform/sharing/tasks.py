"""What is due of shares every hour."""

from django.utils import timezone

from chemsec.platform import jobs
from chemsec.platform.access import SYSTEM

from . import flows
from .models import Share


@jobs.hourly
def end_what_is_over() -> int:
    """Note and tell that shares ran out; return of how many. Nobody sees by them since their last day: see
    `models.holds`.
    """
    over = Share.objects.filter(ended_at__isnull=True, until__lte=timezone.now())
    return sum(flows.end_on_its_day(share, by=SYSTEM) for share in over)
