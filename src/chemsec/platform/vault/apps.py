from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "chemsec.platform.vault"
    label = "vault"

    def ready(self):
        from . import checks, keys  # noqa: F401  register themselves, once the apps are there
