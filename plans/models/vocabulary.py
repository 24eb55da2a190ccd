"""The words a plan is written in: focus areas, domains, indicators, object codes, assurances."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

OTHER_FOCUS_AREA = 14  # § 10-262u(d)(14): a cycle turns it on and names it


class Certainty(models.TextChoices):
    """How sure we are of a citation."""

    LAW = "law", "Read in the statute, 2024 edition"
    LAW_UNCONFIRMED = "law?", "Believed; to be confirmed against the live text"
    PROGRAMME_PAGE = "page", "The Department's program page"
    PRACTICE = "practice", "Department practice"
    DEFAULT = "default", "Our choice"


class StakeholderGroup(models.TextChoices):
    """Who is asked about a plan; a cycle names those who must be (§ 10-262u(d))."""

    FAMILIES = "families", "Families"
    TEACHERS = "teachers", "Teachers"
    SCHOOL_LEADERS = "school_leaders", "School leaders"
    COMMUNITY_PARTNERS = "community_partners", "Community partners"
    STUDENTS = "students", "Students"
    OTHER = "other", "Others"


class FocusAreaQuerySet(models.QuerySet["FocusArea"]):
    def of_year(self, fiscal_year: int | OuterRef) -> Self:
        """Those on the forms of a year, each with the `name` it had there."""
        year: Combinable = Value(fiscal_year) if isinstance(fiscal_year, int) else fiscal_year
        then = FormerName.objects.filter(
            area=OuterRef("pk"), last_fiscal_year__gte=OuterRef("of_year")
        ).order_by("last_fiscal_year")
        return (
            self.annotate(of_year=year)
            .annotate(name=Coalesce(Subquery(then.values("short_name")[:1]), "short_name"))
            .filter(first_fiscal_year__lte=year)
            .order_by("number")
        )


class FocusArea(models.Model):
    """One of the fourteen categories of an improvement plan (§ 10-262u(d)(1) to (14)).

    The product is built around the ten of the programme page. The last is the Commissioner's to
    determine.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    short_name = models.CharField(max_length=60)
    text = models.TextField()
    citation = models.CharField(max_length=100)
    certainty = models.CharField(max_length=8, choices=Certainty)
    is_on_programme_page = models.BooleanField(default=True, db_default=True)
    first_fiscal_year = models.PositiveSmallIntegerField(
        default=2013, db_default=2013, help_text="The first whose forms offer it."
    )

    objects = FocusAreaQuerySet.as_manager()

    def __str__(self):
        return f"{self.number} {self.short_name}"


class FormerName(models.Model):
    """What a focus area was called on the forms of years gone by.

    A plan of such a year goes on reading as it was signed (ADR 59).
    """

    area = models.ForeignKey(FocusArea, models.PROTECT, related_name="former_names")
    short_name = models.CharField(max_length=60)
    last_fiscal_year = models.PositiveSmallIntegerField(help_text="The last whose forms say it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="formername_one_for_a_year", fields=["area", "last_fiscal_year"]
            )
        ]

    def __str__(self):
        return f"{self.area_id} {self.short_name}, until FY{self.last_fiscal_year}"


class Domain(models.Model):
    """One of the four domains of the Department's framework."""

    code = models.SlugField(primary_key=True, max_length=20)
    name = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    citation = models.CharField(max_length=100)
    certainty = models.CharField(max_length=8, choices=Certainty)

    def __str__(self):
        return self.name


class Indicator(models.Model):
    """A Next Generation Accountability indicator, or a district's own measure (number 99)."""

    class Direction(models.TextChoices):
        RISES = "rises", "Higher is better"
        FALLS = "falls", "Lower is better"

    number = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    direction = models.CharField(max_length=5, choices=Direction)
    is_high_school = models.BooleanField(default=False)
    citation = models.CharField(max_length=100)
    certainty = models.CharField(max_length=8, choices=Certainty)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="indicator_direction_is_known", condition=Q(direction__in=["rises", "falls"])
            )
        ]

    def __str__(self):
        return f"{self.number} {self.name}" if self.number < 99 else self.name


class ObjectCode(models.Model):
    """A code of the ED114 budget form. Admins can change the list: it is from practice, not law."""

    code = models.CharField(primary_key=True, max_length=4)
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    first_fiscal_year = models.PositiveSmallIntegerField(default=2013)
    last_fiscal_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty while the code is in use."
    )
    is_indirect_cost = models.BooleanField(default=False)
    citation = models.CharField(max_length=100)
    certainty = models.CharField(max_length=8, choices=Certainty)

    def __str__(self):
        return f"{self.code} {self.name}"


class Assurance(models.Model):
    """One sentence of a cycle's statement of assurances."""

    cycle = models.ForeignKey("plans.Cycle", models.PROTECT, related_name="assurances")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    citation = models.CharField(max_length=100)
    certainty = models.CharField(max_length=8, choices=Certainty)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="assurance_unique_in_cycle", fields=["cycle", "number"])
        ]

    def __str__(self):
        return f"{self.number}. {self.text}"
