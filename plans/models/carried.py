"""What an annual amendment started with of last year's plan, and what the district made of it.

Beside the text: a document says what the plan is, and not who has read which of its rows.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import paired
from plans.models.plans import Plan
from plans.models.removals import Removal


class CarriedQuerySet(models.QuerySet["Carried"]):
    def of_rows(self, rows):
        return self.filter(lineage__in=[row.lineage for row in rows])

    def unread(self):
        return self.filter(state=Carried.State.UNREAD, removal=None)


class Carried(models.Model):
    """A row, or a section's own row, as it came from the plan that this one is copied from.

    While `removal` names one the row is retired, and the removal says why. What is brought back
    is again what it was before: nobody has read it by that alone.
    """

    class State(models.TextChoices):
        UNREAD = "unread", "Carried, not yet read"
        KEPT = "kept", "Kept"
        REVISED = "revised", "Revised"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="carried")
    kind = models.CharField(max_length=20, help_text="Of the row.")
    lineage = models.UUIDField(help_text="Of the row, in this plan and in last year's.")
    state = models.CharField(max_length=7, choices=State, default=State.UNREAD)
    removal = models.ForeignKey(
        Removal, models.PROTECT, null=True, blank=True, related_name="retired"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CarriedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="carried_once_in_a_plan", fields=["plan", "lineage"]),
            paired("carried", "read"),
            models.CheckConstraint(
                name="carried_unread_was_read_by_nobody",
                condition=~Q(state="unread") | Q(read_at=None),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.lineage}: {self.state}"
