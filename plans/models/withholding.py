"""What a withholding says, corrected: the step itself is never changed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models import Delegation
from districts.models.constraints import paired
from plans.models.plans import PlanEvent


class WithholdingCorrection(models.Model):
    """The words of a withholding as they stand since, with what is corrected and why.

    The last of an event is what stands (§ 10-262u(f)). The event keeps the words it was taken with.
    """

    event = models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        related_name="withholding_corrections",
        help_text="The withholding.",
    )
    number = models.PositiveSmallIntegerField(help_text="Counts the corrections of the event.")
    correction = models.TextField(help_text="What is corrected, and why.")
    reason = models.TextField(help_text="What the withholding says, anew and whole.")
    amount = models.BigIntegerField(
        null=True, blank=True, help_text="Whole US dollars withheld; empty: all of the year."
    )
    letter = models.TextField(help_text="The letter, as it left.")
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="withholdingcorrection_unique_number", fields=["event", "number"]
            ),
            models.CheckConstraint(
                name="withholdingcorrection_says_what",
                condition=~Q(correction="") & ~Q(reason="") & ~Q(letter=""),
            ),
            models.CheckConstraint(
                name="withholdingcorrection_withholds_something",
                condition=Q(amount=None) | Q(amount__gt=0),
            ),
            paired("withholdingcorrection", "corrected"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
