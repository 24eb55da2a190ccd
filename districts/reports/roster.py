"""What the roster's list and a district's page show, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject

from districts.calendar import eastern_day, fiscal_year_of, last_day
from districts.gaps import NEEDED, acting_at_department, districts_lacking
from districts.models import (
    Allocation,
    Designation,
    District,
    DistrictQuerySet,
    Figure,
    RosterChange,
    RosterChangeQuerySet,
    User,
)
from districts.permissions import kept_from, visible_changes, visible_letters
from districts.roles import DEPARTMENT_ROLES
from districts.statements import Statement
from notices.models import Notice
from notices.reports import LATELY, failed_letters

ROSTER_PAGE = 100
SHOWN = (Figure.Measure.ENROLMENT, Figure.Measure.SCHOOLS, Figure.Measure.ACCOUNTABILITY_INDEX)


@dataclass(frozen=True)
class Run:
    """The years in a row for which a district is designated."""

    first_year: int
    last_year: int
    cohort: int  # the year it was first designated for, ever
    is_assumed: bool


@dataclass(frozen=True)
class RosterRow:
    """A district in a year, with its latest figures."""

    name: str
    slug: str
    code: str
    group: str
    is_retired: bool
    is_reform: bool
    run: Run | None  # none where it is not designated for the year
    amount: int | None  # US dollars, of the final allocation, else of the preliminary one
    stage: Allocation.Stage | None
    is_amount_assumed: bool
    students: Decimal | None
    schools: Decimal | None
    accountability: Decimal | None


@dataclass(frozen=True)
class SourceNote:
    """Where a column is from, and the latest date of it."""

    measure: Figure.Measure | None  # none for the allocations
    source: str
    day: date


@dataclass(frozen=True)
class Roster:
    """A page of districts, what the numbers of all add up to, and where they are from."""

    page: Page
    rows: list[RosterRow]
    amount: int | None
    preliminary: int
    students: Decimal | None
    schools: Decimal | None
    notes: list[SourceNote]


def roster_of(
    fiscal_year: int, *, words: str = "", with_retired: bool = False, page: str = ""
) -> Roster:
    """The districts by name with their standing in the year and their latest figures."""
    words = words.strip()
    summing_money, summing_figures = _summing(words, with_retired)
    allocated, figures = summing_money.ask(fiscal_year), summing_figures.ask()
    count = sum(group["districts"] for group in allocated)
    shown = Paginator(range(count), ROSTER_PAGE).get_page(page)
    rows = _showing(words, with_retired, ROSTER_PAGE * (shown.number - 1)).ask(fiscal_year)
    return Roster(
        page=shown,
        rows=[_row(values) for values in rows],
        amount=_sum(group["total"] for group in allocated),
        preliminary=sum(
            group["districts"]
            for group in allocated
            if group["stage"] == Allocation.Stage.PRELIMINARY
        ),
        students=_sum(
            one["total"] for one in figures if one["measure"] == Figure.Measure.ENROLMENT
        ),
        schools=_sum(one["total"] for one in figures if one["measure"] == Figure.Measure.SCHOOLS),
        notes=_notes(allocated, figures),
    )


ANY_YEAR = 32_000  # stands for the year in the statements


@lru_cache(maxsize=100)
def _summing(words: str, with_retired: bool) -> tuple[Statement, Statement]:  # noqa: FBT001
    """For each of those searches that were made lately."""
    districts = _found(words, with_retired=with_retired)
    return (
        Statement(partial(_money, districts), ANY_YEAR),
        Statement(partial(_figures, districts)),
    )


@lru_cache(maxsize=100)
def _showing(words: str, with_retired: bool, start: int) -> Statement:  # noqa: FBT001
    districts = _found(words, with_retired=with_retired)
    return Statement(partial(_rows, districts, start), ANY_YEAR)


def _found(words: str, *, with_retired: bool) -> DistrictQuerySet:
    districts = District.objects.matching(words)
    return districts if with_retired else districts.active()


def with_allocation(districts: DistrictQuerySet, fiscal_year: int) -> Any:
    """With the final allocation of the year, or else the preliminary one."""

    def in_stage(stage: str) -> FilteredRelation:
        of_year = Q(
            allocations__fiscal_year=fiscal_year,
            allocations__stage=stage,
            allocations__superseded_in=None,
        )
        return FilteredRelation("allocations", condition=of_year)

    return districts.alias(
        final=in_stage(Allocation.Stage.FINAL), preliminary=in_stage(Allocation.Stage.PRELIMINARY)
    ).annotate(
        **{
            name: Coalesce(f"final__{name}", f"preliminary__{name}")
            for name in ("stage", "amount", "source", "source_on", "is_assumption")
        }
    )


def _money(districts: DistrictQuerySet, fiscal_year: int) -> QuerySet:
    """What the allocations of each stage and source add up to; one group has none."""
    return (
        with_allocation(districts, fiscal_year)
        .order_by()
        .values("stage", "source")
        .annotate(
            districts=Count("pk"), total=Sum("amount"), day=Max("source_on"), first=Min("name")
        )
        .order_by("first")
    )


def _figures(districts: DistrictQuerySet) -> QuerySet:
    """What the latest figures of each measure and source add up to."""
    same = {"district": OuterRef("district"), "measure": OuterRef("measure")}
    later = Figure.objects.filter(period__gt=OuterRef("period"), **same)
    return (
        Figure.objects.filter(~Exists(later), measure__in=SHOWN, district__in=districts)
        .order_by()
        .values("measure", "source")
        .annotate(total=Sum("value"), day=Max("source_on"), first=Min("district__name"))
        .order_by("measure", "first")
    )


def _rows(districts: DistrictQuerySet, start: int, fiscal_year: int) -> QuerySet:
    """One page, by name. What the order does not need, PostgreSQL looks up for this page alone."""
    covering = Q(
        designations__first_fiscal_year__lte=fiscal_year,
        designations__last_fiscal_year__gte=fiscal_year,
        designations__superseded_in=None,
    )
    latest = Figure.objects.filter(district=OuterRef("pk")).order_by("-period").values("value")
    return (
        with_allocation(districts, fiscal_year)
        .alias(run=FilteredRelation("designations", condition=covering))
        .annotate(
            first_year=F("run__first_fiscal_year"),
            last_year=F("run__last_fiscal_year"),
            cohort=F("run__cohort"),
            is_reform=F("run__is_reform_district"),
            is_run_assumed=F("run__is_assumption"),
            **{measure.value: Subquery(latest.filter(measure=measure)[:1]) for measure in SHOWN},
        )
        .order_by("name")
        .values(
            *("name", "slug", "edsight_code", "reference_group", "retired_at"),
            *("amount", "stage", "is_assumption", "first_year", "last_year", "cohort"),
            *("is_reform", "is_run_assumed", *SHOWN),
        )[start : start + ROSTER_PAGE]
    )


def _row(values: dict[str, Any]) -> RosterRow:
    return RosterRow(
        name=values["name"],
        slug=values["slug"],
        code=values["edsight_code"],
        group=values["reference_group"],
        is_retired=values["retired_at"] is not None,
        is_reform=bool(values["is_reform"]),
        run=_run(values),
        amount=values["amount"],
        stage=Allocation.Stage(values["stage"]) if values["stage"] else None,
        is_amount_assumed=bool(values["is_assumption"]),
        students=values[Figure.Measure.ENROLMENT],
        schools=values[Figure.Measure.SCHOOLS],
        accountability=values[Figure.Measure.ACCOUNTABILITY_INDEX],
    )


def _run(values: dict[str, Any]) -> Run | None:
    if values["cohort"] is None:
        return None
    return Run(
        first_year=values["first_year"],
        last_year=values["last_year"],
        cohort=values["cohort"],
        is_assumed=bool(values["is_run_assumed"]),
    )


def _sum(values: Iterable) -> Any:
    """None where there is nothing to add up: an unknown sum is not zero."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _total(figures: list[dict[str, Any]], measure: Figure.Measure) -> Decimal | None:
    return _sum(one["total"] for one in figures if one["measure"] == measure)


