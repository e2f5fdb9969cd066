"""What bin/test does once everything is installed: each check in turn, and a summary of what failed."""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
BIN = HOUSE / ".venv" / "bin"
PYTHON = str(BIN / "python")
PRODUCTION = {
    "CHEMSEC_PRODUCTION": "1",
    "CHEMSEC_SECRET_KEY": secrets.token_urlsafe(50),
    "CHEMSEC_BASE_URL": "https://portal.example",
}

sys.path.insert(0, str(HOUSE))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="the large counts too")
    options = parser.parse_args()
    os.chdir(HOUSE)
    os.environ["PATH"] = f"{BIN}:{os.environ['PATH']}"
    for name in [name for name in os.environ if name.startswith(("CHEMSEC_", "DJANGO_", "PYTEST_"))]:
        del os.environ[name]  # a run depends on the checkout alone
    tests = [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *(["--long"] if options.long else [])]
    results = {
        "ruff check": run("ruff", "check", "."),
        "ruff format": run("ruff", "format", "--check", "."),
        "mypy": run("mypy", "src"),
        "lint-imports": run("lint-imports", "--no-logo", environment={"PYTHONPATH": "src"}),
        "djlint": run("djlint", "src", "--lint", "--quiet"),
        "deployment": check_deployment(),
        "migrations": run(PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),
        "tests on SQLite": run(*tests),
        "tests on PostgreSQL": run_on_postgresql(*tests, "--only-database"),
    }
    print("\n" + "\n".join(f"{'ok    ' if passed else 'FAILED'}  {name}" for name, passed in results.items()))
    return 0 if all(results.values()) else 1


def run(*command: str, environment: Mapping[str, str] | None = None) -> bool:
    print(f"\n== {' '.join(command).replace(str(BIN) + '/', '')}", flush=True)
    begin = time.monotonic()
    status = subprocess.run(command, env=os.environ | (environment or {}), check=False).returncode
    print(
        f"-- {'ok' if status == 0 else f'failed with status {status}'}, {time.monotonic() - begin:.0f} s",
        flush=True,
    )
    return status == 0


def check_deployment() -> bool:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory() as folder:
        keys = {"CHEMSEC_AUDIT_KEY_FILE": pem, "CHEMSEC_MASTER_KEY_FILE": secrets.token_hex(32).encode()}
        for name, content in keys.items():
            file = Path(folder) / name
            file.touch(0o600)  # readable by its owner only, as production wants it
            file.write_bytes(content)
        places = {name: str(Path(folder) / name) for name in keys}
        command = [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return run(*command, environment=PRODUCTION | places)


def run_on_postgresql(*command: str) -> bool:
    from tests.postgresql import server

    with server() as address:
        return run(*command, environment={"CHEMSEC_DATABASE_URL": address})


if __name__ == "__main__":
    sys.exit(main())
