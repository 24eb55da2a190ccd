"""What was removed from a draft: kept whole, so that it can be brought back."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import in_order, paired
from plans.models.plans import Plan


class RemovalQuerySet(models.QuerySet["Removal"]):
    def open(self):
        """What is still out of its plan, the latest first."""
        return self.filter(brought_back_at=None).order_by("-removed_at", "-pk")

    def of(self, lineage):
        """Those that hold the row of this lineage."""
        return self.filter(rows__contains=[{"fields": {"lineage": str(lineage)}}])


class Removal(models.Model):
    """A row taken out of a draft, with all that went with it.

    The rows are gone from their tables, so no reader of a plan can meet them. They are here as
    they were, with their keys and lineages: what is brought back is the same row again.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="removals")
    kind = models.CharField(max_length=20, help_text="Of the row that was removed.")
    number = models.CharField(max_length=12, blank=True, help_text="In its list, when it went.")
    title = models.CharField(max_length=200, blank=True, help_text="What it was called.")
    went_along = models.JSONField(
        default=dict, blank=True, help_text="How many rows went with it, by kind."
    )
    rows = models.JSONField(help_text="As they were, parents before their children.")
    ticks = models.JSONField(
        default=dict,
        blank=True,
        help_text="Which targets a strategy named that named one of these, by its lineage.",
    )
    reason = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Why, in the district's words: asked where it was in last year's plan (R33).",
    )
    removed_at = models.DateTimeField()
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    brought_back_at = models.DateTimeField(null=True, blank=True)
    brought_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RemovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="removal_keeps_rows", condition=~Q(rows=[])),
            paired("removal", "removed"),
            paired("removal", "brought_back"),
            in_order("removal", "removed_at", "brought_back_at"),
        ]

    def __str__(self):
        return f"{self.kind} {self.number}"
