"""What the Department does to a plan, as the plan must know it: rows that reviews writes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from districts.models import Membership
from districts.models.constraints import in_order, paired
from districts.roles import Role
from plans.models.acts import Act, digest_is_a_hash
from plans.models.anchors import Anchored
from plans.models.plans import Plan, PlanEvent, PlanVersion


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self):
        return self.filter(ended_at=None)

    def reachable(self):
        """Those whose reviewer can still act on it: not suspended, and in the role today."""
        held = Membership.objects.current().filter(
            user=OuterRef("reviewer"), role=OuterRef("reviews_as")
        )
        return self.filter(Exists(held), reviewer__is_active=True)


class Assignment(models.Model):
    """A reviewer given a plan to review, as program or fiscal reviewer."""

    class As(models.TextChoices):
        PROGRAM = Role.PROGRAM_REVIEWER.value, "Program reviewer"
        FISCAL = Role.FISCAL_REVIEWER.value, "Fiscal reviewer"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments"
    )
    reviews_as = models.CharField(max_length=16, choices=As)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="assignment_one_reviewer_in_each_part",
                fields=["plan", "reviews_as"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="assignment_part_is_known",
                condition=Q(reviews_as__in=["program_reviewer", "fiscal_reviewer"]),
            ),
            paired("assignment", "assigned"),
            paired("assignment", "ended"),
            in_order("assignment", "assigned_at", "ended_at"),
        ]


class RequiredChangeQuerySet(models.QuerySet["RequiredChange"]):
    def with_submission(self):
        """With `was_handed_in`: whether the plan came in again after the change was asked."""
        later = PlanEvent.objects.submissions().filter(
            plan=OuterRef("plan"), pk__gt=OuterRef("event")
        )
        return self.annotate(was_handed_in=Exists(later))


class StandingChanges(models.Manager.from_queryset(RequiredChangeQuerySet)["RequiredChange"]):  # type: ignore[misc]
    """Those that were asked and stand: what a return undone had asked is on record alone."""

    def get_queryset(self):
        return super().get_queryset().filter(undone=None)


class RequiredChange(Anchored):
    """Something the district must change or answer before it hands the plan in again (R40, R41).

    One whose return was undone is asked of nobody: only `on_record` has it (R40a).
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="required_changes")
    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="required_changes", help_text="The one returned."
    )
    number = models.PositiveSmallIntegerField(
        help_text="Counts on through all returns of the plan."
    )
    event = models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        null=True,  # a former release that runs on this table does not name it
        blank=True,
        related_name="required_changes",
        help_text="The return that asked for it.",
    )
    undone = models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The step that undid the return.",
    )
    section = models.CharField(max_length=20)
    text = models.TextField()
    due_on = models.DateField(help_text="15 business days after the return unless set.")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answer_version = models.PositiveIntegerField(default=1, help_text="Rises with every save.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = StandingChanges()
    on_record = RequiredChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="requiredchange_unique_number", fields=["plan", "number"]),
            models.CheckConstraint(name="requiredchange_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="requiredchange_answered_has_an_answer",
                condition=Q(answered_at__isnull=True) | ~Q(answer=""),
            ),
            paired("requiredchange", "asked"),
            paired("requiredchange", "answered"),
        ]

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class ApprovalConditionQuerySet(models.QuerySet["ApprovalCondition"]):
    def standing(self):
        """Those of an approval that stands: of one called back nobody asks anything.

        Of one that was corrected, the row as corrected.
        """
        return self.filter(event__in=PlanEvent.objects.approvals(), corrected_by=None)


class ApprovalCondition(models.Model):
    """What an approval asks of the district afterwards, in a sentence, and by when (ADR 60).

    Rows are added, never changed: a correction is another row under the same number (ADR 109).
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="approval_conditions")
    event = models.ForeignKey(
        PlanEvent, models.PROTECT, related_name="conditions", help_text="The approval."
    )
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    due_on = models.DateField()
    watches = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",  # a former release that runs on this table does not name it
        help_text="What of the year before meets it by itself: “progress/end_of_year”,"
        " “expenditure/annual”, “target/” and its lineage; empty: the Department says so.",
    )
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        help_text="The row whose place this one takes.",
    )
    written_at = models.DateTimeField(null=True, blank=True, help_text="Of a corrected one.")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ApprovalConditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="approvalcondition_unique_number",
                fields=["event", "number"],
                condition=Q(corrects=None),
            ),
            models.CheckConstraint(
                name="approvalcondition_corrected_by_somebody",
                condition=Q(corrects=None, written_at=None)
                | Q(corrects__isnull=False, written_at__isnull=False),
            ),
            paired("approvalcondition", "written"),
            models.CheckConstraint(name="approvalcondition_says_what", condition=~Q(text="")),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class ConditionMet(models.Model):
    """That a condition of an approval is met: who recorded it, of what day, and what shows it."""

    condition = models.OneToOneField(
        ApprovalCondition, models.PROTECT, primary_key=True, related_name="met"
    )
    met_on = models.DateField()
    word = models.TextField()
    report = models.CharField(
        max_length=60,
        blank=True,
        help_text="The report by whose certification it was met: “progress/12”; empty: recorded by"
        " the Department.",
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="conditionmet_says_what", condition=~Q(word="")),
            paired("conditionmet", "recorded"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to_districts(self):
        """Internal comments never reach a district (R60)."""
        return self.filter(audience=Comment.Audience.DISTRICT)


class Comment(Act):
    """A reviewer's remark on a section: for colleagues, or for the district as well."""

    class Audience(models.TextChoices):
        INTERNAL = "internal", "Internal: the district never sees this"
        DISTRICT = "district", "To the district"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="comments")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="comments")
    section = models.CharField(max_length=20)
    audience = models.CharField(max_length=8, choices=Audience)
    text = models.TextField()
    key = models.UUIDField(unique=True, help_text="The same form sent twice is one comment.")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="comment_audience_is_known",
                condition=Q(audience__in=["internal", "district"]),
            ),
            models.CheckConstraint(name="comment_says_something", condition=~Q(text="")),
            paired("comment", "written"),
            digest_is_a_hash("comment"),
        ]
