"""What invented persons of the demonstration write, and tell of practices. See content/demo/."""

import json
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from chemsec.platform.access import ANYONE, SYSTEM, Actor
from chemsec.platform.accounts.public import demo_actor
from chemsec.platform.sharing import public as sharing

from . import flows as compendium
from .applications import flows as telling
from .drafts import access as drafts
from .drafts import flows
from .models import Application, Draft, EditionText, Practice, Withdrawal
from .upkeep import flows as keeping


@transaction.atomic
def load() -> int:
    """Write the drafts, tell of the applications and let time pass, unless somebody has; return how many were
    made.
    """
    made = _load_drafts() + _load_applications() + _load_upkeep()
    for practice in Practice.objects.filter(reports__gt=0):  # counted before the invented were left out
        compendium.count_reports(practice)
    return made


def _load_drafts() -> int:
    if Draft.objects.exists():
        return 0
    described = _read("drafts")
    editor = demo_actor("editor")
    for one in described:
        _make(one, author=demo_actor(one["author"]), editor=editor)
    for one in _read("shares"):
        until = timezone.localdate() + timedelta(days=one["days"])
        author, receiver = demo_actor(one["author"]), demo_actor(one["to"])
        draft = next(draft for draft in drafts.visible_to(author) if str(draft) == one["title"])
        sharing.share("draft", draft.pk, cast("Any", receiver.organisation), one["purpose"], until, by=author)
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


def _load_upkeep() -> int:
    """Practices whose review is due, withdrawals that wait, and questions that found nothing."""
    if Withdrawal.objects.exists():
        return 0
    described = _read("upkeep")
    for one in described["due"]:
        review_by = timezone.localdate() + timedelta(days=one["days"])
        practice = _titled(one["title"])
        Practice.objects.filter(pk=practice.pk).update(review_by=review_by)
        keeping.remind(practice, by=SYSTEM)
    for one in described["withdrawals"]:
        practice, author = _titled(one.pop("title")), demo_actor(one.pop("author"))
        keeping.propose_withdrawal(practice, by=author, **one)
    for one in described["questions"]:
        compendium.keep_gap(one["text"], one["language"], by=ANYONE)
    return len(described["withdrawals"])


def _titled(title: str) -> Practice:
    source = EditionText.State.SOURCE
    return Practice.objects.get(editions__texts__title=title, editions__texts__state=source)


def _read(name: str) -> Any:
    path = settings.CHEMSEC_CONTENT_DIR / "demo" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _make(one: dict[str, Any], *, author: Actor, editor: Actor) -> None:
    begin = {"title": one["content"]["title"], "language": one["language"], "gathers": one.get("gathers")}
    draft = flows.begin_draft(by=author, **begin)
    flows.save_draft(draft, one["content"], seen=0, by=author)
    draft.refresh_from_db()
    if one["state"] == "draft":
        return
    flows.submit_draft(draft, one["note"], seen=draft.revision, by=author)
    if one["state"] == "submitted":
        return
    flows.take_up(draft, by=editor)
    if one["state"] in {"accepted", "published"}:
        flows.accept_draft(draft, seen=draft.revision, by=editor)
        if one["state"] == "published":
            flows.publish_draft(draft, seen=draft.revision, by=demo_actor("second.editor"))
        return
    for said in one["comments"]:
        flows.comment_draft(draft, by=editor, **said)
    flows.ask_changes(draft, one["reason"], by=editor)
