"""Who may do what. Every view names a rule; a system check refuses one that doesn't.

What the reader may not see does not exist for them: a getter that finds nothing visible answers 404,
whether the record is hidden or was never there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who may see a record."""

    PUBLIC = "public"
    NETWORK = "network"
    STATES = "states"
    UNNAMED = "unnamed"
    SECRETARIAT = "secretariat"
    OWNER = "owner"


@dataclass(frozen=True)
class Actor:
    """Whoever asks or acts: a person for one organisation, a reader without an account, or the portal itself.

    What a person may do hangs on the roles in the organisation that they act for, read anew at each request.
    """

    name: str  # in the audit log
    person: UUID | None = None
    organisation: UUID | None = None
    kind: str = ""  # of the organisation, see accounts.models.Organisation.Kind
    roles: frozenset[str] = frozenset()
    key: str = ""  # of the API key that the request came with: who isn't there in person does nothing binding

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


ANYONE = Actor("anyone")  # not signed in: sees what is public, changes nothing that is kept under a name
SYSTEM = Actor("system")  # commands and jobs of the portal itself

RULES: dict[str, str | Promise] = {}


def declare(name: str, meaning: str | Promise) -> None:
    """Make a rule known under `name`; rooms declare theirs in their access.py. Histories show the meaning."""
    RULES[name] = meaning


def rule(name: str) -> Callable[[Callable], Callable]:
    """Mark a view with the rule that it obeys; docs/access.md has a row for it."""

    def mark(view: Callable) -> Callable:
        view.rule = name  # type: ignore[attr-defined]
        return view

    return mark


declare(
    "platform.public", _("Anyone; the page shows no record whose visibility could differ between readers.")
)
