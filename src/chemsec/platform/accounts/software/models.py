"""How a person's own software gets in: API keys and the secret address of their calendar."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chemsec.platform.text import plain


class ApiKey(models.Model):
    """Lets a program act for a person in one organisation, within its scopes. Its token isn't kept."""

    class Scope(models.TextChoices):
        DESK_READ = "desk:read", _("Read my desk")
        DRAFTS_READ = "drafts:read", _("Read the drafts that I may see")
        DRAFTS_WRITE = "drafts:write", _("Begin and change drafts of my organisation; it can’t submit them")

    id = models.CharField(
        primary_key=True, max_length=12, help_text="stands in the token, so that it can be recognised"
    )
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="api_keys")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80, validators=[plain])
    scopes = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_on = models.DateField(null=True, blank=True, help_text="the last day on which it was used")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="revoked")

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name"],
                condition=models.Q(ended_at__isnull=True),
                name="api_key_named_once",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def scope_names(self) -> list[str]:
        return [str(self.Scope(scope).label) for scope in self.scopes]


class CalendarFeed(models.Model):
    """A secret address under which a person's calendar reads what has a date on their desks."""

    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="revoked, or replaced by another")

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at__isnull=True), name="calendar_feed_once"
            )
        ]
