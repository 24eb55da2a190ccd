"""What a district writes while a plan is a draft: one row for each thing that is saved by itself.

Content is judged by the rules, over the document, never here: nothing typed is refused. The
database keeps identity and ownership only, and text that did not parse is kept `as_typed`.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from districts.models.constraints import paired
from plans.models.plans import Plan
from plans.models.vocabulary import (
    Domain,
    FocusArea,
    Indicator,
    ObjectCode,
    StakeholderGroup,
)


class DraftRow(models.Model):
    """Saved by itself, by one of several people at once.

    `lineage` stays the same from one year's plan to the next, `version` rises with every save,
    and `as_typed` keeps what was typed and no column holds: text that could not be read, and a
    figure that was published suppressed.
    """

    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    as_typed = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_saved_at_and_by_go_together",
                condition=Q(saved_at__isnull=True, saved_by__isnull=True)
                | Q(saved_at__isnull=False, saved_by__isnull=False),
            )
        ]


class SectionRow(DraftRow):
    """A section of which each plan has one."""

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="%(class)s")

    class Meta(DraftRow.Meta):
        abstract = True


class ListRow(DraftRow):
    """A row of which each plan has as many as it needs."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="%(class)s_set")
    position = models.PositiveIntegerField()

    class Meta(DraftRow.Meta):
        abstract = True
        constraints = [
            *DraftRow.Meta.constraints,
            models.UniqueConstraint(
                name="%(class)s_lineage_is_unique_in_plan", fields=["plan", "lineage"]
            ),
        ]


class Cover(SectionRow):
    """Whom the Department writes to, and the plan in a paragraph."""

    contact_name = models.CharField(max_length=150, blank=True)
    contact_title = models.CharField(max_length=150, blank=True)
    contact_email = models.CharField(max_length=254, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    summary = models.TextField(blank=True)


class NeedsAssessment(SectionRow):
    """What the performance data show (§ 10-262u(d))."""

    narrative = models.TextField(blank=True)
    indicator_numbers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    root_causes = models.TextField(blank=True)
    unserved_areas = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Why focus areas without a strategy need none (R23).",
    )


class LookBack(SectionRow):
    """How last year's plan was carried out and what it achieved."""

    implementation = models.TextField(blank=True)
    performance = models.TextField(blank=True)
    lessons = models.TextField(blank=True)


class BudgetNarrative(SectionRow):
    """The budget in words, and the balance of last year's money as the district reports it."""

    narrative = models.TextField(blank=True)
    carry_forward_reported = models.BigIntegerField(
        null=True, blank=True, help_text="Whole US dollars; reconciled later (§ 10-262u(h))."
    )
    benefits_reason = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Why benefits are outside the usual share of salaries (R24).",
    )


class Collaboration(SectionRow):
    """What working with key stakeholders led to, beside each entry of who was asked."""

    alignment = models.TextField(
        blank=True,
        help_text="Efficiencies, and alignment with current programs (§ 10-262u(d)).",
    )


class Sustainability(SectionRow):
    sustaining = models.TextField(blank=True)
    non_supplanting = models.TextField(blank=True)


class AssuranceStatement(SectionRow):
    """The assurances accepted, and whether the educator evaluation plan is approved (R12, R13)."""

    accepted_numbers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    evaluation_plan_approved = models.BooleanField(null=True, blank=True)
    evaluation_plan_approved_on = models.DateField(null=True, blank=True)


class Objective(ListRow):
    statement = models.TextField(blank=True)


class PerformanceTarget(ListRow):
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="targets")
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True)
    measure = models.CharField(max_length=200, blank=True, help_text="What exactly is measured.")
    student_group = models.CharField(max_length=100, blank=True)
    baseline = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    baseline_year = models.CharField(max_length=7, blank=True, help_text="A school year: 2024-25.")
    target_value = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True, help_text="Percent, index points …")
    due_on = models.DateField(null=True, blank=True)
    data_source = models.CharField(max_length=200, blank=True)


class Strategy(ListRow):
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, blank=True)
    focus_area_numbers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    target_lineages = ArrayField(
        models.UUIDField(), default=list, blank=True, help_text="The targets it serves."
    )
    parent_lineages = ArrayField(
        models.UUIDField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Those of last year's plan that it was split from or merged of.",
    )
    owner = models.CharField(max_length=150, blank=True)
    schools = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    reading_program = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="How it follows the intensive reading program (§ 10-14u).",
    )
    residency_partner = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Of the residency program (§ 10-156gg).",
    )
    responsibilities_agreement = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="The model school district responsibilities agreement (§ 10-223l).",
    )


class Milestone(ListRow):
    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="milestones")
    description = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=200, blank=True)


class BudgetLine(ListRow):
    class FundingSource(models.TextChoices):
        ALLOCATION = "allocation", "Current allocation"
        CARRY_FORWARD = "carry_forward", "Carry-forward"
        OTHER = "other", "Other funds (shown only)"

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", "Ordinary"
        TEAM_STIPEND = "team_stipend", "TEAM mentor stipend"
        HEAD_START = "head_start", "Head Start"
        MAGNET_TUITION = "magnet_tuition", "Magnet school tuition"

    strategy = models.ForeignKey(
        Strategy, models.SET_NULL, null=True, blank=True, related_name="lines"
    )
    description = models.CharField(max_length=200, blank=True, help_text="What it pays for.")
    object_code = models.ForeignKey(ObjectCode, models.PROTECT, null=True, blank=True)
    focus_area = models.ForeignKey(FocusArea, models.PROTECT, null=True, blank=True)
    funding_source = models.CharField(
        max_length=13, choices=FundingSource, default=FundingSource.ALLOCATION
    )
    line_kind = models.CharField(max_length=14, choices=Kind, default=Kind.ORDINARY)
    quantity = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    unit_cost = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="US dollars."
    )
    amount = models.BigIntegerField(null=True, blank=True, help_text="Whole US dollars.")
    narrative = models.TextField(blank=True)
    grades = models.CharField(max_length=60, blank=True)
    previously_locally_funded = models.BooleanField(default=False)
    supplanting_explanation = models.TextField(blank=True)
    head_start_program = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="The existing local program (§ 10-262u(d)(6)).",
    )
    equipment_reason = models.TextField(
        blank=True,
        default="",
        db_default="",
        help_text="Why a unit of equipment of $5,000 or more is needed (R26).",
    )


class StakeholderEngagement(ListRow):
    Group = StakeholderGroup

    group = models.CharField(max_length=18, choices=Group, blank=True)
    held_on = models.DateField(null=True, blank=True)
    how = models.CharField(max_length=200, blank=True, help_text="How they were asked.")
    heard = models.TextField(blank=True, help_text="What they said and what it changed.")


class Attachment(ListRow):
    """A file handed in with the plan. Its hash is part of the signed text.

    Removing it takes it out of the draft; the file stays, since a version may name it.
    """

    title = models.CharField(max_length=200)
    file = models.FileField(upload_to="plans/%Y/")
    file_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(ListRow.Meta):
        constraints = [*ListRow.Meta.constraints, paired("attachment", "removed")]
