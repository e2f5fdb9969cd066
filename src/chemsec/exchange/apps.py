from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "chemsec.exchange"
    label = "exchange"
