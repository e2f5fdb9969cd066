from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "chemsec.platform.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import access, items, receivers  # noqa: F401  declare rules, notices, items of My desk; listen
        from .software import access as software  # noqa: F401  likewise
