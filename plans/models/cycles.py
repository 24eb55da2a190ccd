"""One fiscal year's configuration: its calendar, what it allows and when reminders leave."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from districts.calendar import a_year_later
from districts.models.constraints import in_order, paired
from notices.models import About
from plans.models.vocabulary import StakeholderGroup


def groups_by_default() -> list[str]:
    """Our choice, until the Commissioner identifies others."""
    group = StakeholderGroup
    return [group.FAMILIES, group.TEACHERS, group.SCHOOL_LEADERS, group.COMMUNITY_PARTNERS]


MOVED = (  # a year later in the next cycle, in the order of the calendar
    "guidance_on",
    "opens_on",
    "plan_due_on",
    "reviews_complete_on",
    "decisions_on",
    "mid_year_report_on",
    "last_revision_on",
    "end_of_year_report_on",
    "expenditure_report_on",
)
COPIED = (  # as they are
    "allows_indirect_costs",
    "allows_other_focus_area",
    "other_focus_area_name",
    "stakeholder_groups",
    "guidelines",
)
FRESH = ("fiscal_year", "reminders_from", "version")  # each cycle's own


class CycleQuerySet(models.QuerySet["Cycle"]):
    def open_on(self, day: date):
        return self.filter(opens_on__lte=day)


class Cycle(models.Model):
    """The configuration of one fiscal year. A date means 11:59 pm Eastern Time of that day."""

    fiscal_year = models.PositiveSmallIntegerField(primary_key=True, help_text="Its ending year.")
    guidance_on = models.DateField("Guidance and preliminary allocations")
    opens_on = models.DateField("Cycle opens")
    plan_due_on = models.DateField("Plan or amendment due")
    reviews_complete_on = models.DateField("Reviews complete")
    decisions_on = models.DateField("Decisions")
    mid_year_report_on = models.DateField("Mid-year progress report due")
    last_revision_on = models.DateField("Last plan revision")
    end_of_year_report_on = models.DateField("End-of-year progress report due")
    expenditure_report_on = models.DateField("Expenditure report due")
    allows_indirect_costs = models.BooleanField(default=False)
    allows_other_focus_area = models.BooleanField(
        default=False, help_text="Focus area 14, determined by the Commissioner."
    )
    other_focus_area_name = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="What focus area 14 is called in this cycle.",
    )
    stakeholder_groups = ArrayField(
        models.CharField(max_length=18, choices=StakeholderGroup),
        default=groups_by_default,
        db_default=groups_by_default(),
        help_text="Whom a plan must have asked (§ 10-262u(d), R10); the four are our default.",
    )
    guidelines = models.TextField(
        blank=True, help_text="Guidelines of the State Board (§ 10-262u(e))."
    )
    reminders_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When an administrator let reminders begin; empty: not yet.",
    )
    version = models.PositiveIntegerField(default=1, help_text="Rises with every edit.")

    objects = CycleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cycle_is_due_after_it_opens", condition=Q(plan_due_on__gt=F("opens_on"))
            ),
            models.CheckConstraint(
                name="cycle_decides_after_plans_are_due",
                condition=Q(decisions_on__gte=F("reviews_complete_on"))
                & Q(reviews_complete_on__gte=F("plan_due_on")),
            ),
        ]

    def __str__(self):
        return f"FY{self.fiscal_year}"

    def get_absolute_url(self):
        return reverse("plans:cycle", args=[self.fiscal_year])

    @property
    def estimates_on(self) -> date:
        """By when the Department tells each town its estimate: set by law, § 10-262x."""
        return date(self.fiscal_year - 2, 12, 31)

    @property
    def about(self) -> About:
        """What letters about this cycle name as their subject matter."""
        return About("cycle", fiscal_year=self.fiscal_year)

    def next_year(self) -> "Cycle":
        """The cycle of the next year as it opens from this one; it is not saved."""
        moved = {name: a_year_later(getattr(self, name)) for name in MOVED}
        copied = {name: getattr(self, name) for name in COPIED}
        return Cycle(fiscal_year=self.fiscal_year + 1, **moved, **copied)


class CycleChange(models.Model):
    """One act on a cycle, old → new, and how many letters it sends. It is kept for ever."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="changes")
    values = models.JSONField(help_text="For each field what it was and what it is.")
    letters = models.PositiveIntegerField(help_text="How many leave because of it, as was said.")
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="Letters of the cycle leave not before; empty: not held."
    )
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="taken_back_by"
    )
    opened_from = models.ForeignKey(
        Cycle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The year before, where this act opened the cycle from it; the values are none.",
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            paired("cyclechange", "made"),
            in_order("cyclechange", "made_at", "held_until"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="cyclechange_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.cycle}, change {self.pk}"

    @property
    def moves_due_date(self) -> bool:
        return "plan_due_on" in self.values


class ReminderRule(models.Model):
    """When a reminder about the plan leaves, in days from the date it is due."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="reminder_rules")
    days = models.SmallIntegerField(
        help_text="Calendar days: negative before the due date, 0 on the day, positive after it."
    )
    repeats_weekly = models.BooleanField(
        default=False, help_text="Leaves again every 7 days until the plan is handed in."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reminderrule_unique_in_cycle", fields=["cycle", "days"])
        ]

    def __str__(self):
        if self.days < 0:
            return f"{-self.days} days before"
        return "on the day" if self.days == 0 else f"{self.days} days after"
