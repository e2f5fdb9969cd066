"""What is being translated."""

from django.db import models


class Translation(models.Model):
    """Words for a practice in another language that don't stand in its edition yet: one working copy for each
    language, whoever works on it.
    """

    practice = models.ForeignKey("compendium.Practice", on_delete=models.PROTECT, related_name="translations")
    language = models.CharField(max_length=10)
    words = models.JSONField(default=dict, help_text="field -> text, of the fields that were worked on")
    of = models.JSONField(default=dict, help_text="field -> number of the edition whose source it translates")
    by = models.JSONField(default=dict, help_text="field -> person who wrote it last")
    offered_at = models.DateTimeField(null=True, help_text="when a translator said that it can be reviewed")
    offered_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    sent_back = models.TextField(blank=True, default="", help_text="what a reviewer says should be different")
    sent_back_at = models.DateTimeField(null=True)
    sent_back_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [models.UniqueConstraint(fields=["practice", "language"], name="translation_once")]

    def __str__(self):
        return f"{self.practice_id} {self.language}"


class ReplacedText(models.Model):
    """Words of a translation that readers saw until others were put in their place."""

    practice = models.ForeignKey("compendium.Practice", on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField(help_text="the number of the one in which they stood")
    language = models.CharField(max_length=10)
    words = models.JSONField(help_text="field -> text")
    replaced_at = models.DateTimeField(auto_now_add=True)
    replaced_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-replaced_at", "-pk"]
        indexes = [models.Index(fields=["practice", "language"], name="replaced_by_practice")]

    def __str__(self):
        return f"{self.practice_id} {self.language} {self.edition}"
