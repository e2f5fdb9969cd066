from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "chemsec.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.conf import settings

        from chemsec.kernel import tokens
        from chemsec.platform import health

        from .indexing import is_ready

        tokens.chinese_dictionary_directory = settings.CHEMSEC_DATA_DIR / "search"
        health.register("search index", is_ready)
