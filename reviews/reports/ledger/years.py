"""The ledger: of each district and fiscal year one row of money and of targets.

    authorized = expended + carried out
    carried in of a year = carried out of the one before

Where a plan, a report or a figure is not there, its column is none and not zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

from districts.models import FundingAdjustment
from districts.reports.money import Money, money_over_years
from reviews.models import SpendingDetermination
from reviews.reports.findings import Came
from reviews.reports.ledger.approved import Dollars
from reviews.reports.ledger.figures import FUNDED, Beside
from reviews.reports.ledger.targets import TargetRow

Kind = FundingAdjustment.Kind
Place = tuple[int, int]  # a district and a fiscal year


@dataclass(frozen=True)
class LedgerYear:
    """Whole US dollars. Sums of several districts have the same columns (`summed`)."""

    district_id: int | None  # none where it is a sum of several
    fiscal_year: int | None
    published: int | None  # the Alliance money as the Department published it
    allocation: int | None  # in force here
    carried_in: int | None
    reductions: int | None
    authorized: int | None
    withheld: int | None
    budgeted: int | None  # none without an approved plan
    obligated: int | None
    expended: int | None  # none without a certified report
    by_share: int | None  # of it, put to lines by their share of an object code
    as_of: date | None  # of what was spent, the latest day
    carried_out: int | None
    out_of_compliance: int | None  # as determined; none where nothing was determined
    repaid: int | None  # by determinations on the money of this year
    reduced_later: int | None
    targets: int
    with_actual: int
    met: int
    beside: dict[str, Decimal] = field(default_factory=dict)

    @property
    def funded(self) -> int | None:
        """The allocation in force; of years before this product, what was published."""
        return self.published if self.allocation is None else self.allocation

    @property
    def remedied(self) -> int | None:
        """Spent out of compliance with the plan and repaid, or taken off a later year."""
        return total((self.repaid, self.reduced_later))

    @property
    def difference(self) -> int | None:
        """By how much authorized is not expended + carried out; none before the year is closed.

        None of sums, too: they hold years that are closed and years that are not.
        """
        if (
            self.district_id is None
            or self.authorized is None
            or self.expended is None
            or self.carried_out is None
        ):
            return None
        return self.authorized - self.expended - self.carried_out


SUMMED = (
    *("published", "allocation", "carried_in", "reductions", "authorized", "withheld"),
    *("budgeted", "obligated", "expended", "by_share", "carried_out"),
    *("out_of_compliance", "repaid", "reduced_later"),
)
COUNTED = ("targets", "with_actual", "met")


def ledger_of(
    district_ids: Sequence[int],
    dollars: Iterable[Dollars],
    targets: Iterable[TargetRow],
    beside: Beside,
    *,
    last: int,
) -> list[LedgerYear]:
    """By district and year, of every year up to the last that had money or a plan.

    Four queries, beside those that the rows given were read with.
    """
    money = _money(district_ids, last)
    remedies, determined = _remedies(district_ids), _determined(district_ids)
    spent, found = _by_place(dollars), _by_place(targets)
    published = {place for place, figures in beside.items() if FUNDED in figures}
    places = {*money, *remedies, *determined, *spent, *found, *published}
    return [
        _year(
            place,
            money.get(place),
            money.get((place[0], place[1] + 1)),
            remedies[place],
            determined.get(place),
            spent[place],
            found[place],
            beside.get(place, {}),
        )
        for place in sorted(places)
        if place[1] <= last
    ]


def summed(years: Iterable[LedgerYear], *, fiscal_year: int | None = None) -> LedgerYear:
    """The columns of several rows added up; what is none in all of them is none."""
    held = list(years)
    sums: dict[str, Any] = {name: total(getattr(each, name) for each in held) for name in SUMMED}
    sums |= {name: sum(getattr(each, name) for each in held) for name in COUNTED}
    days = [each.as_of for each in held if each.as_of]
    return LedgerYear(
        district_id=None,
        fiscal_year=fiscal_year,
        as_of=max(days, default=None),
        **sums,
    )


def _year(
    place: Place,
    money: Money | None,
    next_year: Money | None,
    remedies: dict[str, int],
    out_of_compliance: int | None,
    dollars: list[Dollars],
    targets: list[TargetRow],
    beside: dict[str, Decimal],
) -> LedgerYear:
    published = beside.get(FUNDED)
    days = [each.as_of for each in dollars if each.as_of]
    return LedgerYear(
        district_id=place[0],
        fiscal_year=place[1],
        published=None if published is None else int(published),
        allocation=money.allocation if money else None,
        carried_in=money.carried_in if money else None,
        reductions=money.reductions if money else None,
        authorized=money.authorized if money else None,
        withheld=money.withheld if money else None,
        budgeted=total(each.budgeted for each in dollars),
        obligated=total(each.obligated for each in dollars),
        expended=total(each.expended for each in dollars),
        by_share=total(each.by_share for each in dollars),
        as_of=max(days, default=None),
        carried_out=next_year.carried_in if next_year else None,
        out_of_compliance=out_of_compliance,
        repaid=remedies.get(Kind.REPAYMENT),
        reduced_later=remedies.get(Kind.REDUCTION),
        targets=len(targets),
        with_actual=sum(each.is_met is not None for each in targets),
        met=sum(each.came == Came.MET for each in targets),
        beside={key: value for key, value in beside.items() if key != FUNDED},
    )


def _money(district_ids: Sequence[int], last: int) -> dict[Place, Money]:
    """Of each year in which a district has money, or had any that moved, and of the next."""
    return {
        (district, year): money
        for district, by_year in money_over_years(district_ids, last=last + 1).items()
        for year, money in by_year.items()
        if _is_known(money)
    }


def _is_known(money: Money) -> bool:
    stated = (money.allocation, money.carried_in)
    moved = (money.reductions, money.still_to_land, money.withheld, money.repaid)
    return any(each is not None for each in stated) or any(moved)


def _remedies(district_ids: Sequence[int]) -> defaultdict[Place, dict[str, int]]:
    """By the year whose money it was, whenever it lands."""
    found: defaultdict[Place, dict[str, int]] = defaultdict(dict)
    rows = FundingAdjustment.objects.standing().filter(
        district__in=district_ids, kind__in=[Kind.REPAYMENT, Kind.REDUCTION]
    )
    for row in rows.values("district_id", "origin_year", "kind").annotate(total=Sum("amount")):
        found[row["district_id"], row["origin_year"]][row["kind"]] = row["total"]
    return found


def _determined(district_ids: Sequence[int]) -> dict[Place, int]:
    """What stands of determinations on the money of a year: 0 where all was in accordance."""
    standing = SpendingDetermination.objects.filter(
        plan__district__in=district_ids, superseded_by=None
    )
    rows = standing.values_list("plan__district_id", "plan__cycle_id").annotate(
        total=Coalesce(Sum("lines__out_of_compliance"), 0)
    )
    return {(district, year): total for district, year, total in rows}


def _by_place(rows: Iterable) -> defaultdict[Place, list]:
    found: defaultdict[Place, list] = defaultdict(list)
    for row in rows:
        found[row.district_id, row.fiscal_year].append(row)
    return found


def total(amounts: Iterable[int | None]) -> int | None:
    known = [each for each in amounts if each is not None]
    return sum(known) if known else None
