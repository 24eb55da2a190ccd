"""A district's Alliance money by fiscal year: what is authorized, and what goes on to the next.

    authorized(n) = allocation(n) + carried in(n) − reductions(n)     never below 0

A reduction that is more than its year has goes on to the next (§ 10-262u(g)(2)); a balance goes on
whole (§ 10-262u(h)). Repayment is money that comes back to the State: it changes no balance.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.functions import Cast

from districts.models import Allocation, FundingAdjustment
from districts.statements import Among, Statement

Kind = FundingAdjustment.Kind
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Money:
    """One district and fiscal year, in whole US dollars.

    `allocation` is none where the Department has loaded none; it counts as nothing. `carried_in`
    is none until a certified report, or the last one before it, says what was left.
    """

    fiscal_year: int
    allocation: int | None
    stage: str | None
    carried_in: int | None
    reductions: int  # that land in this year
    still_to_land: int  # of those that were to land by this year: they go on to the next
    withheld: int  # of what is authorized, and not released
    repaid: int  # by determinations about money of this year

    @property
    def authorized(self) -> int:
        return (self.allocation or 0) + (self.carried_in or 0) - self.reductions

    @property
    def of_the_allocation(self) -> int:
        """What lines of the current allocation may add up to: reductions come off it first."""
        return max(0, (self.allocation or 0) - self.reductions)

    @property
    def of_carry_forward(self) -> int:
        """What lines of carry-forward may add up to."""
        return self.authorized - self.of_the_allocation


def money_of(district_id: int, fiscal_year: int) -> Money:
    """The district's money of a year; two queries."""
    return money_by_district([district_id], fiscal_year)[district_id]


def money_by_district(district_ids: Collection[int], fiscal_year: int) -> dict[int, Money]:
    """Of each district its money of a year, in two queries however many there are."""
    years = money_over_years(district_ids, last=fiscal_year)
    return {district: by_year[fiscal_year] for district, by_year in years.items()}


def money_over_years(district_ids: Collection[int], *, last: int) -> dict[int, dict[int, Money]]:
    """Of each district its money of each year up to the last, the earliest first; two queries.

    A year is there where anything was stated of it or of one before it, and the last always is.
    """
    allocations = _by_district(ALLOCATED.ask(list(district_ids), last))
    adjustments = _by_district(ADJUSTED.ask(list(district_ids), last))
    return {
        district: money_from(allocations[district], adjustments[district], last=last)
        for district in district_ids
    }


def _allocated(district_ids: Collection[int], last: int) -> QuerySet[Allocation, Any]:
    of_them = Allocation.objects.filter(Among("district", district_ids), fiscal_year__lte=last)
    return of_them.values("district_id", "fiscal_year", "stage", "amount")


def _adjusted(district_ids: Collection[int], last: int) -> QuerySet[FundingAdjustment, Any]:
    standing = FundingAdjustment.objects.standing()
    of_them = standing.filter(Among("district", district_ids), fiscal_year__lte=last)
    amount = Cast(Sum("amount"), BigIntegerField())
    return of_them.values("district_id", "fiscal_year", "kind").annotate(amount=amount)


ALLOCATED, ADJUSTED = Statement(_allocated, [-1], 2013), Statement(_adjusted, [-1], 2013)


def _by_district(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["district_id"]].append(row)
    return found


def money_from(
    allocations: Iterable[Row], adjustments: Iterable[Row], *, last: int
) -> dict[int, Money]:
    """One district's money of each year up to the last.

    Allocations have a fiscal year, a stage and an amount, of which a final one counts before a
    preliminary one; standing adjustments a fiscal year, a kind and an amount.
    """
    allocated: dict[int, tuple[int, str]] = {}
    for row in sorted(allocations, key=itemgetter("stage"), reverse=True):  # final ones last
        allocated[row["fiscal_year"]] = (row["amount"], row["stage"])
    adjusted: dict[tuple[int, str], int] = defaultdict(int)
    for row in adjustments:
        adjusted[row["fiscal_year"], row["kind"]] += row["amount"]
    known = {*allocated, *(year for year, _ in adjusted), last}
    found: dict[int, Money] = {}
    to_land = 0
    for year in range(min(known), last + 1):
        amount, stage = allocated.get(year, (None, None))
        carried_in = adjusted.get((year, Kind.CARRY_FORWARD))
        due = to_land + adjusted.get((year, Kind.REDUCTION), 0)
        landed = min(due, (amount or 0) + (carried_in or 0))
        to_land = due - landed
        withheld = adjusted.get((year, Kind.WITHHOLDING), 0)
        found[year] = Money(
            fiscal_year=year,
            allocation=amount,
            stage=stage,
            carried_in=carried_in,
            reductions=landed,
            still_to_land=to_land,
            withheld=max(0, withheld - adjusted.get((year, Kind.RELEASE), 0)),
            repaid=adjusted.get((year, Kind.REPAYMENT), 0),
        )
    return found
