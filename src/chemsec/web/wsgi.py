"""The web process: refuses to start when a system check fails, the database's settings among them."""

import os

from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chemsec.web.settings")

application = get_wsgi_application()

if errors := [message for message in run_checks(databases=["default"]) if message.level >= ERROR]:
    raise ImproperlyConfigured("\n".join(str(error) for error in errors))
