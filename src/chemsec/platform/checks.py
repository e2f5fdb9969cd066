"""System checks: mistakes in the house or in its deployment that must stop a start."""

import os
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  the framework's name
from django.db import connections
from django.urls import LocalePrefixPattern, URLPattern, URLResolver, get_resolver

from .access import RULES


def walk_urls(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every address of the portal with the view behind it; the language prefix stands as <language>/."""
    for pattern in (resolver or get_resolver()).url_patterns:
        prefixed = isinstance(pattern.pattern, LocalePrefixPattern)
        address = prefix + ("<language>/" if prefixed else str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from walk_urls(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def rules_of(view) -> list[str | None]:
    """The rules that a view names: one for a page, one an operation for an address of the REST API."""
    return getattr(view, "rules", None) or [getattr(view, "rule", None)]


@register(Tags.security)
def every_view_names_its_rule(app_configs, **_kwargs):  # noqa: ARG001
    return [
        Error(
            f"The view of /{address} names no known access rule (it says {name!r}).",
            hint='Decorate it with @rule("room.verb") and declare that rule in the room\'s access.py.',
            id="chemsec.E001",
        )
        for address, view in walk_urls()
        for name in rules_of(view)
        if name not in RULES
    ]


SAFE_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}  # 2 is FULL


@register(Tags.database)
def sqlite_keeps_what_it_acknowledged(databases: Sequence[str] | None = None, **_kwargs):
    """Read back what the settings ask of SQLite: a file system without WAL, say, changes it silently."""
    return [
        Error(
            f"SQLite's {pragma} is {found!r} instead of {wanted!r}: saved work could be lost.",
            hint="Set CHEMSEC_DATA_DIR to a folder on a local disk.",
            id="chemsec.E002",
        )
        for alias in databases or []
        if connections[alias].vendor == "sqlite"
        for pragma, wanted in SAFE_PRAGMAS.items()
        if (found := read_pragma(alias, pragma)) != wanted
    ]


def read_pragma(alias: str, name: str):
    with connections[alias].cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


@register
def no_variable_is_misspelt(app_configs, **_kwargs):  # noqa: ARG001
    ours = {name for name in os.environ if name.startswith("CHEMSEC_")}
    return [
        Warning(
            f"The environment has {name}, which means nothing to the portal.",
            hint="docs/settings.md lists the variables.",
            id="chemsec.W001",
        )
        for name in sorted(ours - settings.CHEMSEC_VARIABLES)
    ]
