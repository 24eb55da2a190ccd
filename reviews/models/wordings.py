"""Example wordings of required changes, which program managers keep for all who write a return."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import in_order, paired


class WordingQuerySet(models.QuerySet["Wording"]):
    def in_use(self):
        return self.filter(retired_at=None)


class Wording(models.Model):
    """One example. What was asked with it before stays as it was asked, whatever becomes of it."""

    name = models.CharField(max_length=80)
    section = models.CharField(max_length=20, blank=True, help_text="Empty: of any section.")
    text = models.TextField()
    version = models.PositiveIntegerField(default=1, help_text="Rises with every save.")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = WordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="wording_one_of_a_name_in_use", fields=["name"], condition=Q(retired_at=None)
            ),
            models.CheckConstraint(name="wording_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="wording_says_something", condition=~Q(text="")),
            paired("wording", "saved"),
            paired("wording", "retired"),
            in_order("wording", "saved_at", "retired_at"),
        ]

    def __str__(self):
        return self.name
