from django.apps import AppConfig


class VaultTestsConfig(AppConfig):
    name = "chemsec.platform.vault.tests"
    label = "vault_tests"
