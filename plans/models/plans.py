"""A district's plan for a year, its frozen versions, signatures, and every step it has taken."""

from datetime import date, datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest
from django.urls import reverse

from districts.calendar import closes_at
from districts.models import District, DistrictQuerySet, standing_of
from districts.models.constraints import paired
from districts.roles import Role
from notices.models import About
from plans.models.acts import Act, digest_is_a_hash
from plans.models.cycles import Cycle
from plans.models.signable import (
    AbstractSignature,
    AbstractVersion,
    AbstractVoiding,
    Signable,
)
from plans.models.texts import ON_FREEZING
from plans.workflow import EDITABLE, IN_QUEUE_FOR_GOOD, NEED_NOT_BE_SUBMITTED, Status, Step


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user):
        """A district sees its own plans; the Department sees that every plan exists (R59).

        Of a draft the Department sees the status only: what it reads are versions handed in.
        """
        standing = standing_of(user)
        if standing.is_department:
            return self
        return self.filter(district__in=list(standing.in_districts))


def taking_part(fiscal_year: int) -> DistrictQuerySet:
    """The districts of a year: designated for it, or with a plan filed in it.

    What was filed stays in its year's lists and totals, whatever becomes of the district later.
    """
    designated = District.objects.designated_for(fiscal_year)
    filed = Plan.objects.filter(cycle=fiscal_year, status__in=sorted(IN_QUEUE_FOR_GOOD))
    return District.objects.filter(
        Q(pk__in=designated.values("pk")) | Q(pk__in=filed.values("district"))
    )


class Plan(Signable):
    """One district's plan for one fiscal year (Conn. Gen. Stat. § 10-262u(d))."""

    class Kind(models.TextChoices):
        INITIAL = "initial", "Initial plan"
        ANNUAL_AMENDMENT = "annual_amendment", "Annual amendment"

    district = models.ForeignKey(District, models.PROTECT, related_name="plans")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=16, choices=Kind)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    copied_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        help_text="The plan this amendment started as a copy of (R33).",
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    extended_until = models.DateField(
        null=True,
        blank=True,
        help_text="The day last granted for handing it in; empty: that of its year.",
    )
    report_days = models.JSONField(
        default=dict,
        blank=True,
        db_default={},  # a former release that runs on this table does not name it
        help_text="By report, the day last granted for it, where that is later than its year's.",
    )
    open_sections = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",  # a former release that runs on this table does not name it
        help_text="Those that a revision being written now may touch, by their keys (ADR 67).",
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="plan_unique_district_year", fields=["district", "cycle"]),
            models.CheckConstraint(
                name="plan_status_is_known", condition=Q(status__in=Status.values)
            ),
            paired("plan", "submitted"),
            paired("plan", "started"),
            models.CheckConstraint(
                name="plan_past_draft_was_submitted",
                condition=Q(status__in=sorted(NEED_NOT_BE_SUBMITTED))
                | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.district} FY{self.cycle_id}"

    def get_absolute_url(self):
        return reverse("plans:overview", args=[self.district.slug, self.cycle_id])

    @property
    def due_on(self) -> date:
        """By when it is to be handed in: every page, letter and reminder says this day."""
        return due_day(self.cycle.plan_due_on, self.extended_until)

    @property
    def is_extended(self) -> bool:
        """Whether it has longer than its year; a label, never a status."""
        return self.due_on > self.cycle.plan_due_on

    def closes_at(self) -> datetime:
        """The last minute for handing it in in time."""
        return closes_at(self.due_on)

    @property
    def is_editable(self) -> bool:
        """Whether the district writes it now: the plan itself, or a revision of it."""
        return self.status in EDITABLE or self.is_revised_now

    @property
    def is_revised_now(self) -> bool:
        """Whether a revision of it is being written: the plan itself is approved, and stays so."""
        return self.status == Status.APPROVED and bool(self.open_sections)

    def is_open_in(self, section: str) -> bool:
        """Whether this section may be written now; of a revision only the parts it names are."""
        if self.is_revised_now:
            return section in self.open_sections.split()
        return self.is_editable

    @property
    def about(self) -> About:
        """What letters about this plan name as their subject matter."""
        return about_plan(self.district, self.cycle_id)


def due_day(of_year: date, extended_until: date | None) -> date:
    """When a plan is due: the day of its year, or the later one that was granted.

    `due_in_sql` is the same in SQL. Nothing else decides it.
    """
    return max(of_year, extended_until or of_year)


def due_in_sql(of_year: Any, extended_until: str) -> Greatest:
    """As `due_day`; PostgreSQL's GREATEST passes over what is empty."""
    return Greatest(of_year, F(extended_until), output_field=models.DateField())


def about_plan(district: District, fiscal_year: int) -> About:
    """What letters are about that speak of a district's plan, whether or not it was started."""
    return About("plan", district_code=district.edsight_code, fiscal_year=fiscal_year)


