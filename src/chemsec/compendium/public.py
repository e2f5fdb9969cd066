"""What other floors may ask of the compendium."""

from .access import listed_for, visible_to
from .exports import FORMATS
from .filters import Filters
from .filters import read as read_filters
from .queries import Card, answer, by_ids, cards, filtered, newest, practice, stage_counts, totals
from .record import citation, cited, record
from .version import current as version

__all__ = [
    "FORMATS",
    "Card",
    "Filters",
    "answer",
    "by_ids",
    "cards",
    "citation",
    "cited",
    "filtered",
    "listed_for",
    "newest",
    "practice",
    "read_filters",
    "record",
    "stage_counts",
    "totals",
    "version",
    "visible_to",
]
