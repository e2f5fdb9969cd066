"""Requests a second of the portal's pages, beside a bare Django view served the same way in the same run.

One granian process each, wrk with 8 connections, rounds in turn so that both see the same machine; medians.
"""

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import Request, urlopen

HOUSE = Path(__file__).resolve().parent.parent
PAGES = ("en/practices/us-bmap/", "ar/practices/us-bmap/", "en/", "en/practices/", "en/practices/coverage/")
BARE = """
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="bench", ALLOWED_HOSTS=["*"], MIDDLEWARE=[])
urlpatterns = [path("", lambda request: HttpResponse("bare"))]
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def serve(
    application: str, folder: Path, environment: dict[str, str], threads: str, *, workers: str = "1"
) -> tuple[subprocess.Popen, str]:
    port = free_port()
    command = [sys.executable, "-m", "granian", application, "--interface", "wsgi", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--workers", workers, "--blocking-threads", threads, "--log-level", "error"],
        cwd=folder,
        env=environment,
    )
    for _attempt in range(200):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return process, f"http://127.0.0.1:{port}/"
        time.sleep(0.1)
    raise SystemExit(f"{application} didn't start.")


def rate(url: str, seconds: int) -> float:
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "-H", "Accept-Encoding: br", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{url} answered with errors:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def size(url: str) -> int:
    with urlopen(Request(url, headers={"Accept-Encoding": "br"})) as answer:
        return len(answer.read())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--threads", default="1", help="of each server")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE)
        ours = os.environ | {
            "CHEMSEC_DATA_DIR": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "chemsec.web.settings",
            "PYTHONPATH": str(HOUSE / "src"),
        }
        (folder / "data").mkdir()
        for command in ("migrate", "load_reference", "load_practices", "compile_catalogues"):
            subprocess.run([sys.executable, "manage.py", command, "-v0"], cwd=HOUSE, env=ours, check=True)
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, cwd=HOUSE, env=ours, check=True)
        bare, bare_url = serve(
            "bare:application", folder, os.environ | {"PYTHONPATH": str(folder)}, options.threads
        )
        portal, portal_url = serve("chemsec.web.wsgi:application", HOUSE, ours, options.threads)
        try:
            urls = {"bare Django view": bare_url} | {f"/{page}": portal_url + page for page in PAGES}
            rates = {name: [] for name in urls}
            for _round in range(options.rounds):
                for page, url in urls.items():
                    rates[page].append(rate(url, options.seconds))
            medians = {page: statistics.median(values) for page, values in rates.items()}
            sizes = {page: size(url) for page, url in urls.items()}
        finally:
            bare.terminate()
            portal.terminate()
    base = medians["bare Django view"]
    if options.json:
        print(
            json.dumps(
                {
                    page: {"per_second": m, "ratio": m / base, "bytes": sizes[page]}
                    for page, m in medians.items()
                }
            )
        )
        return
    print(f"{'page':<28}{'requests/s':>12}{'of bare':>10}{'bytes':>10}   min – max")
    for page, median in medians.items():
        low, high = min(rates[page]), max(rates[page])
        print(f"{page:<28}{median:>12.0f}{median / base:>10.0%}{sizes[page]:>10}   {low:.0f} – {high:.0f}")


if __name__ == "__main__":
    main()
