"""A PostgreSQL server of its own for a test run: in a temporary folder, on a Unix socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

SPEED = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60"
    " -c jit=off -c max_parallel_workers_per_gather=0"  # as docs/settings.md advises
)


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the address of a database on it, as CHEMSEC_DATABASE_URL takes it."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # the server refuses root
    folder = Path(tempfile.mkdtemp(prefix="chemsec-postgresql-"))
    if as_postgres:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")

    def run(program: str, *arguments: str) -> None:
        # Not captured: the server inherits the streams, and a pipe would never end.
        with (folder / "log").open("a") as log:
            subprocess.run(
                [*as_postgres, str(programs / program), *arguments],
                cwd="/", stdout=log, stderr=log, check=True,
            )  # fmt: skip

    try:
        run(
            "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        run("pg_ctl", "-D", data, "-w", "-o", f"-k {folder} -c listen_addresses= {SPEED}", "start")
        try:
            yield f"postgres://postgres@{quote(str(folder), safe='')}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    except subprocess.CalledProcessError as error:
        raise RuntimeError((folder / "log").read_text(encoding="utf-8")) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
