"""What other floors may ask of the search floor."""

from .finding import Found, Hit, Query, Reasons, Understood, find, warm_up
from .indexing import index, is_ready
from .marking import highlight
from .registry import Item, Source, Text, register

__all__ = [
    "Found",
    "Hit",
    "Item",
    "Query",
    "Reasons",
    "Source",
    "Text",
    "Understood",
    "find",
    "highlight",
    "index",
    "is_ready",
    "register",
    "warm_up",
]
