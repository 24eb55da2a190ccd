"""The figures of certified expenditure reports, summed in SQL from what was certified."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, Func, QuerySet

from districts.statements import Among, Statement
from progress.calendar import ANNUAL
from progress.documents.certified import in_force
from progress.models import ExpenditureVersion


class _SumOf(Func):
    """Of all object codes of a stored document, one figure."""

    template = (
        "(SELECT COALESCE(SUM((code->>'%(figure)s')::bigint), 0)::bigint"
        " FROM jsonb_array_elements(%(expressions)s->'codes') AS code)"
    )
    output_field = BigIntegerField()


@dataclass(frozen=True)
class Certified:
    """One certified report, in whole US dollars since July 1."""

    district_id: int
    fiscal_year: int
    period: str
    as_of: date
    expended: int
    obligated: int


def certified_figures(
    *, districts: Collection[int], fiscal_year: int
) -> dict[int, dict[str, Certified]]:
    """Of each district its certified reports of a year, by period. One query."""
    found: dict[int, dict[str, Certified]] = {}
    for row in FIGURES.ask(list(districts), fiscal_year):
        one = Certified(**row)
        found.setdefault(one.district_id, {})[one.period] = one
    return found


def annual_expended(district_id: int, fiscal_year: int) -> int | None:
    """By the annual report in force; none until one was certified."""
    reports = certified_figures(districts=[district_id], fiscal_year=fiscal_year)
    annual = reports.get(district_id, {}).get(ANNUAL)
    return annual.expended if annual else None


def _figures(districts: Collection[int], fiscal_year: int) -> QuerySet[ExpenditureVersion, Any]:
    of_year = in_force().filter(report__plan__cycle=fiscal_year)
    versions = of_year.filter(Among("report__plan__district", districts))
    return versions.order_by("report__as_of", "pk").values(
        district_id=F("report__plan__district"),
        fiscal_year=F("report__plan__cycle"),
        period=F("report__period"),
        as_of=F("report__as_of"),
        expended=_SumOf("document", figure="expended"),
        obligated=_SumOf("document", figure="obligated"),
    )


FIGURES = Statement(_figures, [-1], 2013)
