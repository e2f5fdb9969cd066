"""Practices, their editions and the texts of each edition. What is published is never altered."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chemsec.platform.access import Visibility

from .applications.models import Application, Signal
from .drafts.models import Comment, Conflict, Draft, DraftRevision
from .translations.models import ReplacedText, Translation
from .upkeep.models import Link, Withdrawal

NEEDS = ("needs_law", "needs_staff", "needs_time", "needs_money")
COLLECTION = "collection"  # the document type of what gathers practices
PROSE = ("title", "summary", "how_to_apply", *NEEDS, "evidence", "limits")


REVIEW_AFTER = timedelta(days=730)  # at most, once somebody has said that a practice holds


def in_two_years() -> date:
    return timezone.localdate() + REVIEW_AFTER


class Reminded(models.IntegerChoices):
    """Who has been told that a practice should be looked at again: one more after the other."""

    NOBODY = 0
    KEEPER = 1
    OWNER = 2  # everybody who writes for it
    READERS = 3  # its page says so


class Practice(models.Model):
    """A way of working worth copying. Its content stands in its editions; this row says which is current."""

    id = models.SlugField(primary_key=True, max_length=120)
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)
    owner = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practices",
        help_text="that keeps it up to date; null: of the starter compendium, nobody has taken it over",
    )
    current = models.PositiveSmallIntegerField(help_text="number of the edition that is shown")
    reports = models.PositiveSmallIntegerField(
        default=0, help_text="organisations besides its owner with a public application that has a result"
    )
    published_at = models.DateTimeField(help_text="when edition 1 came out here")
    changed_at = models.DateTimeField(
        help_text="last edition, translation or withdrawal; what harvesters select by"
    )
    keeper = models.ForeignKey(
        "accounts.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="whom its owner's reminders go to first: who wrote or confirmed it last",
    )
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="when somebody last said that it holds; null: nobody has"
    )
    review_by = models.DateField(default=in_two_years, help_text="when somebody should look at it again")
    reminded = models.PositiveSmallIntegerField(choices=Reminded.choices, default=Reminded.NOBODY)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True, help_text="shown on the page that is left")
    withdrawn_language = models.CharField(max_length=10, blank=True, help_text="of the reason")
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="what replaces it",
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["changed_at", "id"], name="practice_changed")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_reason="")),
                name="practice_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self):
        return self.id

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def is_invented(self) -> bool:
        """It is of somebody who was invented for the demonstration."""
        return self.owner is not None and self.owner.is_fictional

    @property
    def is_stale(self) -> bool:
        """Readers are told that nobody has confirmed it for long."""
        return self.reminded == Reminded.READERS


class Edition(models.Model):
    """One published state of a practice: always citable, never altered (the database refuses it too)."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    is_confirmed = models.BooleanField(
        help_text="its publisher has confirmed it; false: compiled from public pages"
    )
    change_note = models.TextField(
        blank=True, help_text="what is new in this edition, in its source language"
    )
    source_language = models.CharField(max_length=10, help_text="language of the text here")

    publisher = models.CharField(max_length=300)
    publisher_kind = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="of the document; null: not stated"
    )
    url = models.URLField(max_length=600, blank=True, help_text="of the document; empty: not stated")
    url_kind = models.CharField(
        max_length=12,
        blank=True,
        choices=[("publisher", "the publisher's own"), ("third_party", "somebody else's")],
    )
    is_checked = models.BooleanField(
        help_text="the item was seen on a public page; false: from general knowledge"
    )
    document_type = models.CharField(max_length=40)
    document_language = models.CharField(max_length=10, help_text="ISO 639-1, of the document described")
    other_languages = models.JSONField(
        default=list, blank=True, help_text="ISO 639-1, further languages of the document"
    )
    scope = models.CharField(
        max_length=120, help_text="global, regional:<name> or national:<ISO 3166-1 alpha-3>"
    )
    is_regulatory = models.BooleanField(help_text="is, or directly serves, a legal duty")
    stages = models.JSONField()
    audiences = models.JSONField()
    facility_types = models.JSONField(default=list, blank=True)
    measure_kinds = models.JSONField()
    gathers = models.JSONField(
        null=True,
        blank=True,
        help_text="of a collection: the ids of the practices that it gathers, in their order",
    )
    evidence_grade = models.CharField(max_length=20)
    evidence_reason = models.TextField(blank=True, help_text="why it has this grade, in English")

    class Meta:
        ordering = ["practice_id", "number"]
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="edition_number_once")]

    def __str__(self):
        return f"{self.practice_id}/{self.number}"

    @property
    def is_collection(self) -> bool:
        return self.document_type == COLLECTION

    @property
    def is_revised_here(self) -> bool:
        """Its words are contributors', beside the name of a publisher who hasn't confirmed them."""
        return self.number > 1 and not self.is_confirmed


