"""What rooms may ask of sharing."""

from .access import Thing, receivers, register, shared_with
from .flows import share
from .queries import of_thing, received

__all__ = ["Thing", "of_thing", "received", "receivers", "register", "share", "shared_with"]
