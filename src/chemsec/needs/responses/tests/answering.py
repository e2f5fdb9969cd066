"""A small exercise, and responses in any state, for tests."""

from datetime import date, timedelta

from django.utils import timezone

from chemsec.kernel.expressions import parse
from chemsec.kernel.questionnaire import LEVELS, Choice, Form, Kind, Question, Section
from chemsec.kernel.replies import Reply
from chemsec.needs.exercises import flows as exercises
from chemsec.needs.exercises.models import Exercise, Response
from chemsec.needs.questionnaires.flows import keep_form
from chemsec.needs.questionnaires.models import Questionnaire
from chemsec.needs.responses import flows
from chemsec.needs.responses.flows import Said
from chemsec.platform.access import SYSTEM, Actor

FULL = {
    "law": Reply({"law": "2", "law.target": "4", "law.importance": "5"}, comment="Decree 12."),
    "permits": Reply({"permits": "yes", "permits.evidence": "A register."}),
    "who": Reply({"who": ["customs", "police"]}),
    "words": Reply(instead="unsaid"),
}


def small_form(code: str = "small") -> Form:
    """Two sections; one question is needed, one is asked only after a certain answer."""
    levels = tuple(Choice(level, {"en": f"Level {level}"}) for level in LEVELS)
    bodies = tuple(Choice(one, {"en": one.title()}) for one in ("customs", "police"))
    law = (
        Question("law", Kind.MATURITY, {"en": "How far does the law go?"}, choices=levels, required=True),
        Question("permits", Kind.CHECK, {"en": "Are there permits?"}, relevant=parse("${law} > 0")),
    )
    who = parse("${permits} = 'yes'")
    trade = (
        Question("who", Kind.MANY, {"en": "Who controls?"}, choices=bodies, relevant=who),
        Question("words", Kind.TEXT, {"en": "What is lacking?"}),
    )
    sections = (
        Section("law_part", {"en": "Law"}, questions=law),
        Section("trade", {"en": "Trade"}, questions=trade),
    )
    return Form(code, {"en": "A small questionnaire"}, {"en": "As it is."}, ("en",), sections)


def hold(*states, name: str = "2026", days: int = 30, officer: Actor = SYSTEM) -> Exercise:
    """An exercise that runs, in which these organisations' States are asked; it closes in so many days."""
    known = Questionnaire.objects.filter(code="small").first()
    version = known.versions.get() if known else keep_form(small_form(), by=SYSTEM)
    today = timezone.localdate()
    made = exercises.make_exercise(
        version, by=officer, name=name, opens_on=today, closes_on=today + timedelta(days=days), remind=[7, 1],
        language="en", words="Please answer.",
    )  # fmt: skip
    exercises.invite_states(made, states, by=officer)
    return Exercise.objects.get(pk=made.pk)


def said(replies: dict[str, Reply], seen: int = 0) -> dict[str, Said]:
    return {code: Said(reply, seen) for code, reply in replies.items()}


def bring_to(response: Response, state: str, *, writer: Actor, second: Actor) -> Response:
    """Opened, answered and signed by the writer, submitted by the second, as far as this state."""
    steps = [
        ("opened", lambda: flows.open_response(response, by=writer)),
        ("in_progress", lambda: flows.save_replies(response, said(FULL), by=writer)),
        ("signed", lambda: flows.sign_response(response, by=writer)),
        ("submitted", lambda: flows.submit_response(response, by=second)),
    ]
    for name, step in steps:
        if state == "invited":
            break
        step()
        if name == state:
            break
    return Response.objects.select_related("exercise__version__questionnaire", "owner").get(pk=response.pk)


def end_yesterday(exercise: Exercise) -> None:
    yesterday: date = timezone.localdate() - timedelta(days=1)
    opened = yesterday - timedelta(days=30)
    Exercise.objects.filter(pk=exercise.pk).update(opens_on=opened, closes_on=yesterday)
