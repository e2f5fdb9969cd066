"""What the vault says when something doesn't open, or can't be sealed."""

from django.utils.translation import gettext_lazy as _

LOCKED = _("This is locked: the key that opens it isn’t here.")


class LockedError(Exception):
    """Something doesn't open, or can't be sealed now. Says why, never what."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class ForgottenError(LockedError):
    """The owner's key was forgotten: what it sealed is locked for ever."""


class SealedError(Exception):
    """A query names a sealed field by value. No FieldError: Django takes those for misspelt names."""
