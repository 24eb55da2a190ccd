"""What a file changes, in words: what it is of, and old → new."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from districts.models import Allocation, Designation, Figure
from districts.words import day

_NAMES = {
    "name": "name",
    "town_code": "town number",
    "reference_group": "reference group",
    "is_priority_school_district": "priority school district",
    "profile_source": "source of its profile",
    "profile_on": "date of its profile",
    "last_fiscal_year": "last year of designation",
    "cohort": "first designated",
    "is_reform_district": "educational reform district",
    "basis": "basis of designation",
    "source": "source",
    "source_on": "date of the source",
    "is_assumption": "assumed for a demonstration",
}


def differences(kept: models.Model, values: dict[str, Any]) -> list[str]:
    return [
        f"{_NAMES.get(field, '')} {_shown(kept, getattr(kept, field))}"
        f" → {_shown(kept, value)}".strip()
        for field, value in values.items()
        if getattr(kept, field) != value
    ]


def thing(model: type[models.Model], key: tuple) -> str:
    if model is Designation:
        return f"designation from FY{key[0]}"
    if model is Allocation:
        return f"FY{key[0]} {key[1]} allocation"
    measure, period = key
    return f"{Figure.Measure(measure).label.split(',')[0]} {period}"


def value_of(kept: Designation | Allocation | Figure) -> str:
    if isinstance(kept, Designation):
        return f"to FY{kept.last_fiscal_year}"
    return _shown(kept, kept.amount if isinstance(kept, Allocation) else kept.value)


def _shown(kept: models.Model, value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, Decimal | int) and _is_money(kept):
        return f"${value:,.0f}"
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else str(value)


def _is_money(kept: models.Model) -> bool:
    return isinstance(kept, Allocation) or (
        isinstance(kept, Figure)
        and kept.measure
        in {
            Figure.Measure.ECS_ENTITLEMENT,
            Figure.Measure.ALLIANCE_SETASIDE,
            Figure.Measure.NON_ALLIANCE_PORTION,
        }
    )
