"""An expenditure report: what was obligated and expended, by object code first (R47, R51, R52)."""

from django.db import models
from django.db.models import Q

from plans.models import BudgetLine, DraftRow
from progress.models.reports import (
    AbstractReport,
    AbstractReportEvent,
    AbstractReportSignature,
    AbstractReportVersion,
    AbstractVoiding,
)


class ExpenditureReport(AbstractReport):
    """Cumulative since July 1 of the plan's fiscal year, as of the period's last day."""

    class Period(models.TextChoices):
        FIRST_QUARTER = "q1", "First quarter"
        SECOND_QUARTER = "q2", "Second quarter"
        THIRD_QUARTER = "q3", "Third quarter"
        ANNUAL = "annual", "Annual"

    period = models.CharField(max_length=6, choices=Period)
    as_of = models.DateField(help_text="September 30, December 31, March 31, or June 30.")

    class Meta(AbstractReport.Meta):
        constraints = [
            *AbstractReport.Meta.constraints,
            models.UniqueConstraint(
                name="expenditurereport_one_stands_for_a_period",
                fields=["plan", "period"],
                condition=~Q(status="superseded"),
            ),
            models.CheckConstraint(
                name="expenditurereport_period_is_known",
                condition=Q(period__in=["q1", "q2", "q3", "annual"]),
            ),
        ]

    def __str__(self):
        return f"{self.get_period_display()} expenditure report, {self.plan}"


class CodeSpending(DraftRow):
    """One object code of one funding source: whole US dollars since July 1."""

    class Split(models.TextChoices):
        BY_SHARE = "by_share", "By each line’s share of the budget"
        BY_LINE = "by_line", "Line by line"

    report = models.ForeignKey(ExpenditureReport, models.CASCADE, related_name="codes")
    funding_source = models.CharField(
        max_length=13,
        choices=[choice for choice in BudgetLine.FundingSource.choices if choice[0] != "other"],
    )
    object_code = models.CharField(max_length=8)
    budgeted = models.BigIntegerField(help_text="In the approved plan as revised.")
    obligated = models.BigIntegerField(null=True, blank=True)
    expended = models.BigIntegerField(null=True, blank=True)
    over_reason = models.TextField(blank=True, help_text="Why it is more than 10% over (R52).")
    split = models.CharField(max_length=8, choices=Split, default=Split.BY_SHARE)

    class Meta(DraftRow.Meta):
        constraints = [
            *DraftRow.Meta.constraints,
            models.UniqueConstraint(
                name="codespending_one_for_each_code",
                fields=["report", "funding_source", "object_code"],
            ),
        ]


class LineSpending(DraftRow):
    """What of an object code went to one budget line; `lineage` is the line's."""

    code = models.ForeignKey(CodeSpending, models.CASCADE, related_name="lines")
    expended = models.BigIntegerField(null=True, blank=True)

    class Meta(DraftRow.Meta):
        constraints = [
            *DraftRow.Meta.constraints,
            models.UniqueConstraint(
                name="linespending_one_for_each_line", fields=["code", "lineage"]
            ),
        ]


class ExpenditureVersion(AbstractReportVersion):
    report = models.ForeignKey(ExpenditureReport, models.PROTECT, related_name="versions")

    class Meta(AbstractReportVersion.Meta):
        constraints = [
            *AbstractReportVersion.Meta.constraints,
            models.UniqueConstraint(
                name="expenditureversion_unique_number", fields=["report", "number"]
            ),
        ]


class ExpenditureSignature(AbstractReportSignature):
    version = models.ForeignKey(ExpenditureVersion, models.PROTECT, related_name="signatures")


class ExpenditureVoiding(AbstractVoiding):
    version = models.OneToOneField(ExpenditureVersion, models.PROTECT, related_name="voiding")


class ExpenditureEvent(AbstractReportEvent):
    report = models.ForeignKey(ExpenditureReport, models.PROTECT, related_name="events")
    version = models.ForeignKey(
        ExpenditureVersion, models.PROTECT, null=True, blank=True, related_name="events"
    )
