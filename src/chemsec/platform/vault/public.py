"""What rooms may ask of the vault."""

from .commitments import commit, opens
from .errors import LockedError
from .fields import Locked, SealedJson, SealedText, opened
from .files import open_stream, seal_stream

__all__ = [
    "Locked",
    "LockedError",
    "SealedJson",
    "SealedText",
    "commit",
    "open_stream",
    "opened",
    "opens",
    "seal_stream",
]
