"""More time for a report: as for a plan (`plans.models.extensions`), of each report by itself."""

from django.db import models

from plans.models import AbstractExtension, Plan


class ReportExtension(AbstractExtension):
    """Of one report of a plan, whether or not it was started."""

    OF = ("plan", "report")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="report_extensions")
    report = models.CharField(
        max_length=30, help_text="Its kind and period, as `progress.calendar.report_key` has them."
    )

    class Meta(AbstractExtension.Meta):
        constraints = [
            models.UniqueConstraint(
                name="reportextension_unique_number", fields=["plan", "report", "number"]
            ),
            *AbstractExtension.Meta.constraints,
        ]
