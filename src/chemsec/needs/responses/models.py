"""What a State answers. All that it says is sealed for it; the rows show only that something was said."""

import uuid

from django.db import models

from chemsec.kernel.replies import Reply, from_plain
from chemsec.platform.access import Visibility
from chemsec.platform.vault.public import Locked, SealedJson, SealedText


class Answer(models.Model):
    """The reply to one question, under the code that the question keeps for ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey("needs.Response", on_delete=models.PROTECT, related_name="answers")
    code = models.CharField(max_length=64, help_text="of the question")
    content = SealedJson(owner="response.owner_id", help_text="see kernel/replies.py")
    is_given = models.BooleanField(help_text="whether it says something")
    is_carried = models.BooleanField(default=False, help_text="from the last exercise, not confirmed yet")
    revision = models.PositiveIntegerField(default=0, help_text="counts the changes of the content")
    visibility = models.CharField(
        max_length=20, choices=Visibility.choices, blank=True, help_text="where it isn't its section's"
    )
    saved_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["response", "code"]
        constraints = [models.UniqueConstraint(fields=["response", "code"], name="answer_once")]

    def __str__(self):
        return self.code

    @property
    def is_locked(self) -> bool:
        return isinstance(self.content, Locked)

    @property
    def reply(self) -> Reply:
        return Reply() if self.is_locked else from_plain(self.content)


class Rival(models.Model):
    """What another person replied meanwhile: kept beside the answer, also once one of the two was chosen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="rivals")
    content = SealedJson(owner="answer.response.owner_id", help_text="see kernel/replies.py")
    saved_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=models.Q(settled_at__isnull=True), name="rival_one_at_a_time"
            )
        ]

    @property
    def reply(self) -> Reply:
        return Reply() if isinstance(self.content, Locked) else from_plain(self.content)


class Submission(models.Model):
    """A response as it was submitted: never altered, and what everybody but the State reads."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey("needs.Response", on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(help_text="the first, the second after clarification …")
    content = SealedText(owner="response.owner_id", help_text="canonical JSON, see record.py")
    receipt = SealedText(owner="response.owner_id", help_text="signed, see record.py")
    signed_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, help_text="when the State took its consent back")

    class Meta:
        ordering = ["response", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="submission_once"),
            models.CheckConstraint(
                condition=~models.Q(submitted_by=models.F("signed_by")),
                name="submission_needs_a_second_person",
            ),
        ]


class Remark(models.Model):
    """One word of the talk between the Secretariat and the State about what was submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey("needs.Response", on_delete=models.PROTECT, related_name="remarks")
    section = models.CharField(max_length=64, blank=True, help_text="code; empty: of the whole")
    text = SealedText(owner="response.owner_id")
    is_from_state = models.BooleanField()
    said_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["said_at"]
