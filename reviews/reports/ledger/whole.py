"""All that a page or a file of the ledger is made of, and the ways it is added up."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Cast

from districts.models import District
from plans.models import FocusArea, ObjectCode
from reviews.reports.ledger.approved import Dollars, dollars_of
from reviews.reports.ledger.figures import figures_beside
from reviews.reports.ledger.targets import TargetRow, targets_of
from reviews.reports.ledger.years import LedgerYear, ledger_of, summed, total


@dataclass(frozen=True)
class Ledger:
    """Of some districts. `areas` and `object_groups` are the names of the keys in `dollars`."""

    districts: dict[int, District]
    years: list[LedgerYear]
    dollars: list[Dollars]
    targets: list[TargetRow]
    areas: dict[int, str]
    object_groups: dict[str, str]

    def of_year(self, fiscal_year: int | None) -> "Ledger":
        """Its rows of one year; all of them where none is chosen."""
        if fiscal_year is None:
            return self
        return replace(
            self,
            years=[each for each in self.years if each.fiscal_year == fiscal_year],
            dollars=[each for each in self.dollars if each.fiscal_year == fiscal_year],
            targets=[each for each in self.targets if each.fiscal_year == fiscal_year],
        )

    @property
    def planned_years(self) -> list[int]:
        """Those with an approved plan, the latest first."""
        return sorted({each.fiscal_year for each in self.dollars}, reverse=True)


def read_ledger(districts: Iterable[District], *, last: int) -> Ledger:
    """Of every fiscal year up to the last; nine queries, and that which finds the districts."""
    held = read_dollars(districts)
    keys = list(held.districts)
    beside = figures_beside(keys)
    return replace(held, years=ledger_of(keys, held.dollars, held.targets, beside, last=last))


def read_dollars(districts: Iterable[District]) -> Ledger:
    """What approved plans and their reports say, without the years’ money; three queries."""
    by_key = {district.pk: district for district in districts}
    keys = list(by_key)
    areas, object_groups = _names()
    return Ledger(
        districts=by_key,
        years=[],
        dollars=dollars_of(keys),
        targets=targets_of(keys),
        areas=areas,
        object_groups=object_groups,
    )


def _names() -> tuple[dict[int, str], dict[str, str]]:
    """Of focus areas by number, and of groups of object codes by their first figure."""
    areas = FocusArea.objects.annotate(code=Cast("number", CharField()))
    groups = ObjectCode.objects.filter(parent=None)
    named = areas.values_list(Value("area"), "code", "short_name").union(
        groups.values_list(Value("group"), "code", "name"), all=True
    )
    found: dict[str, dict[str, str]] = {"area": {}, "group": {}}
    for kind, code, name in named:
        found[kind][code] = f"{code} {name}"
    by_number = {int(code): name for code, name in found["area"].items()}
    by_figure = {code[:1]: name for code, name in sorted(found["group"].items())}
    return dict(sorted(by_number.items())), by_figure


@dataclass(frozen=True)
class PartRow:
    """A focus area or a group of object codes; `name` is empty where the plan names none."""

    name: str
    budgeted: int
    obligated: int | None
    expended: int | None
    by_share: int | None


def by_focus_area(ledger: Ledger) -> list[PartRow]:
    return _parts(ledger.dollars, lambda each: each.focus_area, ledger.areas)


def by_object_group(ledger: Ledger) -> list[PartRow]:
    return _parts(ledger.dollars, lambda each: each.object_group, ledger.object_groups)


def added_up(dollars: Sequence[Dollars], name: str = "") -> PartRow:
    return PartRow(
        name=name,
        budgeted=sum(each.budgeted for each in dollars),
        obligated=total(each.obligated for each in dollars),
        expended=total(each.expended for each in dollars),
        by_share=total(each.by_share for each in dollars),
    )


def sum_by_year(years: Iterable[LedgerYear]) -> list[LedgerYear]:
    """One row for each fiscal year, the earliest first, with the columns of its rows added up."""
    found: defaultdict[int, list[LedgerYear]] = defaultdict(list)
    for each in years:
        found[each.fiscal_year or 0].append(each)
    return [summed(found[year], fiscal_year=year) for year in sorted(found)]


def sum_by_district(years: Iterable[LedgerYear]) -> dict[int, LedgerYear]:
    found: defaultdict[int, list[LedgerYear]] = defaultdict(list)
    for each in years:
        found[each.district_id or 0].append(each)
    return {district: summed(rows) for district, rows in found.items()}


def _parts(
    dollars: Iterable[Dollars], key: Callable[[Dollars], Any], names: dict[Any, str]
) -> list[PartRow]:
    found: defaultdict[Any, list[Dollars]] = defaultdict(list)
    for each in dollars:
        found[key(each)].append(each)
    unnamed = sorted(found.keys() - names.keys(), key=str)
    in_order = [*(each for each in names if each in found), *unnamed]
    return [added_up(found[each], names.get(each, "")) for each in in_order]
