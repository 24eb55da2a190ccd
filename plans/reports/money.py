"""The money of a plan's fiscal year, with the rows behind each figure.

    authorized = allocation + carried in − reductions
    balance    = authorized − expended, carried forward whole

`districts/reports/money.py` has the arithmetic; this reads its rows of one plan, in one query.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef
from pydantic import BaseModel, ConfigDict

from districts.calendar import eastern_day
from districts.models import Allocation, FundingAdjustment
from districts.reports.money import Kind, Money, money_from
from plans.documents.rows import JSONRows
from plans.models import LineOutcome, Plan


class Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class Allocated(Row):
    fiscal_year: int
    stage: str
    amount: int
    source: str
    source_on: date


class Moved(Row):
    """A standing adjustment: what moved the money, and why."""

    fiscal_year: int
    origin_year: int
    kind: str
    amount: int
    reason: str
    posted_at: datetime

    @property
    def posted_on(self) -> date:
        return eastern_day(self.posted_at)

    @property
    def what(self) -> str:
        return str(Kind(self.kind).label)


class Spent(Row):
    obligated: int
    expended: int
    basis: str
    as_of: date


@dataclass(frozen=True)
class MoneyOfYear:
    """Whole US dollars. `expended` is none until a report on the year is certified."""

    money: Money
    allocated: Allocated | None
    moved: tuple[Moved, ...]  # of this year, and what was taken off it from the years before
    expended: int | None
    as_of: date | None

    @property
    def year_before(self) -> int:
        return self.money.fiscal_year - 1

    @property
    def balance(self) -> int | None:
        """What goes on to the next year; so far, until the year's own report is certified."""
        return None if self.expended is None else self.money.authorized - self.expended

    @property
    def is_whole_year(self) -> bool:
        return self.as_of is not None and self.as_of == date(self.money.fiscal_year, 6, 30)

    def of_kind(self, *kinds: str) -> list[Moved]:
        return [one for one in self.moved if one.kind in kinds]

    @property
    def carried(self) -> list[Moved]:
        return self.of_kind(Kind.CARRY_FORWARD)

    @property
    def reduced(self) -> list[Moved]:
        return self.of_kind(Kind.REDUCTION)

    @property
    def withheld(self) -> list[Moved]:
        return self.of_kind(Kind.WITHHOLDING, Kind.RELEASE)

    @property
    def repaid(self) -> list[Moved]:
        return self.of_kind(Kind.REPAYMENT)


def money_of_plan(plan: Plan) -> MoneyOfYear:
    """One query."""
    of_district = {
        "district": OuterRef("district_id"),
        "fiscal_year__lte": OuterRef("cycle_id"),
    }
    columns = {
        "allocated": JSONRows(Allocation.objects.filter(**of_district), *Allocated.model_fields),
        "moved": JSONRows(
            FundingAdjustment.objects.standing().filter(**of_district).order_by("pk"),
            *Moved.model_fields,
        ),
        "spent": JSONRows(LineOutcome.objects.filter(plan=OuterRef("pk")), *Spent.model_fields),
    }
    (texts,) = Plan.objects.filter(pk=plan.pk).order_by().annotate(**columns).values(*columns)
    rows = {name: json.loads(text) for name, text in texts.items()}
    year = plan.cycle_id
    money = money_from(rows["allocated"], rows["moved"], last=year)[year]
    stated = [Allocated.model_validate(row) for row in rows["allocated"]]
    spent = [Spent.model_validate(row) for row in rows["spent"]]
    return MoneyOfYear(
        money=money,
        allocated=next(
            (one for one in stated if (one.fiscal_year, one.stage) == (year, money.stage)), None
        ),
        moved=tuple(
            one
            for one in map(Moved.model_validate, rows["moved"])
            if one.fiscal_year == year or (one.kind == Kind.REDUCTION and money.reductions)
        ),
        expended=sum(one.expended for one in spent) if spent else None,
        as_of=max((one.as_of for one in spent), default=None),
    )
