"""What the Department concludes: recommendations, and the Commissioner's determinations."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models import Delegation
from districts.models.constraints import paired
from plans.models import Plan, PlanVersion


class Recommendation(models.Model):
    """A reviewer's word to the Commissioner on one version. It never shows to a district."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="recommendations")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="recommendation_says_why", condition=~Q(text="")),
            paired("recommendation", "made"),
        ]


class Determination(models.Model):
    """The Commissioner's approval, with findings on implementation and performance (R34, R39)."""

    class Implementation(models.TextChoices):
        CARRIED_OUT = "carried_out", "Carried out"
        LARGELY = "largely", "Largely carried out"
        NOT_CARRIED_OUT = "not_carried_out", "Not carried out"
        FIRST_PLAN = "first_plan", "No plan to look back on in this system"

    class Performance(models.TextChoices):
        MET = "met", "Targets met"
        PROGRESS = "progress", "Progress"
        NOT_MET = "not_met", "Not met"
        FIRST_PLAN = "first_plan", "No plan to look back on in this system"

    plan = models.OneToOneField(Plan, models.PROTECT, related_name="determination")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    implementation = models.CharField(max_length=15, choices=Implementation)
    implementation_reasons = models.TextField()
    performance = models.CharField(max_length=10, choices=Performance)
    performance_reasons = models.TextField()
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Set where a delegate decided in the Commissioner's name.",
    )
    amount = models.BigIntegerField(help_text="Whole US dollars the board may spend.")
    letter = models.TextField(help_text="The decision letter, as it left.")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="determination_gives_reasons",
                condition=~Q(implementation_reasons="") & ~Q(performance_reasons=""),
            ),
            models.CheckConstraint(
                name="determination_amount_is_not_negative", condition=Q(amount__gte=0)
            ),
            paired("determination", "decided"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
