"""The portal's settings for tests: a data folder that goes with the run, nothing of the developer's own."""

import atexit
import os
import shutil
import tempfile

# Workers of a parallel run inherit the folder that the first process made.
if "PYTEST_XDIST_WORKER" not in os.environ:
    for _name in [
        name for name in os.environ if name.startswith("CHEMSEC_") and name != "CHEMSEC_DATABASE_URL"
    ]:
        del os.environ[_name]
    os.environ["CHEMSEC_DATA_DIR"] = tempfile.mkdtemp(prefix="chemsec-test-")
    atexit.register(shutil.rmtree, os.environ["CHEMSEC_DATA_DIR"], ignore_errors=True)

from chemsec.web.settings import *  # noqa: F403

# Playwright keeps an event loop in the thread that the tests of the same process use the database from.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": CHEMSEC_DATA_DIR / "test.sqlite3"}  # noqa: F405

# The portal fixture serves hashed files as in production; elsewhere nothing needs to be collected first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  WhiteNoise looks for it

CHEMSEC_ASK_OUTSIDE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
