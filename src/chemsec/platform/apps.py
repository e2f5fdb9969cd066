from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "chemsec.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import checks, sent  # noqa: F401  register the system checks, and what is due every hour
