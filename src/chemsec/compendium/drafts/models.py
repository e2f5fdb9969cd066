"""What becomes an edition: drafts, how they once were, and what is said about them.

Their words are sealed for the organisation that writes them; see docs/decisions/012-drafts-are-sealed.md.
"""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin, transition

from chemsec.platform.vault.public import Locked, SealedJson, SealedText


class Draft(FSMModelMixin, models.Model):
    """What becomes an edition: written by an organisation, reviewed, and published by a second person."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        IN_REVIEW = "in_review", _("in review")
        CHANGES_ASKED = "changes_asked", _("changes asked")
        ACCEPTED = "accepted", _("accepted")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", pgettext_lazy("practice", "declined")
        GIVEN_UP = "given_up", _("given up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    practice = models.ForeignKey(
        "compendium.Practice",
        on_delete=models.PROTECT,
        null=True,
        related_name="drafts",
        help_text="null: a new one",
    )
    base = models.PositiveSmallIntegerField(default=0, help_text="edition that it is compared with; 0: none")
    owner = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="drafts")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    state = FSMField(choices=State.choices, default=State.DRAFT, protected=True)
    content = SealedJson(owner="owner_id", help_text="field of an edition or of its text -> value")
    revision = models.PositiveIntegerField(default=0, help_text="counts the changes of the content")
    submitted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    accepted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    since = models.DateTimeField(help_text="when it came into its state")
    due = models.DateTimeField(null=True, help_text="by when whoever is next should have acted")
    asked_of = models.PositiveIntegerField(
        null=True, help_text="the revision that changes were asked for last"
    )
    claims = models.BooleanField(
        default=False, help_text="its owner says that it is the practice's publisher"
    )
    declared_at = models.DateTimeField(null=True, help_text="policy level, unclassified, right to share")
    note = SealedText(owner="owner_id", help_text="from its writers to the reviewer")
    reason = SealedText(owner="owner_id", help_text="for changes asked, accepted, declined or given up")

    class Meta:
        ordering = ["-changed_at"]
        indexes = [models.Index(fields=["state", "due"], name="draft_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "practice"],
                condition=models.Q(
                    state__in=["draft", "submitted", "in_review", "changes_asked", "accepted"],
                    practice__isnull=False,
                ),
                name="draft_once_under_way",
            )
        ]

    def __str__(self):
        return str(self.content if self.is_locked else self.content["title"] or _("Without a title yet"))

    @property
    def is_locked(self) -> bool:
        """Whether its owner's key isn't there: nobody can read what it says."""
        return isinstance(self.content, Locked)

    @property
    def language(self) -> str:
        """Of its title; empty where what stands for a title is in the reader's."""
        return "" if self.is_locked or not self.content["title"] else self.content["source_language"]

    @property
    def is_late(self) -> bool:
        return self.due is not None and self.due < timezone.now()

    @transition(state, source=[State.DRAFT, State.CHANGES_ASKED], target=State.SUBMITTED)
    def submit(self): ...

    @transition(state, source=[State.SUBMITTED, State.IN_REVIEW], target=State.IN_REVIEW)
    def take_up(self): ...

    @transition(state, source=[State.IN_REVIEW, State.ACCEPTED], target=State.SUBMITTED)
    def hand_back(self): ...

    @transition(state, source=[State.IN_REVIEW, State.ACCEPTED], target=State.CHANGES_ASKED)
    def ask_changes(self): ...

    @transition(state, source=State.IN_REVIEW, target=State.ACCEPTED)
    def accept(self): ...

    @transition(state, source=State.IN_REVIEW, target=State.DECLINED)
    def decline(self): ...

    @transition(state, source=State.ACCEPTED, target=State.PUBLISHED)
    def publish(self): ...

    @transition(
        state,
        source=[State.DRAFT, State.SUBMITTED, State.IN_REVIEW, State.CHANGES_ASKED, State.ACCEPTED],
        target=State.GIVEN_UP,
    )
    def give_up(self): ...


class DraftRevision(models.Model):
    """The content of a draft as it once was: what a late save is compared with, what one can go back to."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="what its cells name")
    content = SealedJson(owner="draft.owner_id", row="key")
    changed = models.JSONField(default=list, help_text="the fields that this change was about")
    page = models.CharField(max_length=40, blank=True, help_text="the open page that it came from")
    is_merge = models.BooleanField(default=False, help_text="brought in from a newer edition, not written")
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="draft_revision_once")]


class Comment(models.Model):
    """A remark on a section of a draft, or an answer to one; `proposed` are words that writers may take."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="comments")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="what its cells name")
    field = models.CharField(max_length=40, blank=True, help_text="of the content; empty: the whole")
    line = SealedText(owner="draft.owner_id", row="key", help_text="the words that it is about")
    text = SealedText(owner="draft.owner_id", row="key")
    proposed = SealedText(owner="draft.owner_id", row="key", help_text="what the field should say")
    answers = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    said_for = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="that its author acted for",
    )
    at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)
    is_taken = models.BooleanField(default=False, help_text="the proposed words were taken")
    is_internal = models.BooleanField(
        default=False,
        help_text="not for editors: said among its writers before they submitted, or with whom it is shared",
    )

    class Meta:
        ordering = ["at", "pk"]


class Conflict(models.Model):
    """An editor's declared conflict of interest: they take no part in the review of this draft."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "person"], name="conflict_once")]
