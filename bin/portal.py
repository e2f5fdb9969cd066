"""What bin/run does once Python is there: prepares the data, then serves the portal until Ctrl-C."""

import ctypes
import errno
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.request import Request, urlopen

HOUSE = Path(__file__).resolve().parent.parent
SPACE_NEEDED = 300  # MB: database, search index, static files, and room to work
START_PATIENCE = 60  # seconds until the web process must answer
GRACE = 10  # seconds that web and worker have to finish what they are doing
PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def stop(sentence: str) -> NoReturn:
    sys.exit(sentence)


def main() -> None:
    settings = read_settings()
    check_port(settings)
    check_space(settings.CHEMSEC_DATA_DIR)
    try:
        keep_secret(settings.CHEMSEC_DATA_DIR)
        prepare()
    except Exception as error:
        explain(error, settings)
        raise
    sys.exit(serve(settings))


def read_settings() -> Any:
    """The settings; where the environment says nothing else, a demonstration on this machine only."""
    sys.path.insert(0, str(HOUSE / "src"))
    os.environ["PYTHONPATH"] = str(HOUSE / "src")
    os.environ["DJANGO_SETTINGS_MODULE"] = "chemsec.web.settings"
    if not os.environ.get("CHEMSEC_PRODUCTION"):
        os.environ.setdefault("CHEMSEC_DEMO", "1")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        return settings if settings.SECRET_KEY else None
    except ImproperlyConfigured as error:
        stop(str(error))


def check_port(settings: Any) -> None:
    host, port = settings.CHEMSEC_BIND, settings.CHEMSEC_PORT
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            known = {errno.EADDRINUSE: "something else uses it", errno.EACCES: "ports below 1024 need root"}
            reason = known.get(error.errno or 0, error.strerror)
            stop(f"Port {port} of {host} can't be used: {reason}. Choose another: PORT=8001 bin/run")


def check_space(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        stop(
            f"The data folder {folder} can't be made: {error.strerror}. Set CHEMSEC_DATA_DIR to another one."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        stop(f"The data folder {folder} can't be written to. Set CHEMSEC_DATA_DIR to another folder.")
    free = shutil.disk_usage(folder).free // 2**20
    if free < SPACE_NEEDED:
        stop(
            f"The disk that holds {folder} has {free} MB free; the portal needs {SPACE_NEEDED} MB."
            " Make room, or set CHEMSEC_DATA_DIR to a folder on another disk."
        )


def keep_secret(folder: Path) -> None:
    """Make a secret key of this installation's own, where none is given; settings.py looks for it here."""
    given = os.environ.get("CHEMSEC_SECRET_KEY") or os.environ.get("CHEMSEC_SECRET_KEY_FILE")
    file = folder / "secret-key"
    if given or file.exists():
        return
    draft = folder / f"secret-key.{os.getpid()}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
        new.write(secrets.token_urlsafe(50))
    draft.rename(file)


def prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("prepare")


def explain(error: Exception, settings: Any) -> None:
    """Stop with a sentence where somebody can do something about it."""
    from django.core.management.base import SystemCheckError
    from django.db import OperationalError

    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    if full or "disk is full" in str(error):
        stop(
            f"The disk that holds {settings.CHEMSEC_DATA_DIR} is full. Make room and start again;"
            " what was saved before is still there."
        )
    if isinstance(error, OperationalError):
        stop(f"The database can't be used: {error}\nCheck CHEMSEC_DATABASE_URL and its server.")
    if isinstance(error, SystemCheckError):
        stop(str(error))


def start(*command: str) -> subprocess.Popen[bytes]:
    """Start a part of the portal: out of reach of Ctrl-C, but not to outlive us."""

    def die_with_parent() -> None:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return subprocess.Popen(command, cwd=HOUSE, start_new_session=True, preexec_fn=die_with_parent)


def start_web(settings: Any) -> subprocess.Popen[bytes]:
    return start(
        sys.executable, "-m", "granian", "chemsec.web.wsgi:application",
        "--interface", "wsgi", "--host", settings.CHEMSEC_BIND, "--port", str(settings.CHEMSEC_PORT),
        "--workers", str(settings.CHEMSEC_WEB_PROCESSES), "--respawn-failed-workers", "--no-ws",
        "--blocking-threads", "1",  # Python runs one at a time anyway; more of them only wait for each other
        "--log-level", "warning", "--no-access-log",  # addresses of calendars and invitations are secret
        "--workers-kill-timeout", str(GRACE // 2),
    )  # fmt: skip


def start_worker() -> subprocess.Popen[bytes]:
    return start(sys.executable, "manage.py", "work")


def serve(settings: Any) -> int:
    """Run web and worker until asked to stop, or until the web process ends; return the exit status."""
    asked: list[int] = []

    def ask(signum: int, _frame: FrameType | None) -> None:
        asked.append(signum)

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, ask)
    web, worker = start_web(settings), start_worker()
    announced, patience = False, time.monotonic() + START_PATIENCE
    while not asked and web.poll() is None:
        if worker.poll() is not None:
            print("The worker ended and is started again.", file=sys.stderr)
            time.sleep(1)
            worker = start_worker()
        if not announced:
            announced = is_answering(settings)
            if announced:
                if settings.CHEMSEC_DEMO:
                    list_accounts(settings)
                print(f"The portal is open at {settings.CHEMSEC_BASE_URL}/ (Ctrl-C stops it)", flush=True)
            elif time.monotonic() > patience:
                print(f"The web process didn't answer within {START_PATIENCE} s.", file=sys.stderr)
                break
        time.sleep(1 if announced else 0.1)
    failed = not asked
    finish(web, worker)
    if failed:
        print("The web process ended by itself; what it said last stands above.", file=sys.stderr)
    return int(failed)


def is_answering(settings: Any) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.CHEMSEC_BIND, settings.CHEMSEC_BIND)  # noqa: S104  asked, not bound
    address = f"http://{host}:{settings.CHEMSEC_PORT}/healthz"
    try:
        with urlopen(Request(address, headers={"Host": settings.ALLOWED_HOSTS[0]}), timeout=5) as response:
            return response.status == 200
    except (URLError, OSError):
        return False


def list_accounts(settings: Any) -> None:
    """Say as whom one can try the portal."""
    from django.core.management import call_command

    print(f"Demonstration accounts (one click each at {settings.CHEMSEC_BASE_URL}/account/login/):")
    call_command("demo_accounts")


def finish(*parts: subprocess.Popen[bytes]) -> None:
    for part in parts:
        part.terminate()
    deadline = time.monotonic() + GRACE
    for part in parts:
        try:
            part.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            # A job that was killed is run again at the next start.
            os.killpg(part.pid, signal.SIGKILL)
            part.wait()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Stopped before the portal was open; starting again goes on from here.")
