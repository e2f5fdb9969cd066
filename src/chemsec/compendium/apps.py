from django.apps import AppConfig


class CompendiumConfig(AppConfig):
    name = "chemsec.compendium"
    label = "compendium"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from chemsec.platform import caching  # models must be loaded before a source can be asked
        from chemsec.search import registry

        from . import items, version  # noqa: F401  registers histories of practices
        from .applications import items as applications  # noqa: F401  registers with My desk
        from .drafts import items as drafts  # noqa: F401  likewise
        from .findable import Practices
        from .translations import items as translations  # noqa: F401  likewise
        from .upkeep import items as upkeep  # noqa: F401  likewise
        from .upkeep import tasks  # noqa: F401  registers what is due every hour

        registry.register(Practices())
        caching.watch(version.current)
