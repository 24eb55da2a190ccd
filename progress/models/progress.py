"""A progress report: how each strategy is carried out, and what each target came to (R49)."""

from django.db import models
from django.db.models import Q

from plans.models import DraftRow
from progress.models.reports import (
    AbstractReport,
    AbstractReportEvent,
    AbstractReportSignature,
    AbstractReportVersion,
    AbstractVoiding,
)


class Implementation(models.TextChoices):
    """How a strategy stands. Discontinued says why, and leaves the share that is computed."""

    NOT_STARTED = "not_started", "Not started"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"
    COMPLETE = "complete", "Complete"
    DISCONTINUED = "discontinued", "Discontinued"


class ProgressReport(AbstractReport):
    class Period(models.TextChoices):
        MID_YEAR = "mid_year", "Mid-year"
        END_OF_YEAR = "end_of_year", "End of year"

    period = models.CharField(max_length=11, choices=Period)

    class Meta(AbstractReport.Meta):
        constraints = [
            *AbstractReport.Meta.constraints,
            models.UniqueConstraint(
                name="progressreport_one_stands_for_a_period",
                fields=["plan", "period"],
                condition=~Q(status="superseded"),
            ),
            models.CheckConstraint(
                name="progressreport_period_is_known",
                condition=Q(period__in=["mid_year", "end_of_year"]),
            ),
        ]

    def __str__(self):
        return f"{self.get_period_display()} progress report, {self.plan}"


class ProgressRow(DraftRow):
    """What is said of one row of the approved plan; `lineage` is that row's."""

    report = models.ForeignKey(ProgressReport, models.CASCADE, related_name="%(class)s_set")

    class Meta(DraftRow.Meta):
        abstract = True
        constraints = [
            *DraftRow.Meta.constraints,
            models.UniqueConstraint(
                name="%(class)s_one_for_each_row_of_the_plan", fields=["report", "lineage"]
            ),
        ]


class StrategyProgress(ProgressRow):
    status = models.CharField(max_length=12, choices=Implementation, blank=True)
    sentence = models.TextField(blank=True, help_text="How it goes, or why it was discontinued.")
    evidence = models.TextField(blank=True, help_text="What shows it.")


class MilestoneProgress(ProgressRow):
    done_on = models.DateField(null=True, blank=True)
    moved_to = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="Why it was moved, or how it was done.")


class TargetResult(ProgressRow):
    """An actual figure with its source; or none yet, and the day it will be there."""

    actual = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    measured_in = models.CharField(
        max_length=20, blank=True, help_text="The school year of the figure: 2026-27."
    )
    source = models.TextField(blank=True)
    available_on = models.DateField(
        null=True, blank=True, help_text="When a figure that is not there yet will be."
    )


class ProgressVersion(AbstractReportVersion):
    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="versions")

    class Meta(AbstractReportVersion.Meta):
        constraints = [
            *AbstractReportVersion.Meta.constraints,
            models.UniqueConstraint(
                name="progressversion_unique_number", fields=["report", "number"]
            ),
        ]


class ProgressSignature(AbstractReportSignature):
    version = models.ForeignKey(ProgressVersion, models.PROTECT, related_name="signatures")


class ProgressVoiding(AbstractVoiding):
    version = models.OneToOneField(ProgressVersion, models.PROTECT, related_name="voiding")


class ProgressEvent(AbstractReportEvent):
    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="events")
    version = models.ForeignKey(
        ProgressVersion, models.PROTECT, null=True, blank=True, related_name="events"
    )
