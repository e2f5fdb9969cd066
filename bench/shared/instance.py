"""An installation of the portal in a temporary folder, for this process."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def instance(database: str, *commands: str) -> Iterator[None]:
    """Set Django up on a database of its own, "sqlite" or "postgresql", and run these commands there."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="chemsec-bench-"))
        address, keys = f"sqlite:///{folder}/bench.sqlite3", f"sqlite:///{folder}/keys.sqlite3"
        if database == "postgresql":
            from tests.postgresql import server

            address, keys = stack.enter_context(server()), stack.enter_context(server())
        os.environ |= {
            "CHEMSEC_DATABASE_URL": address,
            "CHEMSEC_KEYS_DATABASE_URL": keys,
            "CHEMSEC_KEYS_DIR": folder,
            "CHEMSEC_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "chemsec.web.settings",
        }
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        from chemsec.platform.vault.master import make_demonstration_key

        make_demonstration_key()
        with contextlib.redirect_stdout(sys.stderr):
            call_command("migrate", "vault", database="keys", verbosity=0)
            for command in ("migrate", *commands):
                call_command(command, verbosity=0)
        yield
        connections.close_all()
