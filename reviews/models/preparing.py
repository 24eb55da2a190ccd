"""What an approval will say, written before the act."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import paired
from plans.models import Plan, PlanEvent
from reviews.models.reviewing import Determination


class PreparedDecision(models.Model):
    """What an approval will say, written before it is made: findings and conditions.

    Rows are added, never changed; the last for what was handed in is the one that is signed. It
    never shows to a district.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="prepared_decisions")
    submission = models.ForeignKey(
        PlanEvent, models.PROTECT, related_name="+", help_text="Of the version that it is about."
    )
    implementation = models.CharField(max_length=15, choices=Determination.Implementation)
    implementation_reasons = models.TextField()
    performance = models.CharField(max_length=10, choices=Determination.Performance)
    performance_reasons = models.TextField()
    conditions = models.JSONField(default=list, blank=True, help_text="Pairs of text and day.")
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="prepareddecision_gives_reasons",
                condition=~Q(implementation_reasons="") & ~Q(performance_reasons=""),
            ),
            paired("prepareddecision", "prepared"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
