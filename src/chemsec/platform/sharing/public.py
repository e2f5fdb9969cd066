"""What rooms may ask of sharing."""

from .access import Thing, register, shared_with
from .flows import share
from .queries import of_thing, received

__all__ = ["Thing", "of_thing", "received", "register", "share", "shared_with"]
