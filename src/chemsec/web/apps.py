from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "chemsec.web"
    label = "web"