class Troubles(NamedTuple):
    """What the roster's list tells whoever looks after it."""

    waiting: int  # changes that a second person has still to confirm
    failed: int  # letters, in the last seven days
    lacking: int  # districts, and the Department, in which nobody can act in some role
    ending: int  # districts whose designation ends within 12 months and is not renewed (R04)
    ends_on: date  # the day it ends, June 30


def troubles(reader: User, *, at: datetime) -> Troubles:
    """Of what the reader may read, in one query."""
    since, this_year = at - LATELY, fiscal_year_of(eastern_day(at))
    if kept_from(reader):
        of_reader = visible_changes(reader), visible_letters(reader)
        rows = list(_counted(*of_reader, since, this_year, this_year + 1))
    else:
        rows = OF_ALL.ask(since, this_year, this_year + 1)
    found = {row["what"]: row["pk__count"] for row in rows}
    is_department_short = not found.keys() >= DEPARTMENT_ROLES & NEEDED
    return Troubles(
        waiting=found.get("waiting", 0),
        failed=found.get("failed", 0),
        lacking=found.get("lacking", 0) + is_department_short,
        ending=found.get("ending", 0),
        ends_on=last_day(this_year),
    )


def _counted(
    changes: RosterChangeQuerySet,
    letters: QuerySet[Notice],
    since: datetime,
    this_year: int,
    next_year: int,
) -> QuerySet[Any, dict[str, Any]]:
    """What there is to look after and how many of each; what there is none of has no row."""
    waiting = changes.waiting().values(what=Value("waiting"))
    failed = failed_letters(letters, since).values(what=Value("failed"))
    lacking = districts_lacking().order_by().values(what=Value("lacking"))
    acting = acting_at_department().order_by().values(what=F("role"))
    ending = _designated_until(this_year, next_year).values(what=Value("ending"))
    each = [of.annotate(Count("pk")) for of in (failed, lacking, acting, ending)]
    return waiting.annotate(Count("pk")).union(*each, all=True)


