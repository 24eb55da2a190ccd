"""More time for a plan: asked for with a reason, granted until a day, refused, or asked no more.

Rows are added and never changed. Where it stands is the last of them; the day that was granted
stands on the plan too, beside that of its year. Of the reports of a plan `progress.models` has the
same.
"""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from districts.models.constraints import paired
from plans.models.acts import Act, digest_is_a_hash
from plans.models.plans import Plan


class ExtensionQuerySet(models.QuerySet[Any]):
    def last_of_each(self):
        """Of each thing what was said last: that is where it stands."""
        of_it = {name: OuterRef(name) for name in self.model.OF}
        said = self.model.objects.filter(**of_it).order_by("-number")
        return self.filter(number=Subquery(said.values("number")[:1]))

    def waiting(self):
        """What is asked and has no answer."""
        return self.last_of_each().filter(did=AbstractExtension.Did.ASKED)


class AbstractExtension(Act):
    """What the district asked, what the Department answered, or that nothing is asked any more."""

    OF: ClassVar[tuple[str, ...]]  # the fields that name what the time is for

    class Did(models.TextChoices):
        ASKED = "asked", "Asked"
        GRANTED = "granted", "Granted"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    number = models.PositiveSmallIntegerField(help_text="Counts the entries of the plan.")
    did = models.CharField(max_length=9, choices=Did)
    until = models.DateField(
        null=True, blank=True, help_text="The day that is asked for, or was granted."
    )
    reason = models.TextField(blank=True, help_text="Empty only where it was withdrawn.")
    key = models.UUIDField(unique=True, help_text="The same form sent twice is one entry.")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_did_is_known",
                condition=Q(did__in=["asked", "granted", "refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="%(class)s_says_why", condition=Q(did="withdrawn") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="%(class)s_names_a_day_where_time_is_given",
                condition=Q(did__in=["asked", "granted"], until__isnull=False)
                | Q(did__in=["refused", "withdrawn"], until__isnull=True),
            ),
            paired("%(class)s", "written"),
            digest_is_a_hash("%(class)s"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"{self.plan_id}, more time, {self.number}: {self.did}"


class ExtensionEntry(AbstractExtension):
    """Of a plan."""

    OF = ("plan",)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="extension_entries")

    class Meta(AbstractExtension.Meta):
        constraints = [
            models.UniqueConstraint(name="extensionentry_unique_number", fields=["plan", "number"]),
            *AbstractExtension.Meta.constraints,
        ]
