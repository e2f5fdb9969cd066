"""The web process: refuses to start when a system check fails, the database's settings among them."""

import os
import threading

from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chemsec.web.settings")

application = get_wsgi_application()

from chemsec.search.public import warm_up  # noqa: E402  models can be imported now

if errors := [message for message in run_checks(databases=["default", "keys"]) if message.level >= ERROR]:
    raise ImproperlyConfigured("\n".join(str(error) for error in errors))

threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
