"""A revision of an approved plan within its year (R44, R45): its row, and every step it took.

While one is written, the plan's own rows are its draft (ADR 67); what is in force is a version.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models import Delegation
from districts.models.constraints import paired
from districts.roles import Role
from plans.models.acts import Act, digest_is_a_hash
from plans.models.plans import Plan, PlanVersion
from plans.revision_workflow import OPEN, RevisionStatus, RevisionStep


class RevisionQuerySet(models.QuerySet["PlanRevision"]):
    def open(self):
        return self.filter(status__in=sorted(OPEN))


class PlanRevision(models.Model):
    """One change of an approved plan, from its start to its decision."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(help_text="Counts on through the plan's year.")
    status = models.CharField(max_length=9, choices=RevisionStatus, default=RevisionStatus.DRAFT)
    sections = models.CharField(max_length=200, help_text="Those it may touch, by their keys.")
    reason = models.TextField(help_text="Why the plan changes, in the district's words.")
    changes_version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        related_name="+",
        help_text="The version in force that it changes.",
    )
    version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        help_text="What was handed in last, or recorded.",
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="planrevision_unique_number", fields=["plan", "number"]),
            models.UniqueConstraint(
                name="planrevision_one_open_for_a_plan",
                fields=["plan"],
                condition=Q(status__in=sorted(OPEN)),
            ),
            models.CheckConstraint(
                name="planrevision_status_is_known", condition=Q(status__in=RevisionStatus.values)
            ),
            models.CheckConstraint(
                name="planrevision_past_draft_has_a_version",
                condition=Q(status__in=["draft", "withdrawn"]) | Q(version__isnull=False),
            ),
            models.CheckConstraint(name="planrevision_says_why", condition=~Q(reason="")),
            models.CheckConstraint(name="planrevision_names_parts", condition=~Q(sections="")),
            paired("planrevision", "started"),
        ]

    def __str__(self):
        return f"{self.plan} revision {self.number}"

    @property
    def section_keys(self) -> list[str]:
        return self.sections.split()


class RevisionEvent(Act):
    """One step a revision took. Rows are added, never changed."""

    class As(models.TextChoices):
        PROGRAM = Role.PROGRAM_REVIEWER.value, "Program review"
        FISCAL = Role.FISCAL_REVIEWER.value, "Fiscal review"
        MANAGER = Role.PROGRAM_MANAGER.value, "Program manager’s review"

    revision = models.ForeignKey(PlanRevision, models.PROTECT, related_name="events")
    step = models.CharField(max_length=8, choices=RevisionStep)
    version = models.ForeignKey(
        PlanVersion, models.PROTECT, null=True, blank=True, related_name="revision_events"
    )
    made_as = models.CharField(max_length=16, choices=As, blank=True)
    reason = models.TextField(blank=True)
    letter = models.TextField(blank=True, help_text="The decision letter, as it left.")
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Set where a delegate decided in the Commissioner's name.",
    )
    key = models.UUIDField(help_text="The same key twice is one act, answered twice.")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="revisionevent_key_is_used_once", fields=["revision", "key"]
            ),
            models.CheckConstraint(
                name="revisionevent_gives_its_reason",
                condition=Q(step__in=["start", "hand_in"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="revisionevent_names_its_version",
                condition=Q(step__in=["start", "withdraw"]) | Q(version__isnull=False),
            ),
            models.CheckConstraint(
                name="revisionevent_only_a_review_is_made_as",
                condition=(Q(step="review") & ~Q(made_as="")) | (~Q(step="review") & Q(made_as="")),
            ),
            paired("revisionevent", "taken"),
            digest_is_a_hash("revisionevent"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
