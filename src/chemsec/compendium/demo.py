"""Practices that invented persons of the demonstration are writing. See content/demo/drafts.json."""

import json
from typing import Any

from django.conf import settings
from django.db import transaction

from chemsec.platform.access import Actor
from chemsec.platform.accounts.public import demo_actor

from .drafts import flows
from .models import Draft


@transaction.atomic
def load() -> int:
    """Write these drafts, unless somebody has begun one already; return how many."""
    if Draft.objects.exists():
        return 0
    described = json.loads(
        (settings.CHEMSEC_CONTENT_DIR / "demo" / "drafts.json").read_text(encoding="utf-8")
    )
    editor = demo_actor("editor")
    for one in described:
        _make(one, author=demo_actor(one["author"]), editor=editor)
    return len(described)


def _make(one: dict[str, Any], *, author: Actor, editor: Actor) -> None:
    draft = flows.begin_draft(by=author, title=one["content"]["title"], language=one["language"])
    flows.save_draft(draft, one["content"], seen=0, by=author)
    if one["state"] == "draft":
        return
    flows.submit_draft(draft, one["note"], by=author)
    if one["state"] == "submitted":
        return
    flows.take_up(draft, by=editor)
    if one["state"] == "accepted":
        flows.accept_draft(draft, by=editor)
        return
    for said in one["comments"]:
        flows.comment_draft(draft, by=editor, **said)
    flows.ask_changes(draft, one["reason"], by=editor)
