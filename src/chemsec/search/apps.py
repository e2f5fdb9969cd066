from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "chemsec.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.conf import settings

        from chemsec.kernel import tokens

        tokens.chinese_dictionary_directory = settings.CHEMSEC_DATA_DIR / "search"
