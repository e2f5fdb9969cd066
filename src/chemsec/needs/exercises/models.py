"""Exercises, and for each State that is asked how far its response is."""

import uuid
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from chemsec.platform.access import Visibility
from chemsec.platform.text import plain


class Exercise(FSMModelMixin, models.Model):
    """One round: a version of a questionnaire, the States that are asked, from when to when."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("being prepared")
        RUNNING = "running", _("running")
        CLOSED = "closed", pgettext_lazy("exercise", "closed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey("needs.Version", on_delete=models.PROTECT, related_name="exercises")
    name = models.CharField(max_length=80, validators=[plain], help_text="what tells it from others: 2026")
    opens_on = models.DateField(help_text="the first day on which answers are taken")
    closes_on = models.DateField(help_text="the last day on which a response may be submitted (UTC)")
    remind = models.JSONField(
        default=list, blank=True, help_text="days before closing on which States are reminded"
    )
    words = models.TextField(blank=True, help_text="from the Secretariat to those who are asked")
    language = models.CharField(max_length=10, help_text="of those words")
    state = FSMField(choices=State.choices, default=State.PREPARED, protected=True)
    reason = models.TextField(blank=True, help_text="for closing, cancelling or opening it again")
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(default=timezone.now, help_text="when it came into its state")

    class Meta:
        ordering = ["-opens_on", "-since"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on__gt=models.F("opens_on")), name="exercise_closes_after_it_opens"
            )
        ]

    def __str__(self):
        return f"{self.version.title} · {self.name}"

    @property
    def has_begun(self) -> bool:
        return self.opens_on <= timezone.localdate()

    @property
    def is_over(self) -> bool:
        """Whether nobody else is asked any more."""
        return self.state in {self.State.CLOSED, self.State.CANCELLED}

    @property
    def takes_answers(self) -> bool:
        """After closing too: what a State writes stays its own."""
        return self.has_begun and self.state in {self.State.RUNNING, self.State.CLOSED}

    @transition(state, source=State.PREPARED, target=State.RUNNING)
    def invite(self): ...

    @transition(state, source=State.RUNNING, target=State.CLOSED)
    def close(self): ...

    @transition(state, source=State.CLOSED, target=State.RUNNING)
    def reopen(self): ...

    @transition(state, source=[State.PREPARED, State.RUNNING], target=State.CANCELLED)
    def cancel(self): ...


class Responses(models.QuerySet["Response"]):
    def with_form(self) -> "Responses":
        """With what is asked, but for its content: see `Version.form`."""
        asked = self.select_related("exercise__version__questionnaire")
        return asked.defer("exercise__version__content")


class Response(FSMModelMixin, models.Model):
    """One State's response: how far it is. What it says stands sealed in its answers."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        OPENED = "opened", _("opened")
        IN_PROGRESS = "in_progress", _("in progress")
        SIGNED = "signed", _("signed")
        SUBMITTED = "submitted", _("submitted")
        CLARIFICATION = "clarification", _("in clarification")
        DONE = "done", _("done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="responses")
    owner = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="responses")
    state = FSMField(choices=State.choices, default=State.INVITED, protected=True)
    since = models.DateTimeField(default=timezone.now, help_text="when it came into its state")
    extended_to = models.DateField(
        null=True, help_text="the last day for this State, where it isn't everyone's"
    )
    extension_asked_at = models.DateTimeField(null=True)
    open_sections = models.JSONField(
        default=list, help_text="in clarification: codes of the sections that were sent back"
    )
    visibilities = models.JSONField(default=dict, help_text="section -> who may see its answers")
    signed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    reminded = models.PositiveSmallIntegerField(
        null=True, help_text="days before closing of the last reminder that went out"
    )

    objects = Responses.as_manager()

    class Meta:
        ordering = ["exercise", "owner"]
        constraints = [
            models.UniqueConstraint(fields=["exercise", "owner"], name="response_once_a_state"),
        ]

    def __str__(self):
        return str(self.exercise)

    @property
    def closes_on(self) -> date:
        return max(self.exercise.closes_on, self.extended_to or self.exercise.closes_on)

    @property
    def is_late(self) -> bool:
        """Whether the last day on which it may be submitted is past."""
        return self.closes_on < timezone.localdate()

    def visibility_of(self, section: str) -> str:
        return str(self.visibilities.get(section, Visibility.SECRETARIAT))

    @transition(state, source=State.INVITED, target=State.OPENED)
    def open(self): ...

    @transition(state, source=[State.INVITED, State.OPENED], target=State.IN_PROGRESS)
    def begin(self): ...

    @transition(state, source=[State.IN_PROGRESS, State.CLARIFICATION], target=State.SIGNED)
    def sign(self): ...

    @transition(state, source=State.SIGNED, target=RETURN_VALUE(State.IN_PROGRESS, State.CLARIFICATION))
    def unsign(self):
        return self.State.CLARIFICATION if self.open_sections else self.State.IN_PROGRESS

    @transition(state, source=State.SIGNED, target=State.SUBMITTED)
    def submit(self): ...

    @transition(state, source=[State.SUBMITTED, State.DONE], target=State.CLARIFICATION)
    def ask_back(self): ...

    @transition(state, source=State.SUBMITTED, target=State.DONE)
    def settle(self): ...
