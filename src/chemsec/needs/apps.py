from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "chemsec.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .questionnaires import items  # noqa: F401  registers with My desk; models must be loaded
