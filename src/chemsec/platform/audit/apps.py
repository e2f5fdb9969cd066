from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "chemsec.platform.audit"
    label = "audit"

    def ready(self):
        from . import access, checks  # noqa: F401  declare the rule and the check, once the apps are there
