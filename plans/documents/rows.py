"""The rows of a draft and the vocabulary it is written in: one query, each table as JSON.

The statements are the same for every plan. Django takes longer to write them than PostgreSQL to
answer, so they are written once.
"""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import (
    DateField,
    DateTimeField,
    IntegerField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.expressions import RawSQL

from districts.models import Allocation, Designation, District, Figure, FundingAdjustment
from districts.statements import Statement, columns_with, instance_with
from plans.documents.found import COLUMNS as FOUND
from plans.documents.kinds import IN_DOCUMENT
from plans.models import (
    Assurance,
    BoardApproval,
    Carried,
    Cycle,
    Domain,
    FileCheck,
    FocusArea,
    FormerName,
    Indicator,
    ObjectCode,
    Plan,
    Removal,
    Strategy,
)

ROW = ("id", "lineage", "as_typed", "version", "saved_at")
AS_TEXT = "_as_text"
Rows = dict[str, list[dict[str, Any]]]


class State(TypedDict):
    """What is read with the plan's own row: see STATE."""

    closed_at: datetime | None
    signature_count: int
    signed_by: str
    removed: str
    readers: str
    remarks: str
    reasons: str
    unanswered_count: int
    answers_due_on: date | None
    stamp: str


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations  # of the types of Django, not in the image

    PlanWithState = WithAnnotations[Plan, State]
else:
    PlanWithState = Plan

MADE_FROM: dict[str, tuple[type[Model], ...]] = {  # the tables, by which of their rows
    "plan_id = plans_plan.id": (
        *(kind.model for kind in IN_DOCUMENT.values()),
        Carried,
        FileCheck,
        Removal,
    ),
    "plan_id = plans_plan.copied_from_id": (Strategy,),
    "district_id = plans_plan.district_id": (Allocation, Designation, Figure, FundingAdjustment),
    "id = plans_plan.district_id": (District,),
    "cycle_id = plans_plan.cycle_id": (Assurance,),
    "fiscal_year = plans_plan.cycle_id": (Cycle,),
    "true": (FocusArea, FormerName, Indicator, ObjectCode, Domain),
}


class JSONRows(Subquery):
    """All rows of a subquery as one text, so that it is read in one go and decimals stay exact."""

    template = "(SELECT COALESCE(json_agg(rows), '[]')::text FROM (%(subquery)s) AS rows)"
    output_field = TextField()

    def __init__(self, queryset: QuerySet, *columns: str):
        super().__init__(queryset.values(*columns))


def _of_plan(model: type[Model], *columns: str, **only: Any) -> JSONRows:
    queryset = model._default_manager.filter(plan=OuterRef("pk"), **only)
    if "position" in columns:
        queryset = queryset.order_by("position", "pk")
    return JSONRows(queryset, *ROW, *columns)


def plan_with_state(slug: str, fiscal_year: int) -> PlanWithState | None:
    """A district's plan for a year, with both of them, the board's vote and its state."""
    rows = PLAN.ask(slug, fiscal_year)
    return cast("PlanWithState", instance_with(Plan, rows[0], BESIDE_PLAN)) if rows else None


def _plan(slug: str, fiscal_year: int) -> QuerySet:
    plans = Plan.objects.filter(district__slug=slug, cycle=fiscal_year).order_by()
    return plans.annotate(**STATE).values(*columns_with(Plan, BESIDE_PLAN), *STATE)


BESIDE_PLAN: dict[str, type[Model]] = {
    "district": District,
    "cycle": Cycle,
    "board_approval": BoardApproval,
}
PLAN = Statement(_plan, "any slug", -1)


def columns_of(plan_id: int) -> tuple[dict[str, Any], Rows]:
    """The plan's state, and every row of its draft and of the vocabulary by table. One query."""
    state: dict[str, Any] = COLUMNS.ask(plan_id)[0]
    texts = {name: state.pop(name) for name in list(state) if name.endswith(AS_TEXT)}
    return state, _read(texts)


def rows_of_department(plan_id: int) -> Rows:
    """Those of them that no district writes: its year, its roster and figures, the vocabulary."""
    return _read(DEPARTMENT.ask(plan_id)[0])


def _read(texts: dict[str, str]) -> Rows:
    return {
        name.removesuffix(AS_TEXT): json.loads(text, parse_float=Decimal)
        for name, text in texts.items()
    }


def _columns(plan_id: int) -> QuerySet:
    rows = _columns_of_plan() | _columns_of_district() | _columns_of_vocabulary()
    # Names of their own beside the plan's: one row of the plan is called `cover` already.
    columns = STATE | {f"{name}{AS_TEXT}": each for name, each in rows.items()}
    plans = Plan.objects.filter(pk=plan_id).order_by()
    return plans.annotate(**columns).values(*columns)


COLUMNS = Statement(_columns, -1)


def _department(plan_id: int) -> QuerySet:
    rows = _columns_of_district() | _columns_of_vocabulary()
    columns = {f"{name}{AS_TEXT}": each for name, each in rows.items()}
    return Plan.objects.filter(pk=plan_id).order_by().annotate(**columns).values(*columns)


DEPARTMENT = Statement(_department, -1)


def _stamp() -> str:
    """Every row the document is made from, by where PostgreSQL keeps it and what wrote it last.

    A changed row is written anew, in another place or by another transaction, so no change is
    missed, whoever makes it. Places and transactions are those of one run of the server: a copy
    of it, restored, may give them out again. The plan's own row changes with every step it takes,
    so of that only what its document says counts.
    """
    marks = " UNION ALL ".join(
        f"SELECT tableoid, ctid, xmin FROM {model._meta.db_table} WHERE {condition}"  # noqa: S608
        for condition, models in MADE_FROM.items()
        for model in models
    )
    each = "hashtextextended(concat(tableoid, ctid, xmin), 0)"
    run = "extract(epoch FROM pg_postmaster_start_time())"
    stamp = f"concat_ws('/', {run}, plans_plan.kind, count(*), sum({each}))"
    return f"SELECT {stamp} FROM ({marks}) AS marks"  # noqa: S608


CLOSED = (
    "FROM plans_planversion AS v WHERE v.plan_id = plans_plan.id AND v.edition = plans_plan.edition"
)
REMOVED_SHOWN = 20  # the latest; a page of its own lists them all


def _signed_by() -> str:
    """Who has signed the text as it stands, as JSON."""
    one = "json_build_object('name', name, 'capacity', capacity, 'version', v.number)"
    return (
        f"SELECT coalesce(json_agg({one} ORDER BY s.id), '[]')::text FROM plans_signature AS s"  # noqa: S608
        f" JOIN (SELECT v.id, v.number {CLOSED}) AS v ON v.id = s.version_id"
    )


def _removed() -> str:
    """What was removed last and not brought back, as JSON."""
    columns = "r.id, r.kind, r.number, r.title, r.went_along, r.reason, r.removed_at, u.name AS by"
    return (
        f"SELECT coalesce(json_agg(latest), '[]')::text FROM (SELECT {columns}"  # noqa: S608
        " FROM plans_removal AS r JOIN districts_user AS u ON u.id = r.removed_by_id"
        " WHERE r.plan_id = plans_plan.id AND r.brought_back_at IS NULL"
        f" ORDER BY r.removed_at DESC, r.id DESC LIMIT {REMOVED_SHOWN}) AS latest"
    )


def _readers() -> str:
    """Who of the Department may read the draft now, as JSON."""
    one = "json_build_object('id', s.id, 'name', u.name, 'since', s.shared_at)"
    return (
        f"SELECT coalesce(json_agg({one} ORDER BY s.id), '[]')::text FROM plans_draftshare AS s"  # noqa: S608
        " JOIN districts_user AS u ON u.id = s.reader_id"
        " WHERE s.plan_id = plans_plan.id AND s.ended_at IS NULL"
    )


def _remarks() -> str:
    """What they said of it that is not done yet, as JSON."""
    columns = "c.id, c.section, c.text, c.written_at, u.name AS by"
    return (
        f"SELECT coalesce(json_agg(open), '[]')::text FROM (SELECT {columns}"  # noqa: S608
        " FROM plans_draftcomment AS c JOIN districts_user AS u ON u.id = c.written_by_id"
        " WHERE c.plan_id = plans_plan.id AND c.done_at IS NULL ORDER BY c.id) AS open"
    )


def _reasons() -> str:
    """What was said last to each warning, as JSON; not what was taken back."""
    columns = "r.id AS pk, r.rule, r.lineage, r.field, r.sentence, r.text, r.said_at AS at"
    return (
        f"SELECT coalesce(json_agg(said), '[]')::text FROM (SELECT DISTINCT ON (r.mark) {columns},"  # noqa: S608
        " r.said_by_id AS by_id, u.name AS by"
        " FROM plans_warningreason AS r JOIN districts_user AS u ON u.id = r.said_by_id"
        " WHERE r.plan_id = plans_plan.id ORDER BY r.mark, r.id DESC) AS said"
        " WHERE said.text <> ''"
    )


# What is read with the plan's own row. In SQL, as it is read on every page of the editor: who have
# signed the text as it stands, when it was closed, what was removed from it, who helps with it and
# what they said, what was said to its warnings, how many required changes have no answer, and a
# stamp that no change of the text leaves as it was.
STATE = {
    name: RawSQL(f"({sql})", [], output_field=field)  # noqa: S611
    for name, sql, field in (
        ("closed_at", f"SELECT v.closed_at {CLOSED}", DateTimeField()),
        (
            "signature_count",
            f"SELECT count(*) FROM plans_signature WHERE version_id IN (SELECT v.id {CLOSED})",  # noqa: S608
            IntegerField(),
        ),
        ("signed_by", _signed_by(), TextField()),
        ("removed", _removed(), TextField()),
        ("readers", _readers(), TextField()),
        ("remarks", _remarks(), TextField()),
        ("reasons", _reasons(), TextField()),
        (
            "unanswered_count",
            "SELECT count(*) FROM plans_requiredchange AS c"
            " WHERE c.plan_id = plans_plan.id AND c.answered_at IS NULL AND c.undone_id IS NULL",
            IntegerField(),
        ),
        (
            "answers_due_on",  # the first that is still owed, else the last that was
            "SELECT COALESCE(min(c.due_on) FILTER (WHERE c.answered_at IS NULL), max(c.due_on))"
            " FROM plans_requiredchange AS c"
            " WHERE c.plan_id = plans_plan.id AND c.undone_id IS NULL",
            DateField(),
        ),
        ("stamp", _stamp(), TextField()),
    )
}


def _columns_of_plan() -> dict[str, Any]:
    carried = Carried.objects.filter(plan=OuterRef("pk")).order_by("pk")
    return {
        kind.key: _of_plan(kind.model, *kind.columns, **kind.only) for kind in IN_DOCUMENT.values()
    } | {
        "carried": JSONRows(carried, "id", "lineage", "state", "removal_id"),
        "file_check": JSONRows(
            FileCheck.objects.of_draft().filter(plan=OuterRef("pk")).order_by("pk"),
            *FOUND,
        ),
        "retired": JSONRows(
            Removal.objects.filter(plan=OuterRef("pk"), brought_back_at=None)
            .exclude(reason="")
            .order_by("pk"),
            *("kind", "number", "title", "reason"),
        ),
        "last_strategies": JSONRows(
            Strategy.objects.filter(plan=OuterRef("copied_from")).order_by("position", "pk"),
            *("lineage", "title"),
        ),
    }


def _columns_of_district() -> dict[str, Any]:
    """The plan's kind, and what the Department keeps of its district and of its year."""
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    return {
        "plan": JSONRows(Plan.objects.filter(pk=OuterRef("pk")), "kind"),
        "cycle": JSONRows(
            Cycle.objects.filter(pk=year),
            *("fiscal_year", "allows_other_focus_area", "other_focus_area_name"),
            *("allows_indirect_costs", "stakeholder_groups"),
        ),
        "district": JSONRows(
            District.objects.filter(pk=OuterRef("district_id")),
            *("name", "slug", "edsight_code", "reference_group", "is_priority_school_district"),
        ),
        "allocation": JSONRows(
            Allocation.objects.in_force(year).filter(**of_district),
            *("stage", "amount", "source", "source_on"),
        ),
        "allocated": JSONRows(
            Allocation.objects.filter(fiscal_year__lte=year, **of_district).order_by("pk"),
            *("fiscal_year", "stage", "amount"),
        ),
        "adjustment": JSONRows(
            FundingAdjustment.objects.standing()
            .filter(fiscal_year__lte=year, **of_district)
            .order_by("pk"),
            *("fiscal_year", "kind", "amount"),
        ),
        "designation": JSONRows(
            Designation.objects.filter(
                first_fiscal_year__lte=year, last_fiscal_year__gte=year, **of_district
            ),
            "is_reform_district",
        ),
        "figure": JSONRows(
            Figure.objects.filter(**of_district).order_by("measure", "period"),
            *("measure", "period", "source", "source_on", "value"),
        ),
        "assurance": JSONRows(
            Assurance.objects.filter(cycle=year).order_by("number"),
            *("number", "text", "citation"),
        ),
    }


def _columns_of_vocabulary() -> dict[str, Any]:
    return {
        "areas": JSONRows(
            FocusArea.objects.of_year(OuterRef("cycle_id")),
            *("number", "name", "is_on_programme_page"),
        ),
        "indicators": JSONRows(Indicator.objects.order_by("number"), "number", "name", "direction"),
        "codes": JSONRows(
            ObjectCode.objects.order_by("code"),
            *("code", "name", "parent_id"),
            *("first_fiscal_year", "last_fiscal_year", "is_indirect_cost"),
        ),
        "domains": JSONRows(Domain.objects.order_by("position"), "code", "name"),
    }
