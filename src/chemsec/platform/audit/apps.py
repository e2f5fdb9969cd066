from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "chemsec.platform.audit"
    label = "audit"

    def ready(self):
        from chemsec.platform import jobs

        from . import access, checkpoints, checks  # noqa: F401  declare the rule and the check

        jobs.hourly(checkpoints.sign)