@dataclass(frozen=True)
class Section:
    """A section of a translation: how it came about, and the edition whose source it translates."""

    state: str  # of EditionText.State, never out of date: that follows from `of`
    of: int
    by: str = ""  # the person who translated it; empty: a machine, or before there were accounts

    def kept(self) -> dict[str, Any]:
        return asdict(self)


class EditionText(models.Model):
    """The words of an edition in one language. The source never changes; translations get better."""

    class State(models.TextChoices):
        SOURCE = "source", _("original text")
        MACHINE = "machine", _("machine translation, not reviewed")
        HUMAN = "human", _("translated by a person")
        REVIEWED = "reviewed", _("translated and reviewed")
        OUT_OF_DATE = "out_of_date", _("translation of an earlier text")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State.choices)
    title = models.CharField(max_length=500)
    summary = models.TextField()
    how_to_apply = models.TextField(blank=True)
    needs_law = models.TextField(blank=True)
    needs_staff = models.TextField(blank=True)
    needs_time = models.TextField(blank=True)
    needs_money = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    limits = models.TextField(blank=True)
    # null where the text says it all: every section in its state, of its edition
    sections = models.JSONField(null=True, blank=True, help_text="of a translation: see `Section`")

    class Meta:
        ordering = ["edition", "language"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "language"], name="edition_text_once_a_language")
        ]

    def __str__(self):
        return f"{self.edition_id} {self.language}"

    @property
    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PROSE}

    def section(self, name: str) -> "Section":
        kept = (self.sections or {}).get(name)
        return Section(**kept) if kept else Section(self.state, self.edition.number)

    def behind(self) -> list[str]:
        """The sections that translate the source of an earlier edition."""
        if self.state != self.State.OUT_OF_DATE:
            return []
        return [name for name in PROSE if self.section(name).of < self.edition.number]


class Tag(models.Model):
    """What the current edition of a practice can be filtered by: one row a facet value, kept by the flows. Of
    a collection also what it gathers, under GATHERS.
    """

    GATHERS = "gathers"

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="tags")
    facet = models.CharField(max_length=20)
    code = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "facet", "code"], name="tag_once")]
        indexes = [models.Index(fields=["facet", "code", "practice"], name="tag_by_value")]

    def __str__(self):
        return f"{self.practice_id} {self.facet}={self.code}"


class Version(models.Model):
    """One row: how often the compendium has changed. See version.py."""

    number = models.PositiveBigIntegerField()

    def __str__(self):
        return str(self.number)


class Gap(models.Model):
    """A question that found nothing, kept because its asker wanted the editors to know."""

    text = models.TextField()
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="an editor has seen to it")

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self):
        return self.text[:60]


__all__ = [
    "COLLECTION",
    "NEEDS",
    "PROSE",
    "Application",
    "Comment",
    "Conflict",
    "Draft",
    "DraftRevision",
    "Edition",
    "EditionText",
    "Gap",
    "Link",
    "Practice",
    "Reminded",
    "ReplacedText",
    "Section",
    "Signal",
    "Tag",
    "Translation",
    "Version",
    "Withdrawal",
]
