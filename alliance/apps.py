"""What Django should know about the project itself."""

from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alliance"
