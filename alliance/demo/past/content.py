"""What the plan of a year gone by says: shorter than that of FY2027, from which it is made."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

from alliance.demo.content import Content
from alliance.demo.past.money import Year, chance, split
from alliance.demo.past.years import THIS_YEAR, YEARS, years_earlier
from districts.words import money as dollars
from districts.words import school_year

ASSUMED = "Assumed for this demonstration"
STRATEGIES, MILESTONES, LINES = 4, 2, 3  # of each plan, and of each strategy: the first of FY2027
FIRST_MEASURED = "2025-26"  # baselines of FY2027 are of this school year, or of the one before
QUARTER = Decimal("0.25")
DIGIT = Decimal("0.1")
PROGRESS = [Decimal(share) for share in ("1.2", "1", "0.7", "0.3", "-0.2")]  # of the distance


def content_of(file: Content, money: Year) -> Content:
    """The sections and rows of a plan of the year, each row under the name it has in FY2027."""
    year = money.fiscal_year
    strategies = [_strategy(each, year) for each in file["strategies"][:STRATEGIES]]
    _budget(strategies, money)
    return {
        "cover": {
            "contact_title": file["cover"].get("contact_title", ""),
            "contact_phone": file["cover"].get("contact_phone", ""),
            "summary": f"{ASSUMED}: the plan of FY{year} does a part of what the plan of"
            f" FY{THIS_YEAR} does, for {dollars(money.authorized)}.",
        },
        "needs": {
            "narrative": f"{ASSUMED}. The needs are those of the plan of FY{THIS_YEAR}.",
            "indicator_numbers": file["needs"]["indicator_numbers"],
            "root_causes": f"{ASSUMED}. As in the plan of FY{THIS_YEAR}.",
        },
        "look_back": {
            "implementation": f"{ASSUMED}: most of the plan of FY{year - 1} was carried out.",
            "performance": f"{ASSUMED}: some targets of FY{year - 1} were met.",
            "lessons": f"{ASSUMED}: fewer things, each with one owner.",
        },
        "budget": {
            "narrative": f"{ASSUMED}: lines of FY{THIS_YEAR}, in the proportion of this year’s"
            " money.",
            "carry_forward_reported": money.carried_in or None,
        },
        "sustainability": {
            "sustaining": f"{ASSUMED}. As in the plan of FY{THIS_YEAR}.",
            "non_supplanting": f"{ASSUMED}. As in the plan of FY{THIS_YEAR}.",
        },
        "objectives": _objectives(file, year),
        "strategies": strategies,
    }


def _objectives(file: Content, year: int) -> list[Content]:
    objectives = deepcopy(file["objectives"])
    for place, objective in enumerate(objectives, start=1):
        for number, target in enumerate(objective.setdefault("targets", []), start=1):
            name = f"{file['district']}/target {place}.{number}"
            baseline, actual, aim = _course(target, year, name)
            target |= {
                "baseline": baseline,
                "baseline_year": school_year(year - 1),
                "target_value": aim,
                "came_to": actual,
            }
            _earlier(target, year)
    return list(objectives)


def _strategy(strategy: Content, year: int) -> Content:
    kept: Content = deepcopy(strategy)
    kept["description"] = f"{ASSUMED}: the first part of what FY{THIS_YEAR} goes on with."
    kept["milestones"] = kept.get("milestones", [])[:MILESTONES]
    kept["lines"] = [
        {"place": place, **line}
        for place, line in enumerate(kept.get("lines", []), start=1)
        if line.get("funding_source", "allocation") == "allocation"
        and line.get("line_kind", "ordinary") == "ordinary"
        and {"amount", "object_code_id", "focus_area_id"} <= line.keys()
    ][:LINES]
    for row in (kept, *kept["milestones"]):
        _earlier(row, year)
    return kept


def _earlier(row: Content, year: int) -> None:
    for name, value in row.items():
        if isinstance(value, date):
            row[name] = years_earlier(value, THIS_YEAR - year)


def _budget(strategies: list[Content], money: Year) -> None:
    """Lines of the allocation and of what was carried in add up to each, to the dollar."""
    lines = [line for strategy in strategies for line in strategy["lines"]]
    amounts = split(money.allocation, [line["amount"] for line in lines])
    for line, amount in zip(lines, amounts, strict=True):
        line.pop("quantity", None)
        line.pop("unit_cost", None)
        line["amount"] = amount
        line["narrative"] = f"{ASSUMED}: a line of FY{THIS_YEAR}, in proportion."
    if money.carried_in:
        first = lines[0]
        strategies[0]["lines"].append(
            {
                "place": "carried",
                "description": f"Balance of FY{money.fiscal_year - 1}, for {first['description']}"[
                    :200
                ],
                "object_code_id": first["object_code_id"],
                "focus_area_id": first["focus_area_id"],
                "funding_source": "carry_forward",
                "amount": money.carried_in,
                "narrative": f"{ASSUMED}: what was left goes on with the first line.",
            }
        )


# Targets and what came of them ------------------------------------------------------------------


def _course(
    target: Content, year: int, name: str
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Baseline, actual and aim of a year: the last one measured is the baseline of FY2027."""
    last, goal = target.get("baseline"), target.get("target_value")
    if last is None or goal is None:
        return None, None, None
    last, goal = Decimal(last), Decimal(goal)
    step = (goal - last) / 2
    measured = YEARS[-1] if target["baseline_year"] == FIRST_MEASURED else YEARS[-1] - 1
    luck = chance(name, year)
    if year > measured:  # the published figure is not there yet; one in three waits for it
        actual = None if luck % 3 == 0 else last + step * PROGRESS[luck % len(PROGRESS)]
        return _in(target, last), _in(target, actual), _in(target, last + step)
    actual = last - step * (measured - year)
    aim = actual + (step * QUARTER if luck % 3 else -step * QUARTER)
    return _in(target, actual - step), _in(target, actual), _in(target, aim)


def _in(target: Content, value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    highest = Decimal(100) if str(target.get("unit", "")).startswith("percent") else None
    exponent = Decimal(target["baseline"]).as_tuple().exponent
    digit = min(DIGIT, Decimal(1).scaleb(int(exponent)))  # no baseline is rounded
    value = max(Decimal(0), value.quantize(digit))
    return value if highest is None else min(value, highest)


def numbered(content: Content, kind: str, within: str) -> Iterator[tuple[str, str, Any]]:
    """Name of each row below another, the name of that one, and the row."""
    outer, inner = {"target": ("objectives", "targets")}.get(kind, ("strategies", f"{kind}s"))
    for number, parent in enumerate(content[outer], start=1):
        for place, row in enumerate(parent[inner], start=1):
            yield f"{kind} {number}.{row.get('place', place)}", f"{within} {number}", row
