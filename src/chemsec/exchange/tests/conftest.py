"""What happens to practices in these tests, by the commands that do it in earnest."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

TEXT = {
    "title": "Locks for small stores",
    "summary": "What a store of ten drums needs. It is short.",
    "how_to_apply": "Count the doors. Lock them. Look again.",
}


@pytest.fixture
def withdraw(compendium):
    def withdraw(practice_id: str) -> None:
        call_command("withdraw_practice", practice_id, reason="Its publisher asked for it.", verbosity=0)

    return withdraw


@pytest.fixture
def publish(compendium, tmp_path: Path):
    """Publish the next edition of a practice, with these words in place of the usual ones."""

    def publish(practice_id: str, *, facts: dict | None = None, **text: str) -> None:
        file = tmp_path / "edition.json"
        data = {"id": practice_id, "facts": facts or {}, "source": {**TEXT, **text}}
        file.write_text(json.dumps(data), encoding="utf-8")
        call_command("publish_edition", str(file), verbosity=0)

    return publish


@pytest.fixture
def ids(compendium) -> list[str]:
    """The practices that came with the portal, by the file that they came in."""
    lines = (Path(__file__).parents[4] / "content/practices/practices.jsonl").read_text(encoding="utf-8")
    return sorted(json.loads(line)["id"] for line in lines.splitlines())
