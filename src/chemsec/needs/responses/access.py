"""Who answers for a State, who reads what it answers, and who submits it.

What isn't submitted nobody but the State reads. What is submitted stands in a `Submission`; programme
officers read it, and each reading is logged.
"""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from chemsec.needs.exercises.models import Exercise, Response
from chemsec.platform.access import Actor, declare
from chemsec.platform.accounts.models import Role

from .models import Submission

declare("response.read", _("The people of the State that was asked."))
declare("response.answer", _("Focal points and contributors of the State."))
declare("response.manage", _("The State’s focal point."))
declare(
    "response.submit",
    _("Focal points and contributors of the State, never who signed it."),
)
declare("submission.read", _("The people of the State, and programme officers: what was submitted."))
declare("submission.review", _("Programme officers."))

WRITERS = (Role.FOCAL_POINT, Role.CONTRIBUTOR)
STATE = "state"  # kind of organisation
OPEN = (
    Response.State.INVITED,
    Response.State.OPENED,
    Response.State.IN_PROGRESS,
    Response.State.CLARIFICATION,
)


def is_member(user: Actor, response: Response) -> bool:
    return user.kind == STATE and user.organisation == response.owner_id


def visible_to(user: Actor) -> QuerySet[Response]:
    """Responses of the State that the user acts for."""
    every = Response.objects.with_form().select_related("owner")
    return every.filter(owner=user.organisation) if user.kind == STATE else every.none()


def can_read(user: Actor, response: Response) -> bool:
    return is_member(user, response)


def get(user: Actor, key: UUID) -> Response:
    return _one(visible_to(user).filter(pk=key))


# ── answering ──


def can_answer(user: Actor, response: Response, section: str) -> bool:
    """Whether the user may change what is answered in a section, as far as the response goes by now."""
    return is_open(response, section) and writes(user, response)


def writes(user: Actor, response: Response) -> bool:
    return is_member(user, response) and user.has(*WRITERS)


def is_open(response: Response, section: str) -> bool:
    """Whether answers of a section can be changed."""
    if response.state not in OPEN or not response.exercise.takes_answers:
        return False
    return response.state != Response.State.CLARIFICATION or section in response.open_sections


def can_manage(user: Actor, response: Response) -> bool:
    return is_member(user, response) and user.has(Role.FOCAL_POINT)


def takes_submissions(response: Response) -> bool:
    exercise = response.exercise
    in_time = not response.is_late and exercise.has_begun
    # one that was closed before its day still takes those of States that were given longer
    running = exercise.state == Exercise.State.RUNNING
    extended = exercise.state == Exercise.State.CLOSED and response.extended_to is not None
    return in_time and (running or extended)


def can_submit(user: Actor, response: Response) -> bool:
    """A second person of the State: not who signed."""
    is_signed = response.state == Response.State.SIGNED
    return is_signed and writes(user, response) and user.person != response.signed_by_id


# ── what was submitted ──


def reviews(user: Actor) -> bool:
    return user.has(Role.OFFICER)


def submissions_visible_to(user: Actor) -> QuerySet[Submission]:
    """What was submitted: to its State always, to officers unless the State took its consent back."""
    every = Submission.objects.select_related("response__exercise__version__questionnaire", "response__owner")
    every = every.defer("response__exercise__version__content")
    if reviews(user):
        return every.filter(withdrawn_at__isnull=True)
    own = Q(response__owner=user.organisation) if user.kind == STATE else Q(pk=None)
    return every.filter(own)


def can_read_submission(user: Actor, submission: Submission) -> bool:
    if reviews(user):
        return submission.withdrawn_at is None
    return is_member(user, submission.response)


def submission(user: Actor, response: UUID, number: int | None = None) -> Submission:
    """The last one of a response, or the one of this number."""
    found = submissions_visible_to(user).filter(response=response)
    return _one(found.filter(number=number) if number else found.order_by("-number"))


def _one(rows: QuerySet):
    found = rows.first()
    if found is None:
        raise Http404
    return found
