"""What every report on an approved plan has: its status, its versions, who certified it, its acts.

A report is edited as rows, closed as a version, and certified by signing that version (R51).
Two kinds of report have tables of their own made of these: of progress, and of expenditure.
"""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from districts.models.constraints import in_order, paired
from plans.models import (
    AbstractSignature,
    AbstractVersion,
    AbstractVoiding,
    Act,
    Plan,
    PlanVersion,
    Signable,
    digest_is_a_hash,
)
from progress.workflow import WITH_REASON, ReportStatus, ReportStep


class ReportQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """All but those that another report has taken the place of."""
        return self.exclude(status=ReportStatus.SUPERSEDED)

    def with_closing(self) -> Self:
        """With `is_closed`: whether a version is its text as it stands."""
        versions: Any = self.model._meta.get_field("versions").related_model
        closed = versions._default_manager.filter(
            report=OuterRef("pk"), edition=OuterRef("edition")
        )
        return self.annotate(is_closed=Exists(closed))


class AbstractReport(Signable):
    """A report of a district on one approved plan and period, measured against a version of it."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="%(class)s_set")
    status = models.CharField(
        max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT, editable=False
    )
    measured_against = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        related_name="+",
        help_text="The approved plan, as revised on the report's date. Later revisions change it "
        "not.",
    )
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.TextField(
        blank=True, default="", help_text="Why it takes the place of the one before."
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who closed the version that is certified.",
    )
    certified_at = models.DateTimeField(null=True, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    is_closed: bool  # where it was read `with_closing`

    objects = ReportQuerySet.as_manager()

    events: Any

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_status_is_known", condition=Q(status__in=ReportStatus.values)
            ),
            models.CheckConstraint(
                name="%(class)s_preparer_does_not_certify",
                condition=Q(certified_by=None) | ~Q(certified_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="%(class)s_a_correction_says_why",
                condition=Q(supersedes=None) | ~Q(reason=""),
            ),
            paired("%(class)s", "started"),
            paired("%(class)s", "certified"),
            in_order("%(class)s", "started_at", "certified_at"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class AbstractReportVersion(AbstractVersion):
    class Meta(AbstractVersion.Meta):
        abstract = True


class AbstractReportSignature(AbstractSignature):
    """The certification of one frozen version, by somebody who did not prepare it."""

    class Capacity(models.TextChoices):
        CERTIFIER = "certifier", "Certifying officer"

    capacity = models.CharField(max_length=14, choices=Capacity)

    class Meta(AbstractSignature.Meta):
        abstract = True


class AbstractReportEvent(Act):
    """One step a report took. Rows are added, never changed."""

    step = models.CharField(max_length=12, choices=ReportStep)
    source = models.CharField(max_length=12, choices=ReportStatus)
    target = models.CharField(max_length=12, choices=ReportStatus)
    reason = models.TextField(blank=True)
    key = models.UUIDField(
        db_default=RandomUUID(), help_text="The same key twice is one act, answered twice."
    )
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(name="%(class)s_key_is_used_once", fields=["report", "key"]),
            models.CheckConstraint(
                name="%(class)s_says_why_where_it_must",
                condition=~Q(step__in=sorted(WITH_REASON)) | ~Q(reason=""),
            ),
            paired("%(class)s", "taken"),
            digest_is_a_hash("%(class)s"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


__all__ = [
    "AbstractReport",
    "AbstractReportEvent",
    "AbstractReportSignature",
    "AbstractReportVersion",
    "AbstractVoiding",
]
