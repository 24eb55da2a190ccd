"""What the Department does while it looks over the work: nudges, and views that people name."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models import District
from districts.models.constraints import paired
from plans.models import Cycle


class Nudge(models.Model):
    """A letter to a quiet district, asking whether it needs help with the plan it owes."""

    district = models.ForeignKey(District, models.PROTECT, related_name="nudges")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="nudges")
    key = models.UUIDField(unique=True, help_text="The same form sent twice is one nudge.")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [paired("nudge", "sent")]
        indexes = [models.Index(fields=["district", "cycle", "-sent_at"], name="nudge_latest")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"nudge to {self.district_id} for FY{self.cycle_id}"


class SavedView(models.Model):
    """A person's own name for the query of a list: all that the list shows is in its address."""

    LONGEST_NAME = 60
    LONGEST_QUERY = 500
    MOST = 20  # for one person

    class List(models.TextChoices):
        QUEUE = "queue", "Review queue"
        PLANS = "plans", "Plans and days"
        LATE = "late", "What is late"
        DOLLARS = "dollars", "Dollars"
        QUIET = "quiet", "Quiet districts"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    list = models.CharField(max_length=10, choices=List)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True, help_text="Without its “?”.")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="savedview_name_is_used_once", fields=["person", "list", "name"]
            ),
            models.CheckConstraint(name="savedview_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return self.name
