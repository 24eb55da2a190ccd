"""The rows of a draft and the vocabulary it is written in: one query, each table as JSON.

The statement is the same for every plan. Django takes longer to write it than PostgreSQL to answer
it, so it is written once.
"""

import json
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce

from districts.models import Allocation, Designation, Figure
from plans.models import (
    Assurance,
    AssuranceStatement,
    Attachment,
    BudgetLine,
    BudgetNarrative,
    Cover,
    Domain,
    FocusArea,
    Indicator,
    LookBack,
    Milestone,
    NeedsAssessment,
    ObjectCode,
    Objective,
    PerformanceTarget,
    Plan,
    PlanVersion,
    RequiredChange,
    Signature,
    StakeholderEngagement,
    Strategy,
    Sustainability,
)

ROW = ("id", "lineage", "as_typed", "version", "saved_at")
ANY_PLAN = -1  # stands for the plan's key in the statement that is kept


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


def columns_of(plan: Plan) -> dict[str, Any]:
    """Every row of a plan's draft, as `strategy_rows`, and of the vocabulary. One query.

    Beside them: how many have signed the text as it stands, whether and when it was closed, and
    how many required changes have no answer.
    """
    statement, parameters = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [plan.pk if each == ANY_PLAN else each for each in parameters])
        names = [column.name for column in cursor.description]
        values = dict(zip(names, cursor.fetchone(), strict=True))
    for name in names:
        if name.endswith("_rows"):
            values[name] = json.loads(values[name], parse_float=Decimal)
    return values


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    columns = _columns_of_plan() | _columns_of_district() | _columns_of_vocabulary()
    plan = Plan.objects.filter(pk=ANY_PLAN).order_by().annotate(**columns)
    return plan.values(*columns).query.sql_with_params()


def _columns_of_plan() -> dict[str, Any]:
    return {
        "cover_rows": _of_plan(
            Cover, "contact_name", "contact_title", "contact_email", "contact_phone", "summary"
        ),
        "needs_rows": _of_plan(NeedsAssessment, "narrative", "indicator_numbers", "root_causes"),
        "look_back_rows": _of_plan(LookBack, "implementation", "performance", "lessons"),
        "narrative_rows": _of_plan(BudgetNarrative, "narrative"),
        "sustainability_rows": _of_plan(Sustainability, "sustaining", "non_supplanting"),
        "statement_rows": _of_plan(
            AssuranceStatement,
            "accepted_numbers",
            "evaluation_plan_approved",
            "evaluation_plan_approved_on",
        ),
        "objective_rows": _of_plan(Objective, "position", "statement"),
        "target_rows": _of_plan(
            PerformanceTarget,
            "position",
            "objective_id",
            "indicator_id",
            "measure",
            "student_group",
            "baseline_year",
            "unit",
            "due_on",
            "data_source",
            "baseline",
            "target_value",
        ),
        "strategy_rows": _of_plan(
            Strategy,
            "position",
            "title",
            "description",
            "domain_id",
            "focus_area_numbers",
            "target_lineages",
            "owner",
            "schools",
            "starts_on",
            "ends_on",
            "evidence",
        ),
        "milestone_rows": _of_plan(
            Milestone, "position", "strategy_id", "description", "due_on", "evidence"
        ),
        "line_rows": _of_plan(
            BudgetLine,
            "position",
            "strategy_id",
            "description",
            "object_code_id",
            "focus_area_id",
            "funding_source",
            "line_kind",
            "amount",
            "narrative",
            "grades",
            "previously_locally_funded",
            "supplanting_explanation",
            "quantity",
            "unit_cost",
        ),
        "engagement_rows": _of_plan(
            StakeholderEngagement, "position", "group", "held_on", "how", "heard"
        ),
        "signature_count": Coalesce(Subquery(_signatures_on_current_version()), 0),
        "is_closed": Exists(_current_version()),
        "closed_at": Subquery(_current_version().values("closed_at")),
        "unanswered_count": Coalesce(Subquery(_unanswered_changes()), 0),
        "attachment_rows": _of_plan(
            Attachment, "position", "title", "file_name", "size", "sha256", removed_at=None
        ),
    }


def _columns_of_district() -> dict[str, Any]:
    """What the Department keeps of the plan's district and of its year."""
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    return {
        "allocation_rows": JSONRows(
            Allocation.objects.filter(fiscal_year=year, **of_district).order_by("stage"),
            *("stage", "amount", "source", "source_on"),
        ),
        "designation_rows": JSONRows(
            Designation.objects.filter(
                first_fiscal_year__lte=year, last_fiscal_year__gte=year, **of_district
            ),
            "is_reform_district",
        ),
        "figure_rows": JSONRows(
            Figure.objects.filter(**of_district).order_by("measure", "period"),
            *("measure", "period", "source", "source_on", "value"),
        ),
        "assurance_rows": JSONRows(
            Assurance.objects.filter(cycle=year).order_by("number"),
            *("number", "text", "citation"),
        ),
    }


def _columns_of_vocabulary() -> dict[str, Any]:
    return {
        "areas_rows": JSONRows(FocusArea.objects.order_by("number"), "number", "short_name"),
        "indicators_rows": JSONRows(
            Indicator.objects.order_by("number"), "number", "name", "direction"
        ),
        "codes_rows": JSONRows(
            ObjectCode.objects.order_by("code"),
            *("code", "name", "parent_id"),
            *("first_fiscal_year", "last_fiscal_year", "is_indirect_cost"),
        ),
        "domains_rows": JSONRows(Domain.objects.order_by("position"), "code", "name"),
    }


def _current_version() -> QuerySet:
    return PlanVersion.objects.filter(plan=OuterRef("pk"), edition=OuterRef("edition"))


def _signatures_on_current_version() -> QuerySet:
    return _counted(
        Signature.objects.filter(
            version__plan=OuterRef("pk"), version__edition=OuterRef("edition")
        ),
        "version__plan",
    )


def _unanswered_changes() -> QuerySet:
    return _counted(RequiredChange.objects.filter(plan=OuterRef("pk"), answered_at=None), "plan")


def _counted(queryset: QuerySet, of: str) -> QuerySet:
    return queryset.order_by().values(of).annotate(count=Count("pk")).values("count")