class BoardApproval(models.Model):
    """The local board's vote, kept beside the plan and outside the signed text (R14)."""

    plan = models.OneToOneField(
        Plan, models.PROTECT, primary_key=True, related_name="board_approval"
    )
    approved_on = models.DateField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    as_typed = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [paired("boardapproval", "saved")]


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    def handed_in(self):
        return self.filter(_was_handed_in())

    def standing(self):
        """Those handed in as the plan itself, and those that a revision of it put in force."""
        return self.filter(Q(_was_handed_in()) | Q(_came_as_revision("approve", "record")))

    def with_submission(self):
        """With `was_handed_in`, as the plan or as a revision of it."""
        came_in = Q(_was_handed_in()) | Q(_came_as_revision("hand_in", "record"))
        return self.annotate(was_handed_in=came_in)


def _was_handed_in() -> Exists:
    return Exists(PlanEvent.objects.submissions().filter(version=OuterRef("pk")))


def _came_as_revision(*steps: str) -> Exists:
    of_revision = PlanVersion.objects.filter(revision_events__step__in=steps)
    return Exists(of_revision.filter(pk=OuterRef("pk")))


class PlanVersion(AbstractVersion):
    """The whole text of a plan, frozen when it was closed for signature. Never changed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    edition = models.PositiveIntegerField(help_text="The plan's edition when this was closed.")

    objects = PlanVersionQuerySet.as_manager()

    class Meta(AbstractVersion.Meta):
        constraints = [
            *AbstractVersion.Meta.constraints,
            models.UniqueConstraint(name="planversion_unique_number", fields=["plan", "number"]),
            models.UniqueConstraint(name="planversion_unique_edition", fields=["plan", "edition"]),
        ]
        triggers = [*AbstractVersion.Meta.triggers, ON_FREEZING]


class Signature(AbstractSignature):
    """A signature on one frozen version (R15; Connecticut UETA, § 1-266 ff.)."""

    class Capacity(models.TextChoices):
        SUPERINTENDENT = Role.SUPERINTENDENT.value, "Superintendent"
        BOARD_CHAIR = Role.BOARD_CHAIR.value, "Board chair"

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="signatures")
    capacity = models.CharField(max_length=14, choices=Capacity)

    class Meta(AbstractSignature.Meta):
        constraints = [
            *AbstractSignature.Meta.constraints,
            models.CheckConstraint(
                name="signature_capacity_is_known",
                condition=Q(capacity__in=["superintendent", "board_chair"]),
            ),
        ]


class Voiding(AbstractVoiding):
    version = models.OneToOneField(PlanVersion, models.PROTECT, related_name="voiding")


GOES_ON = "Back with the same reviewers."  # the reason of a review that goes on by itself


class PlanEventQuerySet(models.QuerySet["PlanEvent"]):
    def naming(self):
        """With `by`, who did it. A review that goes on by itself was started by nobody.

        Its row names who handed the plan in, on whose act it followed.
        """
        by_itself = Q(step=Step.START_REVIEW, reason=GOES_ON)
        return self.annotate(by=Case(When(by_itself, then=Value("")), default="taken_by__name"))

    def submissions(self):
        """Submissions that were not taken back, the latest first.

        A recall takes back the submission before it: nothing else starts from that status and
        leads to a second submission.
        """
        after = (
            PlanEvent.objects.filter(
                plan=OuterRef("plan"), pk__gt=OuterRef("pk"), step__in=[Step.SUBMIT, Step.RECALL]
            )
            .order_by("pk")
            .values("step")[:1]
        )
        return (
            self.filter(step=Step.SUBMIT)
            .annotate(after=Subquery(after))
            .filter(Q(after=None) | ~Q(after=Step.RECALL))
            .order_by("-pk")
        )

    def approvals(self):
        """Approvals that stand: none that was called back before its letters left."""
        called_back = PlanEvent.objects.filter(
            plan=OuterRef("plan"), pk__gt=OuterRef("pk"), step=Step.CALL_BACK
        )
        return self.filter(~Exists(called_back), step=Step.APPROVE)


class PlanEvent(Act):
    """One step a plan took. Rows are added, never changed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="events")
    step = models.CharField(max_length=12, choices=Step)
    source = models.CharField(max_length=12, choices=Status)
    target = models.CharField(max_length=12, choices=Status)
    version = models.ForeignKey(
        PlanVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        help_text="The version handed in, returned, recommended or decided on.",
    )
    reason = models.TextField(blank=True)
    key = models.UUIDField(
        db_default=RandomUUID(), help_text="The same key twice is one act, answered twice."
    )
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = PlanEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="planevent_key_is_used_once", fields=["plan", "key"]),
            models.CheckConstraint(
                name="planevent_return_and_withholding_carry_a_reason",
                condition=~Q(step__in=[Step.RETURN, Step.WITHHOLD]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="planevent_changes_status", condition=~Q(source=F("target"))
            ),
            models.CheckConstraint(
                name="planevent_submission_names_its_version",
                condition=~Q(step=Step.SUBMIT) | Q(version__isnull=False),
            ),
            paired("planevent", "taken"),
            digest_is_a_hash("planevent"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(  # a former release writes the changes first, and names no event
                name="return_takes_its_changes",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                condition=pgtrigger.Q(new__step=Step.RETURN),
                func="UPDATE plans_requiredchange SET event_id = NEW.id"
                " WHERE plan_id = NEW.plan_id AND event_id IS NULL; RETURN NULL;",
            ),
        ]