def _designated_until(this_year: int, next_year: int) -> QuerySet[District]:
    """Districts designated this year and not the next; the year ends within twelve months."""
    now, then = map(District.objects.designated_for, (this_year, next_year))
    return now.exclude(pk__in=then.values("pk")).order_by()


OF_ALL = Statement(
    lambda *asked: _counted(RosterChange.objects.all(), Notice.objects.all(), *asked),
    datetime.min.replace(tzinfo=UTC),
    *(31_000, 32_000),
)


def years_of_money(this_year: int) -> list[int]:
    """Years the roster can be shown for: those with allocations, and the present one."""
    known = Allocation.objects.order_by().values_list("fiscal_year", flat=True).distinct()
    return sorted({this_year, *known}, reverse=True)


def _runs(district_id: int) -> QuerySet:
    return Designation.objects.filter(district=district_id).order_by("-first_fiscal_year")


def _amounts(district_id: int) -> QuerySet:
    return Allocation.objects.filter(district=district_id).order_by("-fiscal_year", "stage")


RUNS, AMOUNTS = Statement(_runs, -1), Statement(_amounts, -1)


def designations_of(district: District) -> list[Designation]:
    """Its runs of years in force, the latest first."""
    return RUNS.ask_for(Designation, district.pk)


def allocations_of(district: District) -> list[Allocation]:
    """What stands of each year and stage, the latest year first."""
    return AMOUNTS.ask_for(Allocation, district.pk)


@dataclass(frozen=True)
class FigureRow:
    measure: Figure.Measure
    period: str
    value: Decimal
    source: str
    source_on: date


def with_figures(districts: DistrictQuerySet) -> DistrictQuerySet:
    """With every figure of each, in the query that finds the district."""
    held = Figure.objects.filter(district=OuterRef("pk")).order_by("-period")
    cells = {name: name for name in ("measure", "period", "value", "source", "source_on")}
    return districts.annotate(every_figure=ArraySubquery(held.values(row=JSONObject(**cells))))


def figures_of(district: Any) -> list[FigureRow]:
    """Those of a district found so, in the order of the measures, the latest period first."""
    order = {measure: place for place, measure in enumerate(Figure.Measure.values)}
    return [
        FigureRow(
            measure=Figure.Measure(each["measure"]),
            period=each["period"],
            value=Decimal(str(each["value"])),
            source=each["source"],
            source_on=date.fromisoformat(each["source_on"]),
        )
        for each in sorted(district.every_figure, key=lambda each: order[each["measure"]])
    ]


def _notes(allocated: list[dict[str, Any]], figures: list[dict[str, Any]]) -> list[SourceNote]:
    sources: list[tuple[Figure.Measure | None, str, date]] = [
        (None, group["source"], group["day"]) for group in allocated if group["source"] is not None
    ]
    sources += [(Figure.Measure(one["measure"]), one["source"], one["day"]) for one in figures]
    latest: dict[tuple[Figure.Measure | None, str], date] = {}
    for measure, source, known_on in sources:
        latest[measure, source] = max(latest.get((measure, source), date.min), known_on)
    return [SourceNote(*named, known_on) for named, known_on in latest.items()]
