"""What a district says to a warning: while it writes, and as it stood when a text was closed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import paired
from plans.models.plans import Plan, PlanVersion

LONGEST = 300  # characters: one line
KEPT = pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)


class WarningReason(models.Model):
    """One line said to a warning of a draft. The latest said to it holds; empty takes it back."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="warning_reasons")
    mark = models.CharField(max_length=64, help_text="What tells the warning from all others.")
    rule = models.CharField(max_length=8)
    lineage = models.CharField(max_length=36, blank=True, help_text="Of its row, if it is of one.")
    field = models.CharField(max_length=60, blank=True)
    sentence = models.TextField(help_text="The warning, as it read when this was said.")
    text = models.CharField(max_length=LONGEST, blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="warningreason_mark_is_a_hash", condition=Q(mark__regex=r"^[0-9a-f]{64}$")
            ),
            paired("warningreason", "said"),
        ]
        indexes = [models.Index(fields=["plan", "mark", "-id"], name="warningreason_latest")]
        triggers = [KEPT]


class VersionWarning(models.Model):
    """A warning that stood when the version was closed, with what was said to it by then.

    Kept beside the text and not in it: the hash that is signed is of the plan alone.
    """

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="warnings")
    position = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=8)
    section = models.CharField(max_length=20)
    sentence = models.TextField()
    citation = models.CharField(max_length=100)
    reason = models.CharField(max_length=LONGEST, blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="versionwarning_unique_position", fields=["version", "position"]
            ),
            paired("versionwarning", "said"),
        ]
        triggers = [KEPT]
