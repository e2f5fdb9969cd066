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
    os.environ["CHEMSEC_KEYS_DIR"] = os.environ["CHEMSEC_DATA_DIR"] + "/keys"
    if "CHEMSEC_DATABASE_URL" in os.environ:
        os.environ["CHEMSEC_KEYS_DATABASE_URL"] = os.environ["CHEMSEC_DATABASE_URL"] + "_keys"
    atexit.register(shutil.rmtree, os.environ["CHEMSEC_DATA_DIR"], ignore_errors=True)

from chemsec.web.settings import *  # noqa: F403

# Playwright keeps an event loop in the thread that the tests of the same process use the database from.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

for _alias, _database in DATABASES.items():  # noqa: F405
    _database["CONN_MAX_AGE"] = 0
    _database["TEST"] = {"MIGRATE": _alias == "default"}  # keys: one table, without reading all migrations
    if _database["ENGINE"] == "django.db.backends.sqlite3":
        _database["TEST"]["NAME"] = CHEMSEC_DATA_DIR / f"test-{_alias}.sqlite3"  # noqa: F405
INSTALLED_APPS += ["chemsec.platform.vault.tests"]  # noqa: F405  models that only tests have

# The portal fixture serves hashed files as in production; elsewhere nothing needs to be collected first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  WhiteNoise looks for it

CHEMSEC_ASK_OUTSIDE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
