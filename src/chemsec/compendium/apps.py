from django.apps import AppConfig


class CompendiumConfig(AppConfig):
    name = "chemsec.compendium"
    label = "compendium"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from chemsec.search import registry  # models must be loaded before a source can be asked

        from .findable import Practices

        registry.register(Practices())
