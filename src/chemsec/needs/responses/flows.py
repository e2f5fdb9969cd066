"""Everything that changes a State's response."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import TransitionNotAllowed

from chemsec.kernel import replies
from chemsec.kernel.questionnaire import asked
from chemsec.kernel.replies import Reply
from chemsec.needs.exercises.models import Response
from chemsec.platform.access import Actor, Visibility
from chemsec.platform.accounts import public as accounts
from chemsec.platform.accounts.models import Role
from chemsec.platform.audit import log as audit
from chemsec.platform.audit.log import canonical
from chemsec.platform.vault.public import commit, opened

from . import access, record
from .models import Answer, Remark, Rival, Submission

SEEN_BY = (Visibility.SECRETARIAT, Visibility.UNNAMED, Visibility.STATES, Visibility.PUBLIC)
State = Response.State
FIXED = gettext_lazy("This can’t be changed any more: it was signed, or the exercise is over.")


# ── answering ──


@transaction.atomic
def open_response(response: Response, *, by: Actor) -> Response:
    """Begin: what the State said last time is brought along, each answer to be confirmed or changed."""
    response = _written(response, by)
    _check_open(response)
    _step(response, "open")
    carried = _carry_over(response, by=by)
    _keep(response)
    _record("open_response", response, {"carried": carried}, by=by, right="response.answer")
    return response


def _check_open(response: Response) -> None:
    if not response.exercise.has_begun:
        raise ValidationError(_("It isn’t open yet."))
    if not response.exercise.takes_answers:
        raise ValidationError(_("This exercise is over."))


def _carry_over(response: Response, *, by: Actor) -> int:
    """Take the answers of the last response whose codes are asked again and that still fit; how many."""
    earlier = Response.objects.filter(
        owner=response.owner_id, exercise__opens_on__lt=response.exercise.opens_on
    )
    last = earlier.filter(answers__is_given=True).order_by("-exercise__opens_on").first()
    if last is None:
        return 0
    questions = {question.code: question for question in response.exercise.version.form.questions}
    told = last.answers.filter(is_given=True, code__in=questions).select_related("response")
    fit = [
        one for one in told if not any(replies.faults(questions[one.code], one.reply)) and not one.is_locked
    ]
    now = timezone.now()
    for one in fit:
        Answer.objects.create(
            response=response, code=one.code, content=one.content, is_given=True, is_carried=True,
            saved_by_id=_person(by), saved_at=now,
        )  # fmt: skip
    return len(fit)


@dataclass(frozen=True)
class Said:
    """A reply as it comes in: what the page knew of the answer when it was written, and who may see it."""

    reply: Reply
    seen: int = 0  # the answer's revision
    visibility: str = ""  # empty: as its section


@transaction.atomic
def save_replies(response: Response, said: Mapping[str, Said], *, by: Actor) -> dict[str, Answer]:
    """Keep what was replied. Where somebody else replied otherwise meanwhile, theirs stays and this is kept
    beside it as its rival. Returns the answers as they are now. No entry in the log: it tells of decisions,
    and each answer says who gave it and when.
    """
    response = _written(response, by)
    form = response.exercise.version.form
    for code in said:
        section = form.section_of(code)
        if section is None:
            raise PermissionDenied
        if not access.is_open(response, section.code):
            raise ValidationError(FIXED)
    there = {one.code: one for one in response.answers.filter(code__in=said).select_related("response")}
    kept = {code: _save(response, code, one, there.get(code), by=by) for code, one in said.items()}
    if response.state in {State.INVITED, State.OPENED} and any(one.is_given for one in kept.values()):
        _step(response, "begin")
        _keep(response)
    return kept


def _save(response: Response, code: str, said: Said, answer: Answer | None, *, by: Actor) -> Answer:
    plain = replies.to_plain(said.reply)
    if answer is None:
        answer = Answer(response=response, code=code, content=None)
    is_same = answer.content is not None and opened(answer.content) == plain
    if is_same or (answer.content is None and not said.reply.is_given and not said.reply.comment):
        if answer.content is not None and (answer.is_carried or answer.visibility != said.visibility):
            answer.is_carried, answer.visibility = False, said.visibility
            _sign_off(answer, by)
            answer.save()
        return answer
    if answer.revision != said.seen:
        _rival(answer, plain, by=by)
        return answer
    answer.content, answer.is_given, answer.is_carried = plain, said.reply.is_given, False
    answer.visibility = said.visibility
    answer.revision += 1
    _sign_off(answer, by)
    answer.save()
    return answer


def _sign_off(answer: Answer, by: Actor) -> None:
    answer.saved_by_id, answer.saved_at = _person(by), timezone.now()


def _rival(answer: Answer, plain: Mapping[str, Any], *, by: Actor) -> None:
    """One at a time: whoever wrote the last one and writes on, writes on in it."""
    rival = answer.rivals.filter(settled_at__isnull=True).first()
    is_theirs = rival is not None and rival.saved_by_id == by.person
    if rival is not None and not is_theirs:
        raise ValidationError(_("Two versions of this answer wait for somebody to choose. Reload the page."))
    if rival is None:
        rival = Rival(answer=answer, saved_by_id=_person(by))
    rival.content = plain
    rival.save()


@transaction.atomic
def choose_reply(answer: Answer, *, theirs: bool, by: Actor) -> Answer:
    """Of two versions let one stand; the other is kept with it."""
    response = _written(answer.response, by)
    answer = response.answers.select_related("response").get(pk=answer.pk)
    rival = answer.rivals.select_related("answer__response").filter(settled_at__isnull=True).first()
    section = response.exercise.version.form.section_of(answer.code)
    if rival is None or section is None or not access.is_open(response, section.code):
        raise ValidationError(_("Somebody has chosen already."))
    if theirs:
        answer.content, rival.content = opened(rival.content), opened(answer.content)
        answer.is_given = answer.reply.is_given
    answer.revision += 1
    rival.settled_at = timezone.now()
    _sign_off(answer, by)
    answer.save()
    rival.save()
    _record("choose_reply", response, {"question": answer.code}, by=by, right="response.answer")
    return answer


@transaction.atomic
def set_visibilities(response: Response, chosen: Mapping[str, str], *, by: Actor) -> Response:
    """Choose who may see the answers of each section once they are submitted; a single answer may differ."""
    response = _written(response, by)
    sections = {section.code for section in response.exercise.version.form.sections}
    if not set(chosen) <= sections or not set(chosen.values()) <= set(map(str, SEEN_BY)):
        raise ValidationError(_("This isn’t one of the choices."))
    if response.state not in access.OPEN:
        raise ValidationError(FIXED)
    response.visibilities = dict(chosen)
    response.save(update_fields=["visibilities"])
    _record("set_visibilities", response, {}, by=by, right="response.answer")
    return response


@transaction.atomic
def ask_extension(response: Response, *, by: Actor) -> Response:
    response = _written(response, by)
    if response.extension_asked_at or response.state in {State.SUBMITTED, State.DONE}:
        raise ValidationError(_("This was asked already."))
    response.extension_asked_at = timezone.now()
    response.save(update_fields=["extension_asked_at"])
    _tell(accounts.people_with(Role.OFFICER), "response.extension", response, by=by)
    _record("ask_extension", response, {}, by=by, right="response.answer")
    return response


# ── submitting ──


@transaction.atomic
def sign_response(response: Response, *, by: Actor) -> Response:
    """Say that it is ready. From then on it can't be changed until a second person submits it, or the
    signature is taken back.
    """
    response = _written(response, by)
    if not access.takes_submissions(response):
        raise ValidationError(_("The time for submitting is over. Ask for an extension."))
    form, given = response.exercise.version.form, replies_of(response)
    if missing := replies.lacking(form, given):
        said = _("%(n)s questions that are needed have no answer yet: the overview names them.")
        raise ValidationError(said % {"n": len(missing)})
    wanted = asked(form, replies.answers(given))
    if carried := response.answers.filter(is_carried=True, code__in=wanted).count():
        said = _("%(n)s answers from last time are not confirmed yet: each section says which.")
        raise ValidationError(said % {"n": carried})
    if Rival.objects.filter(answer__response=response, settled_at__isnull=True).exists():
        raise ValidationError(_("Of some answers two versions wait for somebody to choose."))
    _step(response, "sign")
    response.signed_by_id = _person(by)
    _keep(response)
    _tell(_writers(response), "response.signed", response, by=by)
    _record("sign_response", response, {}, by=by, right="response.answer")
    return response


@transaction.atomic
def unsign_response(response: Response, *, by: Actor) -> Response:
    """Take the signature back, to change something."""
    response = _written(response, by)
    _step(response, "unsign")
    response.signed_by_id = None
    _keep(response)
    _record("unsign_response", response, {}, by=by, right="response.answer")
    return response


@transaction.atomic
def submit_response(response: Response, *, by: Actor) -> Submission:
    """The second person's word: what stands there now goes to the Secretariat, for as long and as far as the
    State chose.
    """
    response = _written(response, by)
    if not access.takes_submissions(response):
        raise ValidationError(_("The time for submitting is over. Ask for an extension."))
    signer = response.signed_by_id
    if not access.can_submit(by, response) or signer is None:
        raise ValidationError(_("It wants the signature of one person, and another one who submits it."))
    _step(response, "submit")
    response.open_sections = []
    _keep(response)
    now = timezone.now()
    form = response.exercise.version.form
    text = record.content(response, form, replies_of(response), seen_by(response), now)
    submission = Submission(
        response=response,
        number=response.submissions.count() + 1,
        content=text,
        receipt=canonical(record.receipt(response, text, now)),
        signed_by_id=signer,
        submitted_by_id=_person(by),
        submitted_at=now,
    )
    submission.save()
    _tell(accounts.people_with(Role.OFFICER), "response.submitted", response, by=by)
    _tell(accounts.members_of(response.owner_id), "response.submitted", response, by=by)
    facts = {"number": submission.number, "content": commit(text, response.owner_id)}
    _record("submit_response", response, facts, by=by, right="response.submit", binds=True)
    return submission


@transaction.atomic
def withdraw_consent(response: Response, *, by: Actor) -> Response:
    """From now on nobody but the State reads what it submitted, and no new figure counts it."""
    response = _held(response)
    if not access.can_manage(by, response):
        raise PermissionDenied
    if not response.submissions.filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now()):
        raise ValidationError(_("Nothing is submitted."))
    key = str(response.exercise_id)  # what was submitted is no longer theirs to see
    accounts.tell(accounts.people_with(Role.OFFICER), "response.withdrawn", key, {}, by=by.person)
    _record("withdraw_consent", response, {}, by=by, right="response.manage", binds=True)
    return response


def replies_of(response: Response) -> dict[str, Reply]:
    """All that was replied, opened at once; LockedError where the State's key isn't there."""
    every = response.answers.select_related("response")
    for one in every:
        opened(one.content)
    return {one.code: one.reply for one in every}


def seen_by(response: Response) -> dict[str, str]:
    """Who may see the answer to each question, once it is submitted."""
    own = dict(response.answers.exclude(visibility="").values_list("code", "visibility"))
    return {
        question.code: own.get(question.code) or response.visibility_of(section.code)
        for section in response.exercise.version.form.sections
        for question in section.questions
    }


# ── what the Secretariat makes of it ──


@transaction.atomic
def note_reading(submission: Submission, *, by: Actor) -> None:
    """Somebody of the Secretariat reads what a State submitted; the State sees that."""
    if not access.reviews(by):
        raise PermissionDenied
    facts = {"number": submission.number}
    _record("read_response", submission.response, facts, by=by, right="submission.read")


@transaction.atomic
def ask_back(response: Response, sections: Iterable[str], text: str, *, by: Actor) -> Response:
    """Send sections back, with what is to be clarified; the others stay as they are."""
    response = _held(response)
    chosen = [part.code for part in response.exercise.version.form.sections if part.code in set(sections)]
    if not access.reviews(by):
        raise PermissionDenied
    if not chosen:
        raise ValidationError({"sections": _("Choose at least one section.")})
    _step(response, "ask_back")
    response.open_sections, response.signed_by_id = chosen, None
    _keep(response)
    for section in chosen:
        _say(response, section, text, by=by)
    _tell(_writers(response), "response.asked_back", response, by=by)
    _record("ask_back", response, {"sections": chosen}, by=by, right="submission.review")
    return response


@transaction.atomic
def settle_response(response: Response, *, by: Actor) -> Response:
    """Nothing is left to clarify."""
    response = _held(response)
    if not access.reviews(by):
        raise PermissionDenied
    _step(response, "settle")
    _keep(response)
    _tell(accounts.members_of(response.owner_id), "response.done", response, by=by)
    _record("settle_response", response, {}, by=by, right="submission.review")
    return response


@transaction.atomic
def remark(response: Response, text: str, *, by: Actor) -> Remark:
    """Say something to the other side about what was submitted."""
    response = _held(response)
    if not (access.reviews(by) or access.writes(by, response)):
        raise PermissionDenied
    if not response.submissions.exists():
        raise ValidationError(_("Nothing is submitted."))
    said = _say(response, "", text, by=by)
    people = accounts.people_with(Role.OFFICER) if said.is_from_state else _writers(response)
    _tell(people, "response.remark", response, by=by)
    right = "response.answer" if said.is_from_state else "submission.review"
    _record("remark", response, {}, by=by, right=right)
    return said


def _say(response: Response, section: str, text: str, *, by: Actor) -> Remark:
    if not text.strip():
        raise ValidationError({"text": _("Say what is to be clarified.")})
    said = Remark(
        response=response, section=section, text=text.strip(), is_from_state=not access.reviews(by),
        said_by_id=_person(by),
    )  # fmt: skip
    said.save()
    return said


# ── all of them ──


def _held(response: Response) -> Response:
    """The response as it is now; nobody else changes it until the transaction ends."""
    return Response.objects.with_form().select_for_update(of=("self",)).get(pk=response.pk)


def _written(response: Response, by: Actor) -> Response:
    """The same, by somebody who writes for its State."""
    response = _held(response)
    if not access.writes(by, response):
        raise PermissionDenied
    return response


def _step(response: Response, verb: str) -> None:
    step: Callable[[], None] = getattr(response, verb)
    try:
        step()
    except TransitionNotAllowed as error:
        raise ValidationError(_("This was done already, or can’t be done now.")) from error


def _keep(response: Response) -> None:
    response.since = timezone.now()
    response.save()


def _person(by: Actor) -> UUID:
    if by.person is None:
        raise PermissionDenied
    return by.person


def _writers(response: Response) -> list[UUID]:
    return accounts.people_with(*access.WRITERS, organisation=response.owner_id)


def _tell(people: Iterable, kind: str, response: Response, *, by: Actor) -> None:
    accounts.tell(people, kind, str(response.pk), {}, by=by.person)


def _record(
    verb: str,
    response: Response,
    facts: Mapping[str, Any],
    *,
    by: Actor,
    right: str,
    binds: bool = False,
) -> None:
    audit.record(verb, f"response/{response.pk}", by=by, right=right, facts=facts, binds=binds)
