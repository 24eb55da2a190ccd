"""What Django should know about the project itself."""

from importlib import import_module

from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alliance"

    def ready(self):
        import_module("alliance.deployment")  # registers its checks
