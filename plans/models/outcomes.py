"""What became of a plan's rows, as its last certified report says: written by `progress` alone.

A row of the plan as approved is named by its `lineage`. A figure is entered once, in a report; from
its certification on it stands here, and is read from here by the amendment, the gate, the decision,
the ledger and the public page. A later report, or a correction, takes its place.
"""

from django.db import models
from django.db.models import Q

from plans.models.plans import Plan


class Outcome(models.Model):
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="%(class)s_set")
    lineage = models.UUIDField(help_text="Of the row of the plan.")
    report = models.CharField(
        max_length=60, help_text="The report that says it: “progress/12”, “expenditure/7”."
    )
    certified_at = models.DateTimeField(help_text="When that report was certified.")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(name="%(class)s_one_of_a_row", fields=["plan", "lineage"])
        ]


class StrategyOutcome(Outcome):
    """How a strategy was carried out, and its milestones by the report's date."""

    status = models.CharField(max_length=12, help_text="progress.models.Implementation.")
    sentence = models.TextField(blank=True)
    milestones_due = models.PositiveSmallIntegerField(default=0)
    milestones_kept = models.PositiveSmallIntegerField(
        default=0, help_text="Done by their date; those done late are counted apart."
    )
    milestones_late = models.PositiveSmallIntegerField(default=0)

    class Meta(Outcome.Meta):
        constraints = [
            *Outcome.Meta.constraints,
            models.CheckConstraint(
                name="strategyoutcome_milestones_add_up",
                condition=Q(
                    milestones_due__gte=models.F("milestones_kept") + models.F("milestones_late")
                ),
            ),
        ]


class TargetOutcome(Outcome):
    """The actual figure of a target; none where it is not yet available, and the day it will be."""

    actual = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    suppressed = models.CharField(
        max_length=10, blank=True, help_text="As published, * or <5, where the number is not."
    )
    measured_in = models.CharField(max_length=20, blank=True, help_text="A school year: 2026-27.")
    source = models.TextField(blank=True)
    available_on = models.DateField(null=True, blank=True)

    class Meta(Outcome.Meta):
        pass


class LineOutcome(Outcome):
    """What was spent of a budget line, whole US dollars since July 1, as of a day.

    Of every line of the approved plan of this district's money; those of one object code and
    funding source add up to what the report says of that code.
    """

    class Basis(models.TextChoices):
        REPORTED = "reported", "Reported line by line"
        BY_SHARE = "by_share", "By its share of the object code’s budget"

    obligated = models.BigIntegerField()
    expended = models.BigIntegerField()
    basis = models.CharField(max_length=8, choices=Basis)
    as_of = models.DateField()

    class Meta(Outcome.Meta):
        pass
