"""Districts, the years they are designated for, and the money set aside for them."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse

from districts.models.constraints import paired
from districts.models.holding import NamedByOthers
from districts.models.plain import is_named
from districts.parsing import line

TOWNS = 169  # of Connecticut; none has two districts, and a district may be of several
OFFERED = 200  # districts in a list to choose from; words find the others


class DistrictQuerySet(NamedByOthers, models.QuerySet["District"]):
    def active(self):
        return self.filter(retired_at=None)

    def designated_for(self, fiscal_year: int):
        """Districts the Commissioner has designated for the year (§ 10-262u(b))."""
        return self.active().filter(
            Exists(Designation.objects.covering(fiscal_year).filter(district=OuterRef("pk")))
        )

    def matching(self, words: str):
        """Districts whose name or code contains the words."""
        words = line(words)
        if not words:
            return self
        return self.filter(is_named("name", words) | Q(edsight_code__startswith=words))

    def to_choose_from(self) -> "list[District] | None":
        """All that are active, by name, unless they are too many for a list."""
        found = list(self.active().order_by("name").only("name")[: OFFERED + 1])
        return None if len(found) > OFFERED else found

    def offered(self, asked: str = ""):
        """The first by name, to choose from, and the one that is asked for, wherever it stands."""
        asked = "" if "\0" in asked else asked
        first = self.order_by("name").values("pk")[:OFFERED]
        return self.filter(Q(pk__in=first) | Q(slug=asked)).order_by("name")


class District(models.Model):
    """A district's board of education.

    Its town is the payee, which passes all of the money on (§ 10-262u(c)(2)); letters name neither.
    """

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)
    town_code = models.PositiveSmallIntegerField(
        unique=True,
        null=True,
        blank=True,
        help_text="Connecticut's number of the town, 1 to 169; none for a district of several.",
    )
    edsight_code = models.CharField(
        max_length=7, unique=True, help_text="Seven digits; leading zeros count."
    )
    reference_group = models.CharField(
        max_length=1, blank=True, help_text="District Reference Group, A to I."
    )
    is_priority_school_district = models.BooleanField(default=False)
    profile_source = models.CharField(
        max_length=200, blank=True, help_text="Where the reference group and flags come from."
    )
    profile_on = models.DateField(null=True, blank=True, help_text="The date of that source.")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DistrictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="district_town_code_is_a_town",
                condition=Q(town_code__gte=1, town_code__lte=TOWNS),
            ),
            models.CheckConstraint(
                name="district_edsight_code_is_seven_digits",
                condition=Q(edsight_code__regex=r"^[0-9]{7}$"),
            ),
            models.CheckConstraint(
                name="district_reference_group_is_known",
                condition=Q(reference_group="") | Q(reference_group__regex=r"^[A-I]$"),
            ),
            paired("district", "retired"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("districts:detail", args=[self.slug])


class StatedQuerySet(models.QuerySet):
    pass


class CurrentManager(models.Manager):
    """Of what was ever stated, that which holds now; `ever` has the rest."""

    def get_queryset(self):
        return super().get_queryset().filter(superseded_in=None)


NEVER_OVERWRITTEN = pgtrigger.ReadOnly(name="never_overwritten", exclude=["superseded_in"])
SUPERSEDED_ONCE = pgtrigger.Protect(
    name="superseded_once",
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__superseded_in__isnull=False),
)
NEVER_DELETED = pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


class Stated(models.Model):
    """A row that is never overwritten: a later one takes its place, and both say by which act.

    Read through `objects` it is what holds now. Joins from a district do not pass there: they ask
    for `superseded_in=None` themselves.
    """

    stated_in = models.ForeignKey(
        "districts.RosterChange",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty where it was there before changes were recorded.",
    )
    superseded_in = models.ForeignKey(
        "districts.RosterChange",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty while it holds.",
    )

    class Meta:
        abstract = True


class _FiscalYearRange(Func):
    """Both fiscal years and all between, as a range PostgreSQL can compare."""

    function = "INT4RANGE"
    output_field = IntegerRangeField()


class DesignationQuerySet(models.QuerySet["Designation"]):
    def covering(self, fiscal_year: int):
        return self.filter(first_fiscal_year__lte=fiscal_year, last_fiscal_year__gte=fiscal_year)


class Designation(Stated):
    """A run of fiscal years for which a district is an Alliance District (§ 10-262u(a), (b))."""

    district = models.ForeignKey(District, models.PROTECT, related_name="designations")
    first_fiscal_year = models.PositiveSmallIntegerField(help_text="Named by its ending year.")
    last_fiscal_year = models.PositiveSmallIntegerField(help_text="Named by its ending year.")
    cohort = models.PositiveSmallIntegerField(
        help_text="The first fiscal year in which the district was ever designated."
    )
    is_reform_district = models.BooleanField(
        default=False,
        help_text="Educational reform district; loaded from the Department's list, never computed.",
    )
    basis = models.CharField(max_length=200, help_text="Why the district is designated.")
    source = models.CharField(max_length=300)
    source_on = models.DateField(help_text="The date of the source.")
    is_assumption = models.BooleanField(
        default=False, help_text="Assumed for a demonstration, not taken from a source."
    )

    objects = CurrentManager.from_queryset(DesignationQuerySet)()
    ever = DesignationQuerySet.as_manager()

    class Meta:
        triggers = [NEVER_OVERWRITTEN, SUPERSEDED_ONCE, NEVER_DELETED]
        constraints = [
            models.CheckConstraint(
                name="designation_ends_after_it_starts",
                condition=Q(last_fiscal_year__gte=F("first_fiscal_year")),
            ),
            models.CheckConstraint(
                name="designation_starts_in_or_after_its_cohort",
                condition=Q(first_fiscal_year__gte=F("cohort")),
            ),
            ExclusionConstraint(
                name="designation_runs_do_not_overlap",
                expressions=[
                    (
                        _FiscalYearRange("first_fiscal_year", "last_fiscal_year", Value("[]")),
                        RangeOperators.OVERLAPS,
                    ),
                    ("district", RangeOperators.EQUAL),
                ],
                condition=Q(superseded_in__isnull=True),
            ),
        ]

    def __str__(self):
        return f"FY{self.first_fiscal_year} to FY{self.last_fiscal_year}"


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def in_force(self, fiscal_year: int | OuterRef):
        """Of each district its final allocation of the year, else its preliminary one.

        Narrow it by district and the like, not by stage: what is left is what is chosen from.
        """
        return (
            self.filter(fiscal_year=fiscal_year)
            .order_by("district_id", "stage")  # "final" sorts before "preliminary"
            .distinct("district_id")
        )


class Allocation(Stated):
    """Alliance money set aside for a district and year, from the Department's list.

    Never computed from the ECS grant: the rule has exceptions (§ 10-262u(c)(1)).
    """

    class Stage(models.TextChoices):
        PRELIMINARY = "preliminary", "Preliminary"
        FINAL = "final", "Final"

    district = models.ForeignKey(District, models.PROTECT, related_name="allocations")
    fiscal_year = models.PositiveSmallIntegerField(help_text="Named by its ending year.")
    stage = models.CharField(max_length=11, choices=Stage)
    amount = models.BigIntegerField(help_text="Whole US dollars; $0 is legal (R05).")
    source = models.CharField(max_length=300)
    source_on = models.DateField(help_text="The date of the source.")
    is_assumption = models.BooleanField(
        default=False, help_text="Assumed for a demonstration, not taken from a source."
    )

    objects = CurrentManager.from_queryset(AllocationQuerySet)()
    ever = AllocationQuerySet.as_manager()

    class Meta:
        triggers = [NEVER_OVERWRITTEN, SUPERSEDED_ONCE, NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                name="allocation_unique_district_year_stage",
                fields=["district", "fiscal_year", "stage"],
                condition=Q(superseded_in__isnull=True),
            ),
            models.CheckConstraint(
                name="allocation_amount_is_not_negative", condition=Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="allocation_stage_is_known", condition=Q(stage__in=["preliminary", "final"])
            ),
        ]

    def __str__(self):
        return f"FY{self.fiscal_year} {self.stage}: ${self.amount:,}"


class Figure(Stated):
    """A published number about a district, with the period it is for and where it is from."""

    class Measure(models.TextChoices):
        ENROLMENT = "enrolment", "Students enrolled"
        SCHOOLS = "schools", "Schools"
        ACCOUNTABILITY_INDEX = "accountability_index", "Accountability index, 0 to 100"
        ECS_ENTITLEMENT = "ecs_entitlement", "Education Cost Sharing grant, US dollars"
        ALLIANCE_SETASIDE = "alliance_setaside", "Alliance set-aside, US dollars"
        NON_ALLIANCE_PORTION = "non_alliance_portion", "Rest of the grant, US dollars"

    district = models.ForeignKey(District, models.PROTECT, related_name="figures")
    measure = models.CharField(max_length=20, choices=Measure)
    period = models.CharField(max_length=10, help_text="A school year, 2025-26, or FY2026.")
    value = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=300)
    source_on = models.DateField(help_text="The date of the source.")

    objects = CurrentManager.from_queryset(StatedQuerySet)()
    ever = StatedQuerySet.as_manager()

    class Meta:
        triggers = [NEVER_OVERWRITTEN, SUPERSEDED_ONCE, NEVER_DELETED]
        constraints = [
            models.UniqueConstraint(
                name="figure_unique_district_measure_period",
                fields=["district", "measure", "period"],
                condition=Q(superseded_in__isnull=True),
            ),
            models.CheckConstraint(name="figure_is_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self):
        return f"{self.measure} {self.period}: {self.value}"
