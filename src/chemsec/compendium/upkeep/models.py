"""What keeps practices true once published: withdrawals that wait for a second person, and source links."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition


class Withdrawal(FSMModelMixin, models.Model):
    """Somebody proposes that a practice leaves the compendium; an editor decides, never who proposed it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("withdrawal", "waits for an editor")
        CARRIED_OUT = "carried_out", pgettext_lazy("withdrawal", "carried out")
        DECLINED = "declined", pgettext_lazy("withdrawal", "declined")
        TAKEN_BACK = "taken_back", pgettext_lazy("withdrawal", "taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey("compendium.Practice", on_delete=models.PROTECT, related_name="withdrawals")
    owner = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    state = FSMField(choices=State.choices, default=State.WAITING, protected=True)
    reason = models.TextField(help_text="as readers of the page that is left will read it")
    language = models.CharField(max_length=10, help_text="that the reason is written in")
    successor = models.ForeignKey(
        "compendium.Practice", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="why it was declined")

    class Meta:
        ordering = ["proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice"],
                condition=models.Q(state="waiting"),
                name="withdrawal_proposed_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="withdrawal_needs_a_second_person",
            ),
        ]

    def __str__(self):
        return f"{self.practice_id} {self.state}"

    @transition(state, source=State.WAITING, target=State.CARRIED_OUT)
    def carry_out(self): ...

    @transition(state, source=State.WAITING, target=State.DECLINED)
    def decline(self): ...

    @transition(state, source=State.WAITING, target=State.TAKEN_BACK)
    def take_back(self): ...


class Link(models.Model):
    """The address of a source, and whether it still answers. See links.py."""

    class State(models.TextChoices):
        UNCHECKED = "unchecked", pgettext_lazy("link", "not checked yet")
        WORKS = "works", pgettext_lazy("link", "works")
        CLOSED = "closed", pgettext_lazy("link", "answers, but not to the portal")
        FAILS = "fails", pgettext_lazy("link", "doesn’t answer")

    class Fault(models.TextChoices):
        ANSWER = "answer", _("an error is what the server answers")
        SILENT = "silent", _("no answer in time")
        UNKNOWN = "unknown", _("no such server, or no connection")
        SECURITY = "security", _("its certificate isn’t valid")
        ADDRESS = "address", _("it leads to no public address")
        ENDLESS = "endless", _("it sends one round in circles")

    url = models.URLField(max_length=600, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNCHECKED)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP; null: no answer")
    failures = models.PositiveSmallIntegerField(default=0, help_text="tries in a row that failed")
    failing_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(help_text="when it is asked next")

    class Meta:
        ordering = ["due_at"]
        indexes = [models.Index(fields=["due_at"], name="link_due")]

    def __str__(self):
        return self.url
