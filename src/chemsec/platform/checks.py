"""System checks: mistakes in the house or in its deployment that must stop a start."""

from collections.abc import Iterator

from django.core.checks import Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from .access import RULES


def walk_urls(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Every address of the portal with the view behind it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk_urls(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def rules_of(view) -> list[str | None]:
    """The rules that a view names: one for a page, one an operation for an address of the REST API."""
    owner = getattr(view, "__self__", None)
    if isinstance(owner, PathView):
        return [getattr(operation.view_func, "rule", None) for operation in owner.operations]
    return [getattr(view, "rule", None)]


@register(Tags.security)
def every_view_names_its_rule(app_configs, **_kwargs):  # noqa: ARG001
    errors = []
    for address, view in walk_urls():
        for name in rules_of(view):
            if name not in RULES:
                errors.append(
                    Error(
                        f"The view of /{address} names no known access rule (it says {name!r}).",
                        hint='Decorate it with @rule("room.verb") and declare that rule in the room\'s access.py.',
                        id="chemsec.E001",
                    )
                )
    return errors
