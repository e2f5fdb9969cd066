"""Who is who: persons, organisations, and what a person may do for an organisation."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from chemsec.platform import taxonomy
from chemsec.platform.invented import marked
from chemsec.platform.models import RegionalGroup, State
from chemsec.platform.text import plain

from .software.models import ApiKey, CalendarFeed


class Role(models.TextChoices):
    """What a membership lets a person do. Those of the Secretariat stand last."""

    FOCAL_POINT = "focal_point", _("focal point")
    CONTRIBUTOR = "contributor", _("contributor")
    READER = "reader", _("reader")
    EDITOR = "editor", _("editor")
    OFFICER = "officer", _("programme officer")
    REGISTRAR = "registrar", _("registrar")
    ADMINISTRATOR = "administrator", _("administrator")


IN_THE_SECRETARIAT = (Role.EDITOR, Role.OFFICER, Role.REGISTRAR, Role.ADMINISTRATOR)


class People(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **facts) -> "Person":
        person = self.model(email=self.normalise(email), **facts)
        person.set_password(password)
        person.full_clean()
        person.save()
        return person

    @staticmethod
    def normalise(email: str) -> str:
        return email.strip().lower()

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=self.normalise(username or ""))


class Person(AbstractBaseUser):
    """Somebody with an account. No person has rights of their own: memberships give them."""

    class Digest(models.TextChoices):
        OFF = "off", _("no e-mail")
        DAILY = "daily", _("one e-mail a day")
        AT_ONCE = "at_once", _("an e-mail at once")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, validators=[plain])
    language = models.CharField(max_length=10, default="en", help_text="that messages to them are written in")
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.DAILY)
    digest_at = models.DateTimeField(
        null=True, blank=True, help_text="when the last one was sent, or there was no need"
    )
    warned_at = models.DateTimeField(null=True, blank=True, help_text="that it isn't used; see unused.py")
    is_active = models.BooleanField(default=True)
    closed_because = models.TextField(blank=True, help_text="of an account that an administrator closed")
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects = People()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self):
        return self.name


class Organisation(models.Model):
    """What persons act for, and what records belong to."""

    class Kind(models.TextChoices):
        STATE = "state", _("State")
        SECRETARIAT = "secretariat", _("Secretariat")
        INTERGOVERNMENTAL = "intergovernmental", _("Intergovernmental body")
        ASSOCIATION = "association", _("Industry association")
        REGIONAL = "regional", _("Regional initiative")
        COMPANY = "company", _("Company")
        ACADEMIA = "academia", _("Academia")
        CIVIL_SOCIETY = "civil_society", _("Civil society")

    # of whom a second factor is required, not only offered
    NEED_A_SECOND_FACTOR = (
        Kind.STATE,
        Kind.SECRETARIAT,
        Kind.INTERGOVERNMENTAL,
        Kind.ASSOCIATION,
        Kind.REGIONAL,
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    names = models.JSONField(help_text="language -> name; of a State its short name")
    state = models.OneToOneField(
        State, on_delete=models.PROTECT, null=True, blank=True, help_text="of a State that is real"
    )
    group = models.CharField(max_length=20, choices=RegionalGroup.choices, blank=True, help_text="of a State")
    is_fictional = models.BooleanField(default=False, help_text="invented, for the demonstration")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="state", group__in=RegionalGroup.values)
                | (~models.Q(kind="state") & models.Q(group="")),
                name="organisation_of_a_state_has_its_group",
            ),
            models.CheckConstraint(
                condition=models.Q(state__isnull=True) | models.Q(kind="state", is_fictional=False),
                name="organisation_of_a_real_state",
            ),
        ]

    def __str__(self):
        return f"{self.name}"  # plain text, also where a page would set the mark apart

    @property
    def name(self) -> str:
        """In the reader's language, as it is shown: what was invented says so."""
        return marked(self.bare_name) if self.is_fictional else self.bare_name

    @property
    def bare_name(self) -> str:
        """The same without the mark: for what the organisation says of itself."""
        return taxonomy.in_language(self.names)


class Memberships(models.QuerySet["Membership"]):
    def current(self) -> "Memberships":
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """One role of a person in an organisation; ended, never deleted: it says who could do what, and when."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = Memberships.as_manager()

    class Meta:
        ordering = ["organisation", "person", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_once_at_a_time",
            )
        ]


class Invitation(models.Model):
    """An organisation asks somebody in. Of the address that they get only a digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="accepted or taken back")

    class Meta:
        ordering = ["-invited_at"]


class Appointment(models.Model):
    """A focal point, on the State's official word: one registrar enters it, a second one confirms."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    email = models.EmailField()
    official_word = models.CharField(
        max_length=300, validators=[plain], help_text="number and date of the note verbale"
    )
    document = models.ForeignKey(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the note itself; null: entered before documents were asked for",
    )
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="confirmed or taken back")

    class Meta:
        ordering = ["entered_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("entered_by")),
                name="appointment_needs_a_second_person",
            )
        ]


class Admission(models.Model):
    """Somebody who registered asks to act for an organisation that isn't a State; the registrar decides."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ADMITTED = "admitted", _("admitted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="admissions")
    kind = models.CharField(max_length=20, choices=Organisation.Kind.choices)
    name = models.CharField(
        max_length=200, validators=[plain], help_text="of the organisation, as they wrote it"
    )
    why = models.TextField(help_text="what they do there, and how the registrar can verify it")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="for declining, as the person reads it")

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="waiting"), name="admission_asked_once_at_a_time"
            )
        ]


class Notice(models.Model):
    """Something that a person is told, on My desk and by e-mail, in their language: see notices.py."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, help_text="of the object that it is about")
    facts = models.JSONField(default=dict, help_text="what the sentence names; nothing confidential")
    told_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-told_at", "-id"]
        indexes = [models.Index(fields=["person", "read_at"], name="notice_of_a_person")]


__all__ = [
    "IN_THE_SECRETARIAT",
    "Admission",
    "ApiKey",
    "Appointment",
    "CalendarFeed",
    "Invitation",
    "Membership",
    "Notice",
    "Organisation",
    "Person",
    "Role",
]
