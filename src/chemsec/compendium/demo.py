"""What invented persons of the demonstration write, and tell of practices. See content/demo/."""

import json
from typing import Any

from django.conf import settings
from django.db import transaction

from chemsec.platform.access import Actor
from chemsec.platform.accounts.public import demo_actor

from .applications import flows as telling
from .drafts import flows
from .models import Application, Draft, Practice


@transaction.atomic
def load() -> int:
    """Write the drafts and tell of the applications, unless somebody has; return how many were made."""
    return _load_drafts() + _load_applications()


def _load_drafts() -> int:
    if Draft.objects.exists():
        return 0
    described = _read("drafts")
    editor = demo_actor("editor")
    for one in described:
        _make(one, author=demo_actor(one["author"]), editor=editor)
    return len(described)


def _load_applications() -> int:
    if Application.objects.exists():
        return 0
    described = _read("applications")
    editor = demo_actor("editor")
    for one in described:
        author, is_shown = demo_actor(one.pop("author")), one.pop("shown")
        practice = Practice.objects.get(pk=one.pop("practice"))
        told = telling.report_application(practice, by=author, edition=practice.current, **one)
        if is_shown:
            telling.show_application(told, by=editor)
    return len(described)


def _read(name: str) -> list[dict[str, Any]]:
    path = settings.CHEMSEC_CONTENT_DIR / "demo" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _make(one: dict[str, Any], *, author: Actor, editor: Actor) -> None:
    draft = flows.begin_draft(by=author, title=one["content"]["title"], language=one["language"])
    flows.save_draft(draft, one["content"], seen=0, by=author)
    draft.refresh_from_db()
    if one["state"] == "draft":
        return
    flows.submit_draft(draft, one["note"], seen=draft.revision, by=author)
    if one["state"] == "submitted":
        return
    flows.take_up(draft, by=editor)
    if one["state"] == "accepted":
        flows.accept_draft(draft, seen=draft.revision, by=editor)
        return
    for said in one["comments"]:
        flows.comment_draft(draft, by=editor, **said)
    flows.ask_changes(draft, one["reason"], by=editor)
