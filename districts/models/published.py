"""The yearly figures that the Department publishes of a district, as they were loaded."""

import pgtrigger
from django.db import models
from django.db.models import Q

from districts.measures import Group
from districts.models.districts import NEVER_DELETED, District


class HoldingManager(models.Manager):
    """Of what was ever loaded, that which holds now; `ever` has the rest."""

    def get_queryset(self):
        return super().get_queryset().filter(superseded_at=None)


class PublishedFigure(models.Model):
    """One figure of a district and a year. A missing row was not published, or not obtained.

    A row is never overwritten: where a publication was corrected, a later one takes its place.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="published_figures")
    measure = models.CharField(max_length=60, help_text="One of districts.measures.MEASURES.")
    student_group = models.CharField(max_length=30, choices=Group)
    fiscal_year = models.PositiveSmallIntegerField(
        help_text="Named by its ending year: 2025 is the school year 2024-25."
    )
    value = models.DecimalField(max_digits=14, decimal_places=4)
    source = models.CharField(max_length=300)
    loaded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True, help_text="Empty while it holds.")

    objects = HoldingManager()
    ever = models.Manager()  # noqa: DJ012

    class Meta:
        triggers = [
            pgtrigger.ReadOnly(name="never_overwritten", exclude=["superseded_at"]),
            pgtrigger.Protect(
                name="superseded_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__superseded_at__isnull=False),
            ),
            NEVER_DELETED,
        ]
        constraints = [
            models.UniqueConstraint(
                name="publishedfigure_unique_of_a_year",
                fields=["district", "measure", "student_group", "fiscal_year"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="publishedfigure_superseded_after_loading",
                condition=Q(superseded_at__isnull=True)
                | Q(superseded_at__gte=models.F("loaded_at")),
            ),
            models.CheckConstraint(
                name="publishedfigure_student_group_is_known",
                condition=Q(student_group__in=Group.values),
            ),
        ]

    def __str__(self):
        return f"{self.measure} ({self.student_group}) FY{self.fiscal_year}: {self.value}"
