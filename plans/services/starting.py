"""Starting a plan: empty, or as the annual amendment of last year's approved plan."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from districts.calendar import LATEST, eastern_day
from districts.models import Designation, District, User
from plans.models import (
    AssuranceStatement,
    BoardApproval,
    BudgetLine,
    BudgetNarrative,
    Cover,
    Cycle,
    ListRow,
    LookBack,
    Milestone,
    NeedsAssessment,
    Objective,
    PerformanceTarget,
    Plan,
    Strategy,
    Sustainability,
)
from plans.permissions import may_start
from plans.services.standing import why_it_may_not_file
from plans.workflow import Status, StepNotAllowed

SECTIONS = [
    Cover,
    NeedsAssessment,
    LookBack,
    BudgetNarrative,
    Sustainability,
    AssuranceStatement,
]
CARRIED_SECTIONS = {Cover, NeedsAssessment, BudgetNarrative, Sustainability}
DATES = {"due_on", "starts_on", "ends_on"}  # move with the fiscal year
NOT_CARRIED = {"id", "plan", "version", "as_typed", "saved_at", "saved_by"}


@transaction.atomic
def start_plan(*, district_id: int, fiscal_year: int, by: User, at: datetime) -> Plan:
    """Start the district's plan for the year, or give back the one already started.

    The first year of an unbroken run of designated years is an initial plan, each later one an
    annual amendment (R03), which starts as a copy of last year's approved plan (R33).

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: the district is not designated for the year, or the cycle is not open.
    """
    district = District.objects.select_for_update().get(pk=district_id)
    if not may_start(by, district, at=at):
        raise PermissionDenied
    if (started := Plan.objects.filter(district=district, cycle=fiscal_year).first()) is not None:
        return started
    cycle = Cycle.objects.get(pk=fiscal_year)
    runs = Designation.objects.filter(district=district)
    if why := why_it_may_not_file(district, fiscal_year):
        raise StepNotAllowed(why)
    if eastern_day(at) < cycle.opens_on:
        raise StepNotAllowed(f"Plans for {cycle} open on {cycle.opens_on:%B %-d, %Y}.")
    is_amendment = runs.covering(fiscal_year - 1).exists()
    last_year = Plan.objects.filter(
        district=district, cycle=fiscal_year - 1, status=Status.APPROVED
    ).first()
    plan = Plan.objects.create(
        district=district,
        cycle=cycle,
        kind=Plan.Kind.ANNUAL_AMENDMENT if is_amendment else Plan.Kind.INITIAL,
        copied_from=last_year if is_amendment else None,
        started_at=at,
        started_by=by,
    )
    BoardApproval.objects.create(plan=plan)
    _start_sections(plan)
    if plan.copied_from:
        _carry_lists(plan)
    return plan


def _start_sections(plan: Plan) -> None:
    for model in SECTIONS:
        carried: dict[str, Any] = {}
        if plan.copied_from and model in CARRIED_SECTIONS:
            carried = _carried(model._default_manager.get(plan=plan.copied_from))
        model._default_manager.create(plan=plan, **carried)


def _carry_lists(plan: Plan) -> None:
    """Copy objectives, targets, strategies, milestones and lines of the current allocation.

    What is new every year is left for the district: the look back, engagement, assurances,
    attachments, and money carried forward.
    """
    objectives = _carry(plan, Objective)
    _carry(plan, PerformanceTarget, objective=objectives)
    strategies = _carry(plan, Strategy)
    _carry(plan, Milestone, strategy=strategies)
    _carry(
        plan,
        BudgetLine,
        strategy=strategies,
        only={"funding_source": BudgetLine.FundingSource.ALLOCATION},
    )


def _carry(
    plan: Plan,
    model: type[ListRow],
    *,
    only: dict[str, Any] | None = None,
    **parents: dict[int, int],
) -> dict[int, int]:
    """Copy the rows of last year's plan; gives the new id of each old one."""
    old_rows = list(
        model._default_manager.filter(plan=plan.copied_from, **(only or {})).order_by("position")
    )
    new_rows = []
    for old in old_rows:
        values = _carried(old)
        for parent, new_ids in parents.items():
            values[f"{parent}_id"] = new_ids.get(values[f"{parent}_id"])
        new_rows.append(model(plan=plan, **values))
    model._default_manager.bulk_create(new_rows)
    return {old.pk: new.pk for old, new in zip(old_rows, new_rows, strict=True)}


def _carried(row: Model) -> dict[str, Any]:
    """A row's columns as they go into next year, lineage included, dates one year later.

    A date that cannot be one year later is kept as if it had been typed, so it is named beside
    its field and never lost in silence.
    """
    values: dict[str, Any] = {}
    too_far: dict[str, str] = {}
    for field in row._meta.concrete_fields:
        if field.name in NOT_CARRIED:
            continue
        value = getattr(row, field.attname)
        values[field.attname] = _a_year_later(value) if field.name in DATES else value
        if value is not None and values[field.attname] is None:
            too_far[field.name] = f"{value.month}/{value.day}/{value.year + 1}"
    return {**values, "as_typed": too_far}


def _a_year_later(day: date | None) -> date | None:
    if day is None or day.year >= LATEST.year:
        return None
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)
