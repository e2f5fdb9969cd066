from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "chemsec.platform.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import access, digests, factors, items, receivers, unused  # noqa: F401  declare, listen, do
        from .software import access as software  # noqa: F401  likewise
