"""Saving answers to an exercise: 193 States, ten editors each, who save once in ten seconds, in an open loop.

    bin/bench exercise
    python bench/exercise.py [--database sqlite|postgresql] [--seconds 60] [--rate 193] [--processes 2]

The portal runs as in production, behind granian; the editors are in this process, on the same machine. Each
has a session of their own and keeps to questions of their own. What is measured begins when a save is due,
not when it is sent: a save that waits for another counts its waiting. Afterwards every answer that was
acknowledged is looked up.
"""

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

HOUSE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HOUSE / "src"), str(HOUSE), str(HOUSE / "bench")]
from pages import serve  # noqa: E402  the path comes first
from shared.instance import instance  # noqa: E402

STATES, EDITORS = 193, 10
TOKEN = "a" * 32  # against forged requests: the same in cookie and header
LATE = 30  # seconds after which a save counts as lost


@dataclass
class Editor:
    """Somebody of a State who answers some questions, and what the portal has acknowledged of them."""

    path: dict[str, str]  # question -> address of its section
    cookies: str
    state: str
    seen: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)


def make_editors() -> list[Editor]:
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone
    from tests.house.cast import sign_in

    from chemsec.kernel.questionnaire import Kind
    from chemsec.needs.demo import CODE
    from chemsec.needs.exercises.flows import invite_states, make_exercise
    from chemsec.needs.models import Response, Version
    from chemsec.needs.responses.flows import open_response
    from chemsec.platform.access import SYSTEM
    from chemsec.platform.accounts.access import actor_for
    from chemsec.platform.accounts.models import Membership, Organisation, Person

    call_command("load_questionnaires", verbosity=0)
    version = Version.objects.get(questionnaire__code=CODE)
    today = timezone.localdate()
    made = make_exercise(
        version, by=SYSTEM, name="bench", opens_on=today, closes_on=today.replace(year=today.year + 1),
        remind=[], language="en", words="",
    )  # fmt: skip
    states = list(Organisation.objects.filter(kind="state"))[:STATES]
    invite_states(made, [state.pk for state in states], by=SYSTEM)
    address = {
        question.code: section.code
        for section in version.form.sections
        for question in section.questions
        if question.kind is Kind.MATURITY
    }
    codes, editors = list(address), []
    for place, state in enumerate(states):
        response = Response.objects.get(exercise=made, owner=state)
        for number in range(EDITORS):
            person = Person(email=f"e{number}@s{place}.example", name=f"Editor {number} of {place}")
            person.set_unusable_password()
            person.save()
            Membership.objects.create(person=person, organisation=state, role="contributor")
            if number == 0:
                open_response(response, by=actor_for(person, state))
            session = sign_in(person).cookies[settings.SESSION_COOKIE_NAME].value
            paths = {
                code: f"/en/needs/responses/{response.pk}/sections/{address[code]}/"
                for code in codes[number::EDITORS]
            }
            cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
            editors.append(Editor(paths, cookies, str(state.pk)))
    return editors


class Load:
    """All editors at once; connections are kept and used again."""

    def __init__(self, port: int, editors: list[Editor]):
        self.port = port
        self.editors = editors
        self.took: list[float] = []
        self.wrong: list[str] = []
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def run(self, rate: int, seconds: int) -> None:
        draw = random.Random(1)  # noqa: S311  not a secret
        order = self.editors[:]
        draw.shuffle(order)
        began, saves = time.perf_counter(), []
        for number in range(rate * seconds):
            due = began + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            editor = order[number % len(order)]
            code = list(editor.path)[number // len(order) % len(editor.path)]
            saves.append(asyncio.create_task(self.save(editor, code, str(draw.randrange(6)), due)))
        await asyncio.gather(*saves)

    async def save(self, editor: Editor, code: str, level: str, due: float) -> None:
        fields = {code: level, f"{code}:seen": editor.seen.get(code, "0.new"), f"{code}:comment": f"{due}"}
        try:
            status, body = await asyncio.wait_for(self.post(editor, code, fields), LATE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            self.wrong.append(type(error).__name__)
            return
        self.took.append(time.perf_counter() - due)
        found = re.search(rf'name="{re.escape(code)}:seen" value="([^"]+)"', body)
        if status != 200 or not found or "data-saved" not in body:
            self.wrong.append(f"status {status}")
            return
        editor.seen[code] = found[1]
        editor.acknowledged[code] = f"{due}"

    async def post(self, editor: Editor, code: str, fields: dict[str, str]) -> tuple[int, str]:
        body = urlencode(fields)
        head = (
            f"POST {editor.path[code]} HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            f"Cookie: {editor.cookies}\r\n"
            f"X-CSRFToken: {TOKEN}\r\nHX-Request: true\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        reader, writer = (
            self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        )
        writer.write((head + body).encode())
        await writer.drain()
        said = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?i)content-length: (\d+)", said)
        content = await reader.readexactly(int(length[1])) if length else b""
        self.idle.append((reader, writer))
        return int(said.split()[1]), content.decode()


def lost(editors: list[Editor]) -> int:
    """How many acknowledged answers aren't what is there now."""
    from chemsec.needs.models import Answer

    there = {
        (str(answer.response.owner_id), answer.code): answer.reply.comment
        for answer in Answer.objects.select_related("response")
    }
    return sum(
        1
        for editor in editors
        for code, comment in editor.acknowledged.items()
        if there.get((editor.state, code)) != comment
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=193, help="saves a second")
    parser.add_argument("--processes", default="2", help="of the web server")
    asked = parser.parse_args()
    with instance(asked.database, "load_reference", "compile_catalogues"):
        editors = make_editors()
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
            cwd=HOUSE, env=os.environ | {"PYTHONPATH": str(HOUSE / "src")}, check=True,
        )  # fmt: skip
        process, url = serve(
            "chemsec.web.wsgi:application",
            HOUSE,
            os.environ | {"PYTHONPATH": str(HOUSE / "src")},
            "1",
            workers=asked.processes,
        )
        try:
            load = Load(int(url.rstrip("/").rpartition(":")[2]), editors)
            asyncio.run(load.run(asked.rate, asked.seconds))
        finally:
            process.terminate()
        took = sorted(1_000 * one for one in load.took)
        parts = statistics.quantiles(took, n=100)
        print(f"{asked.database}: {len(took)} saves, {asked.rate} a second, {asked.processes} web processes")
        print(f"median {parts[49]:.0f} ms, 95th percentile {parts[94]:.0f} ms, longest {took[-1]:.0f} ms")
        print(f"errors: {len(load.wrong)} {sorted(set(load.wrong))}; acknowledged and lost: {lost(editors)}")


if __name__ == "__main__":
    main()
