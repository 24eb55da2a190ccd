"""What Django should know about this app."""

from django.apps import AppConfig

from districts.forms import sentences


class DistrictsConfig(AppConfig):
    name = "districts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        sentences.say_them()
