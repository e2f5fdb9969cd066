"""What rooms may ask of files."""

from .access import register
from .forms import StoredFileField
from .giving import give
from .intake import Accepted
from .models import StoredFile
from .storing import keep

__all__ = ["Accepted", "StoredFile", "StoredFileField", "give", "keep", "register"]
