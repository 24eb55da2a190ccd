"""Stating a fact of the roster: the row that held gives way, and both name the act."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from districts.models import Allocation, Designation, District, RosterChange
from districts.models.districts import Stated
from districts.services.refusals import RosterRefusal
from districts.services.roster_changes import (
    JOINS,
    LEAVES,
    MONEY,
    REFORM,
    Effect,
    tell_of_money,
)
from districts.words import day
from districts.words import money as dollars


@dataclass(frozen=True)
class Run:
    """The fiscal years of a designation, why they are so, and where that is from."""

    first_fiscal_year: int
    last_fiscal_year: int
    cohort: int
    is_reform_district: bool
    basis: str
    source: str
    source_on: date


@dataclass(frozen=True)
class Money:
    """An amount in whole US dollars, and where it is from."""

    amount: int
    source: str
    source_on: date


_NAMES = {
    "first_fiscal_year": "first fiscal year",
    "last_fiscal_year": "last fiscal year",
    "cohort": "first designated",
    "is_reform_district": "educational reform district",
    "basis": "basis",
    "source": "source",
    "source_on": "date of the source",
}
_YEARS = {"first_fiscal_year", "last_fiscal_year", "cohort"}


def supersede(held: Stated | None, row: Stated, *, change: RosterChange) -> None:
    """State the row in the change. The one that held stays as it was, and says what ended it."""
    if held is not None:
        held.superseded_in = change
        held.save(update_fields=["superseded_in"])
    row.stated_in = change
    row.save(force_insert=True)


def make(change: RosterChange, *, at: datetime) -> None:
    """Let a change of one district take effect, as it was asked for.

    Raises:
        RosterRefusal: the roster has moved on since, so that it would replace something else.
    """
    district = District.objects.select_for_update().get(pk__in=[change.district_id])
    if change.kind in (RosterChange.Kind.RETIREMENT, RosterChange.Kind.RESTORATION):
        _set_standing(district, change, at=at)
        return
    if district.retired_at:
        raise RosterRefusal(whole=f"{district} is retired. Restore it before you change it.")
    asked = dict(change.asked)
    replaced = [pk for pk in [asked.pop("replaces")] if pk]
    asked["source_on"] = date.fromisoformat(asked["source_on"])
    held: Any
    row: Any
    if change.kind == RosterChange.Kind.ALLOCATION:
        key = {"fiscal_year": asked["fiscal_year"], "stage": asked["stage"]}
        held = district.allocations.filter(**key).first()
        row = Allocation(district=district, **asked)
    else:
        held = district.designations.filter(pk__in=replaced).first()
        refuse_run(Run(**asked), district.designations.exclude(pk__in=replaced))
        row = Designation(district=district, **asked)
    if [row.pk for row in [held] if row] != replaced:
        raise RosterRefusal(
            whole="The roster has changed since this was asked for, so it would replace something"
            " else. Refuse it, and ask for it again from what is kept now."
        )
    supersede(held, row, change=change)
    if isinstance(row, Allocation) and (held is None or held.amount != row.amount):
        effect = Effect(district, MONEY, frozenset({row.fiscal_year}))
        tell_of_money([effect], at=at)


def _set_standing(district: District, change: RosterChange, *, at: datetime) -> None:
    retires = change.kind == RosterChange.Kind.RETIREMENT
    if bool(district.retired_at) == retires:
        state = "retired" if retires else "on the roster"
        raise RosterRefusal(whole=f"{district} is {state} already. Refuse this change.")
    if retires:
        district.retired_at, district.retired_by = at, change.proposed_by
    else:
        district.retired_at = district.retired_by = None
    district.save(update_fields=["retired_at", "retired_by"])


# In words ---------------------------------------------------------------------------------------


def words_of_money(
    held: Allocation | None, fiscal_year: int, stage: str, money: Money
) -> list[str]:
    """The change of an allocation, a line each, old → new."""
    what = f"FY{fiscal_year} {stage} allocation"
    if held is None:
        return [f"{what}: none → {dollars(money.amount)}"]
    if held.amount == money.amount:
        lines = [f"{what}: {dollars(held.amount)} as before"]
    else:
        lines = [f"{what}: {dollars(held.amount)} → {dollars(money.amount)}"]
    return lines + _differences(held, {"source": money.source, "source_on": money.source_on})


def words_of_run(held: Designation | None, run: Run) -> list[str]:
    """The change of a designation, a line each, old → new."""
    years = f"FY{run.first_fiscal_year} to FY{run.last_fiscal_year}"
    if held is None:
        return [f"Designation: none → {years}"]
    return [f"Designation: {held} → {years}", *_differences(held, asdict(run))]


def _differences(held: models.Model, values: dict[str, Any]) -> list[str]:
    return [
        f"{_NAMES[name]}: {_shown(name, getattr(held, name))} → {_shown(name, value)}"
        for name, value in values.items()
        if getattr(held, name) != value
    ]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day(value)
    return f"FY{value}" if name in _YEARS else f"“{value}”"


# Which years a designation concerns -------------------------------------------------------------


def effects_of_run(district: District, held: Designation | None, run: Run) -> list[Effect]:
    """The years it takes away, gives, and those in which the reform flag changes."""
    was = _years(held.first_fiscal_year, held.last_fiscal_year) if held else frozenset()
    will_be = _years(run.first_fiscal_year, run.last_fiscal_year)
    flag = held is not None and held.is_reform_district != run.is_reform_district
    found = [
        Effect(district, LEAVES, was - will_be),
        Effect(district, JOINS, will_be - was),
        Effect(district, REFORM, was & will_be if flag else frozenset()),
    ]
    return [effect for effect in found if effect.fiscal_years]


def _years(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def refuse_run(run: Run, others: models.QuerySet[Designation]) -> None:
    first, last = run.first_fiscal_year, run.last_fiscal_year
    if last < first:
        raise RosterRefusal(last_fiscal_year=f"FY{last} is before FY{first}, the first year.")
    if run.cohort > first:
        raise RosterRefusal(
            cohort=f"FY{run.cohort} is after FY{first}. Write the year in which the district was"
            " first designated; it cannot be later than this run."
        )
    if other := others.filter(first_fiscal_year__lte=last, last_fiscal_year__gte=first).first():
        raise RosterRefusal(
            first_fiscal_year=f"The district is already designated for {other}. Choose years"
            " outside that run, or change that run."
        )
