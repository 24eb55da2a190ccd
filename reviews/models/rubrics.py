"""By what plans are rated, and what each reviewer found of a version. None of it is a district's.

Neither a rating, nor its evidence, nor what reviewers agreed on reaches a district (R60).
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from districts.models import Conflict, Membership
from districts.models.constraints import in_order, paired
from districts.roles import Role
from plans.models import (
    Act,
    Comment,
    Cycle,
    DraftRow,
    Plan,
    PlanEvent,
    PlanVersion,
    digest_is_a_hash,
)
from reviews.models.reviewing import Recommendation

IMMUTABLE = pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)


class Rubric(models.Model):
    """The criteria of a year, as a whole. To change them is to write the next version.

    A review that was begun goes on by the version it was begun under.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="rubrics")
    number = models.PositiveSmallIntegerField(help_text="Counts the versions of the year.")
    asks_for_all = models.BooleanField(
        help_text="Whether no review is finished before each of its criteria is rated."
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        help_text="Who saved it; of a copy, whose review was the first of the year.",
    )
    is_copy = models.BooleanField(
        help_text="Whether it is last year's, or the default, as it was when the year's first"
        " review was begun."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rubric_unique_number", fields=["cycle", "number"]),
            paired("rubric", "made"),
        ]
        triggers = [IMMUTABLE]


class Criterion(models.Model):
    """A question put to one section of the text, with what each level of an answer means."""

    class By(models.TextChoices):
        PROGRAM = "program", "Program reviewer"
        FISCAL = "fiscal", "Fiscal reviewer"
        BOTH = "both", "Both reviewers"

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="criteria")
    lineage = models.UUIDField(help_text="The same through all versions and years.")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    rated_by = models.CharField(max_length=7, choices=By)
    meets = models.TextField()
    partially = models.TextField()
    does_not = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="criterion_unique_lineage", fields=["rubric", "lineage"]),
            models.CheckConstraint(
                name="criterion_rated_by_is_known",
                condition=Q(rated_by__in=["program", "fiscal", "both"]),
            ),
            models.CheckConstraint(
                name="criterion_describes_each_level",
                condition=~Q(title="") & ~Q(meets="") & ~Q(partially="") & ~Q(does_not=""),
            ),
        ]
        triggers = [IMMUTABLE]


class Review(models.Model):
    """What one person rates of one submission; finished by their recommendation."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="reviews_begun")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    submission = models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        related_name="+",
        help_text="By which the version had come in: one that comes back is reviewed anew.",
    )
    made_as = models.CharField(max_length=16, choices=Recommendation.As)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recommendation = models.OneToOneField(
        Recommendation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="review",
        help_text="That finished it; none while it is being written.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="review_one_of_a_person", fields=["submission", "begun_by", "made_as"]
            ),
            models.CheckConstraint(
                name="review_part_is_known",
                condition=Q(made_as__in=["program_reviewer", "fiscal_reviewer", "program_manager"]),
            ),
            paired("review", "begun"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class Level(models.TextChoices):
    MEETS = "meets", "Meets"
    PARTIALLY = "partially", "Partially meets"
    DOES_NOT = "does_not", "Does not meet"


class Rating(DraftRow):
    """A level with its evidence, as one reviewer found it of one criterion."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="ratings")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    level = models.CharField(max_length=9, choices=Level, blank=True)
    evidence = models.TextField(blank=True)

    class Meta(DraftRow.Meta):
        constraints = [
            *DraftRow.Meta.constraints,
            models.UniqueConstraint(
                name="rating_one_of_a_criterion", fields=["review", "criterion"]
            ),
            models.CheckConstraint(
                name="rating_level_is_known",
                condition=Q(level__in=["", "meets", "partially", "does_not"]),
            ),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class Consensus(Act):
    """What reviewers agree on where their ratings of a criterion lie two levels apart (R38).

    It settles the reviews that were in by then: one given later may ask for another.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="consensus")
    submission = models.ForeignKey(PlanEvent, models.PROTECT, related_name="+")
    about = models.UUIDField(help_text="The lineage of the criterion.")
    level = models.CharField(max_length=9, choices=Level)
    words = models.TextField(help_text="Why, in both their names.")
    key = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consensus_level_is_known",
                condition=Q(level__in=["meets", "partially", "does_not"]),
            ),
            models.CheckConstraint(name="consensus_says_why", condition=~Q(words="")),
            paired("consensus", "recorded"),
            digest_is_a_hash("consensus"),
        ]
        triggers = [IMMUTABLE]


class ThirdReviewerQuerySet(models.QuerySet["ThirdReviewer"]):
    def current(self):
        return self.filter(ended_at=None)

    def reachable(self):
        """Who can still give it: not suspended, a program manager today, without a conflict."""
        held = Membership.objects.current().filter(
            user=OuterRef("reviewer"), role=Role.PROGRAM_MANAGER
        )
        conflict = Conflict.objects.between("reviewer", "plan__district")
        return self.filter(Exists(held), ~Exists(conflict), reviewer__is_active=True)


class ThirdReviewer(models.Model):
    """The program manager who gives the third review of an educational reform district (R36).

    A table of its own, and no third kind of assignment: a former release, which runs on these
    tables, lets any program manager give it, and so do we where nobody is named.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="third_reviewers")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ThirdReviewerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="thirdreviewer_one_of_a_plan", fields=["plan"], condition=Q(ended_at=None)
            ),
            paired("thirdreviewer", "assigned"),
            paired("thirdreviewer", "ended"),
            in_order("thirdreviewer", "assigned_at", "ended_at"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class Concern(models.Model):
    """What of a section a comment is about, and whether that is settled among reviewers.

    It stands apart from the comment, so that what a district reads of one knows nothing of it.
    """

    comment = models.OneToOneField(
        Comment, models.PROTECT, primary_key=True, related_name="concern"
    )
    kind = models.CharField(
        max_length=12, blank=True, help_text="“strategy”, “target” or “line”; empty: the section."
    )
    lineage = models.CharField(
        max_length=64, blank=True, help_text="Of that row, as the text has it."
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="concern_names_a_row_or_none",
                condition=Q(kind="", lineage="")
                | (Q(kind__in=["strategy", "target", "line"]) & ~Q(lineage="")),
            ),
            paired("concern", "resolved"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
