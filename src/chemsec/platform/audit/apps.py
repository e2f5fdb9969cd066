from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "chemsec.platform.audit"
    label = "audit"

    def ready(self):
        from chemsec.platform import jobs

        from . import checkpoints, checks  # noqa: F401  checks register themselves, once the apps are there

        jobs.hourly(checkpoints.sign)
