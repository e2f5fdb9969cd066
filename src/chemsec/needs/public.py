"""What other floors may ask of the needs assessment."""

from .demo import load as load_demonstration

__all__ = ["load_demonstration"]
