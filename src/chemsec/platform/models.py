"""What every room stands on: reference data, which only `load_reference` edits, and background work."""

from django.db import models


class RegionalGroup(models.TextChoices):
    """The five regional groups of the States Parties; their names in six languages stand in `Region`."""

    AFRICA = "africa"
    ASIA = "asia"
    EASTERN_EUROPE = "eastern_europe"
    GRULAC = "grulac"
    WEOG = "weog"


class State(models.Model):
    """A State Party to the Convention, by the short names that the United Nations uses."""

    iso3 = models.CharField(max_length=3, primary_key=True)
    iso2 = models.CharField(max_length=2, unique=True)
    group = models.CharField(max_length=20, choices=RegionalGroup.choices)
    names = models.JSONField(help_text="language -> short name")
    also = models.JSONField(default=dict, help_text="language -> everyday names, for matching a question")

    class Meta:
        ordering = ["iso3"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group__in=RegionalGroup.values), name="state_group_is_a_regional_group"
            )
        ]

    def __str__(self):
        return self.names["en"]


class Region(models.Model):
    """A part of the world that a practice can be meant for: a regional group, or a region that one names."""

    code = models.CharField(max_length=120, primary_key=True)
    names = models.JSONField(help_text="language -> name")
    groups = models.JSONField(default=list, help_text="codes of the regional groups that it touches")
    members = models.JSONField(
        default=list, help_text="ISO 3166-1 alpha-3 codes of the States that it covers"
    )

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return self.names["en"]


class Concept(models.Model):
    """One entry of a controlled vocabulary (SKOS), with a stable code."""

    scheme = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    labels = models.JSONField(help_text="language -> name")
    definitions = models.JSONField(help_text="language -> one line that explains it")
    alt_labels = models.JSONField(default=dict, help_text="language -> list of other words for it")
    examples = models.JSONField(default=dict, help_text="language -> list of problems in everyday words")

    class Meta:
        ordering = ["scheme", "order"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="concept_once_in_its_scheme")]

    def __str__(self):
        return f"{self.scheme}/{self.code}"


class Article(models.Model):
    """An article of the Convention that bears on chemical security: a way into the compendium."""

    code = models.CharField(max_length=60, primary_key=True)
    number = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()
    names = models.JSONField(help_text="language -> title")
    notes = models.JSONField(help_text="language -> why it bears on chemical security")
    measure_kinds = models.JSONField(default=list)
    stages = models.JSONField(default=list)

    class Meta:
        ordering = ["order"]

    def __str__(self):
        return f"{self.number} {self.names['en']}"


class LoadedContent(models.Model):
    """Which content files this database holds, so that a start loads only what has changed."""

    name = models.CharField(max_length=60, primary_key=True)
    digest = models.CharField(max_length=64)


class WorkerHeartbeat(models.Model):
    """A worker process that lives; one that is silent for too long counts as dead and loses its jobs."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()


class Effect(models.Model):
    """Something that a job has done and must not do again when it is run again."""

    key = models.CharField(max_length=200, primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Progress(models.Model):
    """How far a job has come, for whoever waits for it."""

    job_id = models.UUIDField(primary_key=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=200, default="")
    file = models.CharField(max_length=200, default="", help_text="path of the result under MEDIA_ROOT")
    updated_at = models.DateTimeField(auto_now=True)


class CacheEntry(models.Model):
    """The table of Django's DatabaseCache, with the columns that it expects."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)


class SentForm(models.Model):
    """A form that made something, so that it isn't carried out twice; see sent.py. Kept for a day."""

    digest = models.CharField(max_length=64, primary_key=True, help_text="of who sent what and where, keyed")
    led_to = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
