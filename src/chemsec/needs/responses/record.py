"""A response as it is submitted: canonical JSON, its digest, and the receipt that the State takes home."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chemsec.kernel.questionnaire import Form, asked
from chemsec.kernel.replies import Reply, answers, to_plain
from chemsec.needs.exercises.models import Response
from chemsec.platform.audit import checkpoints
from chemsec.platform.audit.log import canonical

FORMAT = 1


def content(
    response: Response, form: Form, replies: Mapping[str, Reply], seen_by: Mapping[str, str], at: datetime
) -> str:
    """What is submitted: the replies to what is asked, section by section, each with who may see it.

    A question that is asked and has no reply stands there with an empty one; what isn't asked doesn't.
    """
    wanted = set(asked(form, answers(replies)))
    sections = {
        section.code: {
            question.code: to_plain(replies.get(question.code, Reply()))
            | {"visibility": seen_by[question.code]}
            for question in section.questions
            if question.code in wanted
        }
        for section in form.sections
    }
    version = response.exercise.version
    return canonical(
        {
            "format": FORMAT,
            "response": str(response.pk),
            "exercise": str(response.exercise_id),
            "state": str(response.owner_id),
            "questionnaire": {"code": version.questionnaire.code, "version": version.number},
            "submitted_at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "sections": sections,
        }
    )


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def receipt(response: Response, text: str, at: datetime) -> dict[str, Any]:
    """What proves without the portal that it took exactly this, and when: see bin/check-proof."""
    time = at.astimezone(UTC).isoformat(timespec="seconds")
    note = checkpoints.sign_text(f"receipt\n{digest(text)}\n{time}\nresponse/{response.pk}\n")
    return {"receipt": note, "key": checkpoints.public_key()}
