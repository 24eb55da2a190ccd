"""The report of one school: what it did and spent in a year. Its tables are made in the test."""

from django.db import models

from plans.models import (
    AbstractSignature,
    AbstractVersion,
    AbstractVoiding,
    DraftRow,
    Signable,
)


class Report(Signable):
    school = models.CharField(max_length=50)

    class Meta:
        app_label = "small"


class Spending(DraftRow):
    """One thing the school paid for."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="spending")
    what = models.TextField(blank=True)
    budgeted = models.BigIntegerField(null=True, help_text="US dollars.")
    spent = models.BigIntegerField(null=True, help_text="US dollars.")

    class Meta(DraftRow.Meta):
        app_label = "small"


class ReportVersion(AbstractVersion):
    report = models.ForeignKey(Report, models.PROTECT, related_name="versions")

    class Meta(AbstractVersion.Meta):
        app_label = "small"


class ReportSignature(AbstractSignature):
    class Capacity(models.TextChoices):
        PRINCIPAL = "principal", "Principal"
        TREASURER = "treasurer", "Treasurer"

    version = models.ForeignKey(ReportVersion, models.PROTECT, related_name="signatures")
    capacity = models.CharField(max_length=9, choices=Capacity)

    class Meta(AbstractSignature.Meta):
        app_label = "small"


class ReportVoiding(AbstractVoiding):
    version = models.OneToOneField(ReportVersion, models.PROTECT, related_name="voiding")

    class Meta(AbstractVoiding.Meta):
        app_label = "small"


TABLES = [Report, Spending, ReportVersion, ReportSignature, ReportVoiding]
