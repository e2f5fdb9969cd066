"""Two exercises over the invented States, three years apart: the first is over, the second is going on.

What they answer is made up by chance, always the same: a State that is far in one thing is rather far in
another, wants to come one or two levels further, and has come a little further three years later.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from chemsec.kernel import questionnaire, replies
from chemsec.kernel.questionnaire import EVIDENCE, TARGET, WEIGHT, Form, Kind, Question
from chemsec.kernel.replies import Reply, Value
from chemsec.platform.access import Actor
from chemsec.platform.accounts import public as accounts
from chemsec.platform.accounts.public import demo_actor

from .exercises import flows as exercises
from .exercises.models import Exercise, Response
from .questionnaires.models import Version
from .responses import flows as responses

CODE = "national-chemical-security"
BETWEEN = timedelta(days=3 * 365)
SILENT = 0.12  # of States that never answered the first
LEFT_OUT, INSTEAD, COMMENTED = 0.06, 0.07, 0.1  # of questions
UNCHANGED = 0.6  # of levels, three years later
NOTES = ("The law was changed last year.", "A working group meets each quarter.", "Only large sites so far.")
STAGES = {  # of the second exercise: the States not named here follow one another through ORDER
    "Arlandia": "in_progress", "Kasenda": "signed", "Bellmare": "opened", "Janubia": "in_progress",
    "Vostrania": "clarification", "Costa Verana": "invited",
}  # fmt: skip
ORDER = (
    "done",
    "submitted",
    "in_progress",
    "submitted",
    "invited",
    "clarification",
    "done",
    "opened",
    "signed",
)


@transaction.atomic
def load() -> int:
    """Hold both exercises, unless there is one; returns how many were made."""
    if Exercise.objects.exists():
        return 0
    version = Version.objects.filter(questionnaire__code=CODE).order_by("number").first()
    if version is None:
        return 0
    today, officer, states = timezone.localdate(), demo_actor("officer"), accounts.states()
    first = _hold(version, today, str(today.year - 3), states, officer)
    for state in states:
        chance = _chance(first.name, state)
        if chance.random() > SILENT:
            _answer(first.responses.get(owner=state), state, "done", chance, officer)
    _move_back(first, officer)
    second = _hold(version, today, str(today.year), states, officer)
    for place, state in enumerate(states):
        stage = STAGES.get(state.names["en"], ORDER[place % len(ORDER)])
        _answer(second.responses.get(owner=state), state, stage, _chance(second.name, state), officer)
    return 2


def _chance(name: str, state: Any) -> random.Random:
    return random.Random(f"{name} {state.names['en']}")  # noqa: S311  made up, nothing secret


def _hold(version: Version, today: Any, name: str, states: list[Any], officer: Actor) -> Exercise:
    opens_on, closes_on = today - timedelta(days=30), today + timedelta(days=60)
    made = exercises.make_exercise(
        version, by=officer, name=name, opens_on=opens_on, closes_on=closes_on,
        remind=[30, 7, 1], language="en",
        words="Please answer with your colleagues in customs, industry, transport and emergency response.",
    )  # fmt: skip
    exercises.invite_states(made, [one.pk for one in states], by=officer)
    return made


def _move_back(exercise: Exercise, officer: Actor) -> None:
    exercises.close_exercise(exercise, "The time for submitting ended.", by=officer)
    exercise.refresh_from_db()
    Exercise.objects.filter(pk=exercise.pk).update(
        opens_on=exercise.opens_on - BETWEEN, closes_on=exercise.closes_on - BETWEEN
    )


def _answer(response: Response, state: Any, stage: str, chance: random.Random, officer: Actor) -> None:
    """Bring a response as far as this stage."""
    if stage == "invited":
        return
    writer, second = accounts.demo_people(state)
    responses.open_response(response, by=writer)
    if stage == "opened":
        return
    part = chance.uniform(0.2, 0.7) if stage == "in_progress" else 1
    responses.save_replies(response, _said(response, chance, part), by=writer)
    if stage == "in_progress":
        return
    responses.sign_response(response, by=writer)
    if stage == "signed":
        return
    responses.submit_response(response, by=second)
    if stage == "done":
        responses.settle_response(response, by=officer)
    if stage == "clarification":
        section = response.exercise.version.form.sections[0].code
        responses.ask_back(
            response, [section], "Which body licenses imports? The comment says two.", by=officer
        )


def _said(response: Response, chance: random.Random, part: float) -> dict[str, responses.Said]:
    form = response.exercise.version.form
    there = {one.code: one for one in response.answers.select_related("response")}
    able = chance.gauss(2.4, 1.1)
    made: dict[str, Reply] = {}
    for section in form.sections[: max(1, round(len(form.sections) * part))]:
        here = able + chance.gauss(0, 0.6)
        for question in section.questions:
            before = there[question.code].reply if question.code in there else None
            made[question.code] = _reply(question, here, chance, before)
    made = _fitting(form, made)
    return {
        code: responses.Said(reply, there[code].revision if code in there else 0)
        for code, reply in made.items()
    }


def _fitting(form: Form, made: Mapping[str, Reply]) -> dict[str, Reply]:
    """Without what isn't asked; what is needed and was left out is not known."""
    wanted = set(questionnaire.asked(form, replies.answers(made)))
    lacking = set(replies.lacking(form, made))
    return {
        code: Reply(instead="unknown") if code in lacking else reply
        for code, reply in made.items()
        if code in wanted
    }


