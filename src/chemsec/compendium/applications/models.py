"""Who took a practice over, and what came of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from chemsec.platform.access import Visibility


class Application(FSMModelMixin, models.Model):
    """An organisation tells that it took a practice over: where, what it changed, and what came of it."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("application", "waits for an editor")
        LISTED = "listed", pgettext_lazy("application", "shown")
        DECLINED = "declined", pgettext_lazy("application", "not shown")
        WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")

    class Outcome(models.TextChoices):
        WORKED = "worked", _("it worked")
        PARTLY = "partly", _("it worked in part")
        FAILED = "failed", _("it didn’t work")
        TOO_EARLY = "too_early", _("too early to say")

    SEEN_BY = (  # visibilities to choose from, widest first
        (Visibility.PUBLIC, _("Everybody")),
        (Visibility.NETWORK, _("States, and members of the network")),
        (Visibility.STATES, _("States")),
        (Visibility.UNNAMED, _("States, without our name")),
        (Visibility.SECRETARIAT, _("The Secretariat alone")),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey("compendium.Practice", on_delete=models.PROTECT, related_name="applications")
    edition = models.PositiveSmallIntegerField(help_text="number of the one that was taken over")
    owner = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="applications")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    visibility = models.CharField(max_length=12, choices=SEEN_BY, default=Visibility.PUBLIC)
    state = FSMField(choices=State.choices, default=State.SENT, protected=True)
    language = models.CharField(max_length=10, help_text="that it is written in")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="when it was taken over")
    place = models.CharField(max_length=200, help_text="what kind of place; no site by name")
    changed = models.TextField(blank=True, help_text="what was done differently")
    cost = models.TextField(blank=True)
    result = models.TextField()
    evidence = models.TextField(blank=True)
    lesson = models.TextField(blank=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="for not being shown, as its author reads it")

    class Meta:
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["practice", "state"], name="application_of_practice")]

    def __str__(self):
        return f"{self.owner_id} {self.practice_id}"

    @transition(state, source=State.SENT, target=State.LISTED)
    def show(self): ...

    @transition(state, source=[State.SENT, State.LISTED], target=State.DECLINED)
    def decline(self): ...

    @transition(state, source=[State.SENT, State.LISTED], target=State.WITHDRAWN)
    def withdraw(self): ...


class Signal(models.Model):
    """How often visitors said something about a practice on a day. Nothing is kept about who they are."""

    class Kind(models.TextChoices):
        USEFUL = "useful", _("It is useful to me")
        APPLIED = "applied", _("We do it, or are going to")
        WRONG = "wrong", _("Something in it is wrong or out of date")

    practice = models.ForeignKey("compendium.Practice", on_delete=models.PROTECT, related_name="signals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "kind", "day"], name="signal_once_a_day")]
