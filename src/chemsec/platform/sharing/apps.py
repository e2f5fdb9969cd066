from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "chemsec.platform.sharing"
    label = "sharing"

    def ready(self):
        from . import access, items, tasks  # noqa: F401  declare the rules, register notices and what is due
