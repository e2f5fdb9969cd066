from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "chemsec.platform.audit"
    label = "audit"

    def ready(self):
        from . import checks  # noqa: F401  registers itself, once the apps are there
