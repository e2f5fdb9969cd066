from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "chemsec.needs"
    label = "needs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # they register with My desk; models must be loaded
        from .exercises import items as _exercises  # noqa: F401
        from .questionnaires import items as _questionnaires  # noqa: F401
        from .responses import items as _responses  # noqa: F401
