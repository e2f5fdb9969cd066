"""What rooms may ask of the vault."""

from .errors import LockedError
from .fields import Locked, SealedJson, SealedText
from .files import open_stream, seal_stream

__all__ = ["Locked", "LockedError", "SealedJson", "SealedText", "open_stream", "seal_stream"]
