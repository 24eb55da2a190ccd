"""The rows of a draft, and the vocabulary: each in one query, tables as JSON in columns."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce, JSONObject

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

ROW = ("lineage", "as_typed", "version", "saved_at")


def _rows(queryset: QuerySet, *fields: str, exact: Iterable[str] = ()) -> ArraySubquery:
    """The rows of a table as JSON objects, in one column of the plan's own row."""
    columns: dict[str, Any] = {field: field for field in fields}
    columns |= {name: Cast(name, TextField()) for name in exact}  # JSON would round decimals
    return ArraySubquery(queryset.values(row=JSONObject(**columns)))


def _of_plan(model: Any, *fields: str, exact: Iterable[str] = (), **only: Any) -> ArraySubquery:
    queryset = model.objects.filter(plan=OuterRef("pk"), **only)
    if "position" in fields:
        queryset = queryset.order_by("position", "pk")
    return _rows(queryset, "id", *ROW, *fields, exact=exact)


def with_rows(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Each plan with every row of its draft, as JSON beside its own columns."""
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    return plans.annotate(
        cover_rows=_of_plan(
            Cover, "contact_name", "contact_title", "contact_email", "contact_phone", "summary"
        ),
        needs_rows=_of_plan(NeedsAssessment, "narrative", "indicator_numbers", "root_causes"),
        look_back_rows=_of_plan(LookBack, "implementation", "performance", "lessons"),
        narrative_rows=_of_plan(BudgetNarrative, "narrative"),
        sustainability_rows=_of_plan(Sustainability, "sustaining", "non_supplanting"),
        statement_rows=_of_plan(
            AssuranceStatement,
            "accepted_numbers",
            "evaluation_plan_approved",
            "evaluation_plan_approved_on",
        ),
        objective_rows=_of_plan(Objective, "position", "statement"),
        target_rows=_of_plan(
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
            exact=("baseline", "target_value"),
        ),
        strategy_rows=_of_plan(
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
        milestone_rows=_of_plan(
            Milestone, "position", "strategy_id", "description", "due_on", "evidence"
        ),
        line_rows=_of_plan(
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
            exact=("quantity", "unit_cost"),
        ),
        engagement_rows=_of_plan(
            StakeholderEngagement, "position", "group", "held_on", "how", "heard"
        ),
        signature_count=Coalesce(Subquery(_signatures_on_current_version()), 0),
        is_closed=Exists(_current_version()),
        closed_at=Subquery(_current_version().values("closed_at")),
        unanswered_count=Coalesce(Subquery(_unanswered_changes()), 0),
        attachment_rows=_of_plan(
            Attachment, "position", "title", "file_name", "size", "sha256", removed_at=None
        ),
        allocation_rows=_rows(
            Allocation.objects.filter(fiscal_year=year, **of_district).order_by("stage"),
            "stage",
            "amount",
            "source",
            "source_on",
        ),
        designation_rows=_rows(
            Designation.objects.filter(
                first_fiscal_year__lte=year, last_fiscal_year__gte=year, **of_district
            ),
            "is_reform_district",
        ),
        figure_rows=_rows(
            Figure.objects.filter(**of_district).order_by("measure", "period"),
            "measure",
            "period",
            "source",
            "source_on",
            exact=("value",),
        ),
        assurance_rows=_rows(
            Assurance.objects.filter(cycle=year).order_by("number"),
            "number",
            "text",
            "citation",
        ),
    ).select_related("district", "cycle", "board_approval")


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


def vocabulary_rows(*, last_area: int) -> Any:
    """Focus areas up to `last_area`, domains, indicators and object codes."""
    areas = FocusArea.objects.filter(number__lte=last_area)
    return (
        Domain.objects.order_by()
        .annotate(
            areas=_rows(areas.order_by("number"), "number", "short_name"),
            indicators=_rows(Indicator.objects.order_by("number"), "number", "name", "direction"),
            codes=_rows(
                ObjectCode.objects.order_by("code"),
                "code",
                "name",
                "parent_id",
                "first_fiscal_year",
                "last_fiscal_year",
                "is_indirect_cost",
            ),
            domains=_rows(Domain.objects.order_by("position"), "code", "name"),
        )
        .values("areas", "indicators", "codes", "domains")[:1]
        .get()
    )
