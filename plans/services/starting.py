"""Starting a plan: empty, or as the annual amendment of last year's approved plan."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model

from districts import parsing
from districts.calendar import LATEST, a_year_later, eastern_day
from districts.models import Designation, District, User
from districts.words import day
from plans.documents.fields import Control
from plans.documents.kinds import LISTED, SINGLE, Kind
from plans.models import BoardApproval, Carried, Cycle, PerformanceTarget, Plan, TargetOutcome
from plans.permissions import may_start
from plans.services.locking import locked_plan
from plans.services.restoring import RowsOfModel, rows_in_force
from plans.services.standing import why_it_may_not_file
from plans.workflow import Status, StepNotAllowed

NewIds = dict[Any, dict[int, int]]  # by model: the new id of each old row
BASELINE = ("baseline", "baseline_year")


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
        raise StepNotAllowed(f"Plans for {cycle} open on {day(cycle.opens_on)}.")
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
    old_rows: RowsOfModel = {}
    if plan.copied_from:
        # Last year's rows may be the draft of a revision: what is in force is carried (ADR 67).
        old_rows = rows_in_force(locked_plan(plan.copied_from.pk), by=by, at=at)
    _start_sections(plan, old_rows)
    if plan.copied_from:
        _carry_lists(plan, old_rows)
    return plan


def _start_sections(plan: Plan, old_rows: RowsOfModel) -> None:
    for kind in SINGLE.values():
        carried: dict[str, Any] = {}
        if plan.copied_from and kind.carried:
            (old,) = old_rows[kind.model]
            carried = _carried(kind, old, {})
        row: Any = kind.model._default_manager.create(plan=plan, **carried)
        if any(carried.get(field.name) for field in kind.carried):
            _to_read(plan, kind, [row])


def _carry_lists(plan: Plan, old_rows: RowsOfModel) -> None:
    """Copy the rows of last year's plan, parents before their children.

    What is new every year is left for the district: the look back, engagement, assurances,
    attachments, and money carried forward.
    """
    new_ids: NewIds = {}
    for kind in LISTED.values():
        if kind.carried:
            new_ids[kind.model] = _carry(plan, kind, old_rows[kind.model], new_ids)
    _begin_where_last_year_ended(plan)


def _carry(plan: Plan, kind: Kind, old_rows: list[Any], new_ids: NewIds) -> dict[int, int]:
    """Copy the rows of a kind; gives the new id of each old one."""
    new_rows = [kind.model(plan=plan, **_carried(kind, old, new_ids)) for old in old_rows]
    kind.model._default_manager.bulk_create(new_rows)
    _to_read(plan, kind, new_rows)
    return {old.pk: new.pk for old, new in zip(old_rows, new_rows, strict=True)}


def _to_read(plan: Plan, kind: Kind, rows: list[Any]) -> None:
    """Each is carried, and somebody of the district has yet to read it."""
    Carried.objects.bulk_create(
        Carried(plan=plan, kind=kind.key, lineage=row.lineage) for row in rows
    )


def _begin_where_last_year_ended(plan: Plan) -> None:
    """A target's last certified result is its baseline, with its year; else the last baseline."""
    results = {one.lineage: one for one in TargetOutcome.objects.filter(plan=plan.copied_from)}
    targets = list(PerformanceTarget.objects.filter(plan=plan, lineage__in=list(results)))
    for target in targets:
        for column, value in baseline_of(results[target.lineage], target.as_typed).items():
            setattr(target, column, value)
    PerformanceTarget.objects.bulk_update(targets, ["baseline", "baseline_year", "as_typed"])


def baseline_of(result: TargetOutcome, as_typed: dict[str, str]) -> dict[str, Any]:
    """The columns of a target that begins at this result; none where there is no figure yet."""
    if result.actual is None and not result.suppressed:
        return {}
    other = {name: text for name, text in as_typed.items() if name not in BASELINE}
    published = {"baseline": result.suppressed} if result.actual is None else {}
    return {
        "baseline": result.actual,
        "baseline_year": result.measured_in,
        "as_typed": other | published,
    }


def _carried(kind: Kind, row: Model, new_ids: NewIds) -> dict[str, Any]:
    """What of a row goes into next year: whose it is, and the fields that are carried.

    Days go one year later. A day that cannot is kept as if it had been typed, so it is named
    beside its field and never lost in silence. A suppressed figure is carried as it is.
    """
    names = ["lineage", *(["position"] if kind.is_list else []), *filter(None, [kind.parent])]
    values = dict(_copied(kind, name, row, new_ids) for name in names)
    as_typed: dict[str, str] = {}
    for field in kind.carried:
        column, value = _copied(kind, field.name, row, new_ids)
        if value is not None and field.control is Control.DAY:
            later = a_year_later(value) if value.year < LATEST.year else None
            if later is None:
                as_typed[field.name] = f"{value.month}/{value.day}/{value.year + 1}"
            value = later
        values[column] = value
        if field.may_be_suppressed and (found := _suppressed(row, field.name)):
            as_typed[field.name] = found
    return {**values, "as_typed": as_typed}


def _suppressed(row: Any, name: str) -> str:
    """The figure as it was published, where the field holds one without its number."""
    return parsing.suppressed(row.as_typed.get(name, "")) or ""


def _copied(kind: Kind, name: str, row: Model, new_ids: NewIds) -> tuple[str, Any]:
    """A column and its value; what names a row of last year's plan names the new one."""
    column: Any = kind.model._meta.get_field(name)
    value = getattr(row, column.attname)
    if column.related_model in new_ids:
        value = new_ids[column.related_model].get(value)
    return column.attname, value