def _reply(question: Question, able: float, chance: random.Random, before: Reply | None) -> Reply:
    if before and before.is_given:
        return _later(question, before, chance)
    if (draw := chance.random()) < LEFT_OUT:
        return Reply()
    if draw < LEFT_OUT + INSTEAD:
        return Reply(instead=chance.choice(replies.INSTEAD))
    values = {code: value for code, value in _values(question, able, chance) if value}
    reply = Reply(values, comment=chance.choice(NOTES) if chance.random() < COMMENTED else "")
    return Reply() if any(replies.faults(question, reply)) else reply


def _later(question: Question, before: Reply, chance: random.Random) -> Reply:
    """Three years on: some have come a level further."""
    level = str(before.values.get(question.code, ""))
    if (
        question.kind is not Kind.MATURITY
        or level not in questionnaire.LEVELS[:-1]
        or chance.random() < UNCHANGED
    ):
        return before
    return replace(before, values={**before.values, question.code: str(int(level) + 1)})


def _values(question: Question, able: float, chance: random.Random) -> Iterator[tuple[str, Value]]:
    codes = [choice.code for choice in question.choices]
    level = min(5, max(0, round(able + chance.gauss(0, 0.7))))
    match question.kind:
        case Kind.MATURITY:
            target = min(5, level + chance.choice((1, 1, 2)))
            yield question.code, str(level)
            yield f"{question.code}.{TARGET}", str(target)
            yield f"{question.code}.{WEIGHT}", str(min(5, max(1, target - level + chance.randint(1, 3))))
        case Kind.CHECK:
            said = "yes" if level in {4, 5} else "partly" if level in {2, 3} else "no"
            yield question.code, said
            if said != "no":
                yield f"{question.code}.{EVIDENCE}", "A decree, and a yearly report (invented)."
        case Kind.ONE | Kind.MANY | Kind.RANKING:
            few = len(codes) if question.kind is Kind.RANKING else min(len(codes), chance.randint(1, 3))
            chosen = chance.sample(codes, few)
            yield question.code, chosen[0] if question.kind is Kind.ONE else chosen
        case _:
            yield question.code, _written(question, chance)


def _written(question: Question, chance: random.Random) -> Value:
    if question.kind is Kind.TABLE:
        rows: list[Mapping[str, str]] = [_row(question, chance) for _number in range(min(2, question.rows))]
        return rows
    if question.kind is Kind.NUMBER:
        return str(chance.randint(1, 40))
    return chance.choice(NOTES) if question.kind is Kind.TEXT else ""


def _row(question: Question, chance: random.Random) -> dict[str, str]:
    return {
        column.code: chance.choice([one.code for one in column.choices])
        if column.choices
        else (str(chance.randint(1, 9)) if column.kind is Kind.NUMBER else "An invented office")
        for column in question.columns
    }
