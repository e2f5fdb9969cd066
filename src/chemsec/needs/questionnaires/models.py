"""Questionnaires and their versions."""

import uuid
from datetime import datetime
from functools import lru_cache

from django.db import models

from chemsec.kernel.questionnaire import Form, Text, from_plain
from chemsec.platform import languages, taxonomy


class Questionnaire(models.Model):
    """What is asked of States, through all its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=64, unique=True, help_text="stays for ever; form_id of its XLSForm")
    begun_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.code


class Version(models.Model):
    """One state of a questionnaire. It is replaced as a whole while it is a draft; once an exercise uses it,
    it is frozen and stays byte by byte.
    """

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text="the form, see kernel/questionnaire.py")
    made_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    frozen_at = models.DateTimeField(null=True, blank=True, help_text="when an exercise took it")

    class Meta:
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_once"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(frozen_at__isnull=True),
                name="one_draft_version",
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.number}"

    @property
    def form(self) -> Form:
        return _form(self.pk, self.changed_at)

    @property
    def title(self) -> str:
        return in_words(self.form.title, self.form.languages[0])

    @property
    def spoken(self) -> list[languages.Language]:
        return [languages.language(code) for code in self.form.languages]


@lru_cache(maxsize=32)
def _form(version: int, changed_at: datetime) -> Form:  # noqa: ARG001  a draft that changed is another form
    """Read once a process: a form in six languages is large, and each answer looks at it."""
    return from_plain(Version.objects.values_list("content", flat=True).get(pk=version))


def in_words(text: Text, own: str, language: str | None = None) -> str:
    """A text of a form in this language (None: the reader's), else in the form's own."""
    wanted = language or languages.current().code
    return text.get(wanted) or text.get(own) or ""


def stage_name(code: str) -> str:
    return taxonomy.label("stages", code) if code else ""
