#!/usr/bin/env python
"""Django's command line, with the portal's settings."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chemsec.web.settings")

if __name__ == "__main__":
    from django.core.management import execute_from_command_line  # the path above must stand first

    execute_from_command_line(sys.argv)
