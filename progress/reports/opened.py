"""The report that stands for a period, with all that its pages say of it. One query."""

from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from districts.models import District, User
from districts.statements import Statement, columns_with, instance_with
from plans.models import Cycle, Plan, PlanVersion
from progress.models import ExpenditureReport, ProgressReport
from progress.models.reports import AbstractReport

AnyReport = TypeVar("AnyReport", bound=AbstractReport)

BESIDE: dict[str, type[Model]] = {  # what is read with it, by the way there
    "plan": Plan,
    "plan__district": District,
    "plan__cycle": Cycle,
    "measured_against": PlanVersion,
    "prepared_by": User,
    "certified_by": User,
}
LEFT = {"measured_against__document", "prepared_by__password", "certified_by__password"}


def opened_report(
    model: type[AnyReport], slug: str, fiscal_year: int, period: str
) -> AnyReport | None:
    """The one that no other has taken the place of, `is_closed` if a version is its text as it
    stands; the text of the plan that it is measured against is read when it is asked for."""
    rows = STATEMENTS[model].ask(slug, fiscal_year, period)
    return instance_with(model, rows[0], BESIDE) if rows else None


def _opened(model: Any, slug: str, fiscal_year: int, period: str) -> QuerySet[Any]:
    columns = columns_with(model, BESIDE)
    reports = model.objects.standing().with_closing().order_by()
    of_period = reports.filter(plan__district__slug=slug, plan__cycle=fiscal_year, period=period)
    return of_period.values("is_closed", *(name for name in columns if name not in LEFT))


STATEMENTS: dict[type[Any], Statement] = {
    model: Statement(partial(_opened, model), "any slug", -1, "any period")
    for model in (ProgressReport, ExpenditureReport)
}
