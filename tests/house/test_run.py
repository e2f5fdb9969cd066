"""bin/run: the portal starts twice with its data, stops cleanly, and says what is in the way."""

import errno
import importlib.util
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.db import OperationalError
from tests import databases
from tests.databases import HOUSE
from tests.fixtures import free_port


@pytest.fixture(scope="module")
def starter():
    specification = importlib.util.spec_from_file_location("starter", HOUSE / "bin" / "portal.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def instance(loaded):
    return databases.clone(loaded, "started")


def start(instance, port):
    return subprocess.Popen(
        [sys.executable, "bin/portal.py"],
        cwd=HOUSE,
        env=instance.environment | {"PORT": str(port), "CHEMSEC_WEB_PROCESSES": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until_open(process):
    said = []
    for line in process.stdout:
        said.append(line.strip())
        if line.startswith("The portal is open at "):
            return said
    raise AssertionError(said)


def descendants(pid):
    """The processes that `pid` has started, and those that they have."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    children = [int(child) for child in listed.stdout.split()]
    return children + [grandchild for child in children for grandchild in descendants(child)]


def still_alive(pids):
    """Those that haven't ended after a while; a process that only waits for its parent to notice has."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        alive = [pid for pid in pids if state_of(pid) not in {"Z", None}]
        if not alive:
            break
        time.sleep(0.1)
    return alive


def state_of(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_starts_on_what_is_there_and_leaves_no_process_behind(instance, signum):
    port = free_port()
    process = start(instance, port)
    said = read_until_open(process)
    parts = descendants(process.pid)
    with urlopen(f"http://localhost:{port}/readyz") as response:
        ready = response.status

    process.send_signal(signum)
    process.communicate(timeout=60)

    assert ready == 200
    assert said[-1] == f"The portal is open at http://localhost:{port}/ (Ctrl-C stops it)"
    assert "Reference data: unchanged" in said
    assert not any(line.startswith("Static files") for line in said)
    assert len(parts) >= 3  # granian, its web process, the worker
    assert still_alive(parts) == []
    assert process.returncode == (-signal.SIGKILL if signum == signal.SIGKILL else 0)


def test_it_keeps_a_secret_key_that_only_its_owner_reads(starter, tmp_path, monkeypatch):
    monkeypatch.delenv("CHEMSEC_SECRET_KEY", raising=False)
    starter.keep_secret(tmp_path)
    secret = (tmp_path / "secret-key").read_text(encoding="ascii")
    starter.keep_secret(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600
    assert (tmp_path / "secret-key").read_text(encoding="ascii") == secret
    assert len(secret) >= 50


def test_a_taken_port_is_said_with_a_way_out(instance):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, _ = start(instance, port).communicate(timeout=60)

    assert said == (
        f"Port {port} of 127.0.0.1 can't be used: something else uses it. Choose another: PORT=8001 bin/run\n"
    )


def test_a_disk_without_room_is_said_before_anything_is_written(starter, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=6 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage)

    with pytest.raises(SystemExit, match=r"has 6 MB free; the portal needs 300 MB\. Make room, or set"):
        starter.check_space(tmp_path)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), OperationalError("database or disk is full")]
)
def test_a_disk_that_fills_up_meanwhile_is_said(starter, settings, error):
    with pytest.raises(
        SystemExit, match=r"is full\. Make room and start again; what was saved before is still"
    ):
        starter.explain(error, settings)


def test_a_data_folder_that_cannot_be_is_said(starter, tmp_path):
    (tmp_path / "file").write_text("", encoding="ascii")

    with pytest.raises(
        SystemExit, match=r"can't be made: Not a directory\. Set CHEMSEC_DATA_DIR to another one"
    ):
        starter.check_space(tmp_path / "file" / "data")


def test_a_bad_environment_is_said_without_a_traceback(instance):
    done = subprocess.run(
        [sys.executable, "bin/portal.py"],
        cwd=HOUSE,
        env=instance.environment | {"PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Environment: set PORT to a valid value")
    assert done.stderr.count("\n") == 1
