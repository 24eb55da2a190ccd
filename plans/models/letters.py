"""Which letters a step of a plan, or the closing of a version, has brought about."""

from django.db import models
from django.db.models import Q

from notices.models import Notice
from plans.models.plans import PlanEvent, PlanVersion


class PlanLetter(models.Model):
    """What brought a letter about. Notices knows no plans, so the row is here."""

    notice = models.OneToOneField(Notice, models.CASCADE, primary_key=True, related_name="+")
    event = models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        help_text="The step it tells of.",
    )
    version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        help_text="The version it asks to sign or to submit, or says is void.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="planletter_has_one_cause",
                condition=Q(event__isnull=False, version=None)
                | Q(event=None, version__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.notice_id}"
