from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "chemsec.platform.files"
    label = "files"

    def ready(self):
        from . import access, storing  # noqa: F401  declare the rule, register what is due every hour
