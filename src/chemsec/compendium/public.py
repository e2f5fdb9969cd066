"""What other floors may ask of the compendium."""

from .access import listed_for, visible_to
from .demo import load as load_demonstration
from .exports import FORMATS
from .facets import FACETS, scope_name
from .facets import values as facet_values
from .filters import SORTS, Filters
from .filters import read as read_filters
from .queries import (
    Card,
    answer,
    answered,
    by_ids,
    cards,
    changes,
    editions,
    filtered,
    match,
    newest,
    practice,
    stage_counts,
    totals,
)
from .record import address, cited, record

__all__ = [
    "FACETS",
    "FORMATS",
    "SORTS",
    "Card",
    "Filters",
    "address",
    "answer",
    "answered",
    "by_ids",
    "cards",
    "changes",
    "cited",
    "editions",
    "facet_values",
    "filtered",
    "listed_for",
    "load_demonstration",
    "match",
    "newest",
    "practice",
    "read_filters",
    "record",
    "scope_name",
    "stage_counts",
    "totals",
    "visible_to",
]
