"""How fast a year's money is spent, and what would be left of it (R48).

    pace       = (expended + obligated) ÷ authorized, against 35% at December 31, 60% at March 31
    projection = expended + the larger of what is obligated and the average month of the last two
                 quarters × 3 months left, at most authorized

Obligated is what is ordered and not yet paid. Salaries are often obligated for the whole year:
adding both it and the average month would count them twice.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from districts.models import District
from districts.reports.money import Money, money_by_district
from progress.calendar import ANNUAL, EXPENDITURE_PERIODS, as_of
from progress.reports.certified import Certified, certified_figures

EXPECTED_PERCENT = {"q2": 35, "q3": 60}  # our default
MONTHS_LEFT = 3  # after March 31
HALF_A_YEAR, THREE_QUARTERS = 6, 9  # months


@dataclass(frozen=True)
class Pace:
    """Of one report: what is spent or ordered, of what may be."""

    period: str
    as_of: date
    authorized: int
    expended: int
    obligated: int

    @property
    def used(self) -> int:
        return self.expended + self.obligated

    @property
    def share(self) -> float | None:
        """None where nothing is authorized: there is no pace then."""
        return self.used / self.authorized if self.authorized else None

    @property
    def percent(self) -> str:
        """For a page; nothing where there is no pace."""
        return "" if self.share is None else f"{self.share:.1%}"

    @property
    def expected(self) -> int | None:
        """In percent of what is authorized."""
        return EXPECTED_PERCENT.get(self.period)

    @property
    def is_behind(self) -> bool:
        if self.expected is None or not self.authorized:
            return False
        return self.used * 100 < self.expected * self.authorized

    @property
    def short_of(self) -> int:
        """Dollars that lack at what is expected."""
        if self.expected is None:
            return 0
        return max(0, -(-self.expected * self.authorized // 100) - self.used)


@dataclass(frozen=True)
class Projection:
    """What would be spent by June 30, and each figure of the formula."""

    authorized: int
    expended: int
    obligated: int
    spent_before: int  # by September 30; 0 where that report is not in
    months: int  # that the average month is of
    to_come: int  # the average month × the months left

    @property
    def is_by_average(self) -> bool:
        return self.to_come >= self.obligated

    @property
    def by_june(self) -> int:
        return min(self.authorized, self.expended + max(self.obligated, self.to_come))

    @property
    def balance(self) -> int:
        return self.authorized - self.by_june


def pace_of(report: Certified, authorized: int) -> Pace:
    return Pace(report.period, report.as_of, authorized, report.expended, report.obligated)


def projection_of(reports: Mapping[str, Certified], authorized: int) -> Projection | None:
    """From the report of March 31; none before it, and none once the annual report is in."""
    march = reports.get("q3")
    if march is None or ANNUAL in reports:
        return None
    september = reports.get("q1")
    before = september.expended if september else 0
    months = HALF_A_YEAR if september else THREE_QUARTERS
    to_come = max(0, march.expended - before) * MONTHS_LEFT
    return Projection(
        authorized=authorized,
        expended=march.expended,
        obligated=march.obligated,
        spent_before=before,
        months=months,
        to_come=(2 * to_come + months) // (2 * months),
    )


@dataclass(frozen=True)
class DistrictSpending:
    """A district's year: its money, what is certified of it, its pace and its projection."""

    district_id: int
    name: str
    slug: str
    money: Money
    reports: Mapping[str, Certified]

    @cached_property
    def last(self) -> Certified | None:
        return next(
            (self.reports[one] for one in reversed(EXPENDITURE_PERIODS) if one in self.reports),
            None,
        )

    @cached_property
    def pace(self) -> Pace | None:
        return pace_of(self.last, self.money.authorized) if self.last else None

    @property
    def projection(self) -> Projection | None:
        return projection_of(self.reports, self.money.authorized)

    @property
    def balance(self) -> int | None:
        return self.money.authorized - self.last.expended if self.last else None


def spending_by_district(
    districts: Collection[District], fiscal_year: int
) -> list[DistrictSpending]:
    """Of each district its spending of a year, in three queries however many there are."""
    keys = [district.pk for district in districts]
    money = money_by_district(keys, fiscal_year)
    reports = certified_figures(districts=keys, fiscal_year=fiscal_year)
    return [
        DistrictSpending(one.pk, one.name, one.slug, money[one.pk], reports.get(one.pk, {}))
        for one in districts
    ]


@dataclass(frozen=True)
class CarriedIn:
    """What a year opens with of the year before, and how sure that is."""

    amount: int
    is_estimate: bool
    as_of: date  # of the report it comes from
    period: str
    is_projected: bool = False  # by the formula from March; else what was left on the day


def carried_in_estimate(district_id: int, fiscal_year: int) -> CarriedIn | None:
    """As the certified annual report of the year before says; until it is in, by the last
    quarterly report, which is an estimate. None where no report is in. Three queries."""
    return carried_in_estimates([district_id], fiscal_year)[district_id]


def carried_in_estimates(
    district_ids: Collection[int], fiscal_year: int
) -> dict[int, CarriedIn | None]:
    """Of each district what the year opens with; three queries however many there are."""
    before = fiscal_year - 1
    money = money_by_district(district_ids, before)
    reports = certified_figures(districts=district_ids, fiscal_year=before)
    return {
        each: _carried_in(reports.get(each, {}), money[each].authorized) for each in district_ids
    }


def _carried_in(reports: Mapping[str, Certified], authorized: int) -> CarriedIn | None:
    last = next((reports[one] for one in reversed(EXPENDITURE_PERIODS) if one in reports), None)
    if last is None:
        return None
    projection = projection_of(reports, authorized)
    amount = projection.balance if projection else max(0, authorized - last.expended)
    return CarriedIn(
        amount,
        is_estimate=last.period != ANNUAL,
        as_of=as_of(last.period, last.fiscal_year),
        period=last.period,
        is_projected=projection is not None,
    )
