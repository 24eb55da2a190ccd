"""The words a plan is written in: focus areas, domains, indicators, object codes, assurances."""

from django.db import models
from django.db.models import Q


class Certainty(models.TextChoices):
    """How sure we are of a citation."""

    LAW = "law", "Read in a copy of the statute"
    LAW_UNCONFIRMED = "law?", "Believed; to be confirmed against the live text"
    PROGRAMME_PAGE = "page", "The Department's program page"
    PRACTICE = "practice", "Department practice"
    DEFAULT = "default", "Our choice"


class FocusArea(models.Model):
    """A statutory focus area, or “Other, approved by the Commissioner” (§ 10-262u(d))."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    short_name = models.CharField(max_length=60)
    text = models.TextField()
    citation = models.CharField(max_length=100)
    certainty = models.CharField(max_length=8, choices=Certainty)

    def __str__(self):
        return f"{self.number} {self.short_name}"


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
