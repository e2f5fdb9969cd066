"""What other floors may ask of the compendium."""

from .access import listed_for, visible_to
from .demo import load as load_demonstration
from .drafts.access import can_begin as can_begin_draft
from .drafts.access import get as draft
from .drafts.access import writes as writes_draft
from .drafts.flows import begin_draft, save_draft
from .drafts.queries import of_practice as draft_of_practice
from .drafts.record import checked as checked_draft
from .drafts.record import checked_beginning
from .drafts.record import listed as drafts
from .drafts.record import record as draft_record
from .drafts.record import summary as draft_summary
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
    "begin_draft",
    "by_ids",
    "can_begin_draft",
    "cards",
    "changes",
    "checked_beginning",
    "checked_draft",
    "cited",
    "draft",
    "draft_of_practice",
    "draft_record",
    "draft_summary",
    "drafts",
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
    "save_draft",
    "scope_name",
    "stage_counts",
    "totals",
    "visible_to",
    "writes_draft",
]
