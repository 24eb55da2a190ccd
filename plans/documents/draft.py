"""Building the document from the rows a district edits: two queries, however long the plan."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from districts.models import Allocation, Designation, Figure
from plans.documents.shape import (
    AssurancePart,
    AssurancesPart,
    AttachmentPart,
    BudgetNarrativePart,
    CoverPart,
    EngagementPart,
    FocusAreaTerm,
    IndicatorTerm,
    LinePart,
    LookBackPart,
    MilestonePart,
    Money,
    NeedsPart,
    ObjectCodeTerm,
    ObjectivePart,
    PlanDocument,
    Profile,
    ProfileFigure,
    Row,
    StrategyPart,
    SustainabilityPart,
    TargetPart,
    Term,
)
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
    StakeholderEngagement,
    Strategy,
    Sustainability,
)

ROW = ("lineage", "as_typed")


def _rows(queryset: QuerySet, *fields: str, exact: Iterable[str] = ()) -> ArraySubquery:
    """The rows of a table as JSON objects, in one column of the plan's own row."""
    columns: dict[str, Any] = {field: field for field in fields}
    columns |= {name: Cast(name, TextField()) for name in exact}  # JSON would round decimals
    return ArraySubquery(queryset.values(row=JSONObject(**columns)))


def _of_plan(model: Any, *fields: str, exact: Iterable[str] = ()) -> ArraySubquery:
    queryset = model.objects.filter(plan=OuterRef("pk"))
    if "position" in fields:
        queryset = queryset.order_by("position", "pk")
    return _rows(queryset, "id", *ROW, *fields, exact=exact)


def draft_rows(plan_id: int) -> dict[str, Any]:
    """Every row of a plan's draft, and all it refers to, in two queries."""
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    plan = (
        Plan.objects.filter(pk=plan_id)
        .annotate(
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
            attachment_rows=_of_plan(
                Attachment, "position", "title", "file_name", "size", "sha256"
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
        )
        .select_related("district", "cycle")
        .get()
    )
    return {"plan": plan, **_vocabulary(plan)}


def _vocabulary(plan: Plan) -> dict[str, Any]:
    """Focus areas, domains, indicators and object codes, in one query."""
    last_area = 11 if plan.cycle.allows_other_focus_area else 10
    areas = FocusArea.objects.filter(number__lte=last_area)
    words = (
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
    return {
        "areas": {row["number"]: FocusAreaTerm(**row) for row in words["areas"]},
        "indicators": {
            row["number"]: IndicatorTerm(
                number=row["number"], name=row["name"], falls=row["direction"] == "falls"
            )
            for row in words["indicators"]
        },
        "codes": {row["code"]: _object_code(row, plan.cycle_id) for row in words["codes"]},
        "domains": {row["code"]: Term(**row) for row in words["domains"]},
    }


def _object_code(row: dict[str, Any], fiscal_year: int) -> ObjectCodeTerm:
    family = row["parent_id"] or row["code"]
    last = row["last_fiscal_year"]
    return ObjectCodeTerm(
        code=row["code"],
        name=row["name"],
        is_salary=family == "100",
        is_benefit=family == "200",
        is_active=row["first_fiscal_year"] <= fiscal_year and (last is None or fiscal_year <= last),
        is_indirect_cost=row["is_indirect_cost"],
    )


def _one(part: type[Row], rows: list[dict[str, Any]], **extra: Any) -> Any:
    """The part made of a section's one row, or an empty part where nothing was saved yet."""
    return part(**{**(rows[0] if rows else {}), **extra})


def draft_document(plan_id: int) -> PlanDocument:
    """The plan as it stands in the draft. Two queries."""
    rows = draft_rows(plan_id)
    plan: Plan = rows["plan"]
    return PlanDocument(
        fiscal_year=plan.cycle_id,
        kind=plan.kind,
        district=_profile(plan),
        money=_money(plan),
        focus_areas=tuple(rows["areas"].values()),
        allows_indirect_costs=plan.cycle.allows_indirect_costs,
        cover=_one(CoverPart, plan.cover_rows),
        needs=_needs(plan, rows["indicators"]),
        look_back=_one(LookBackPart, plan.look_back_rows),
        objectives=_objectives(plan, rows["indicators"]),
        strategies=_strategies(plan, rows),
        budget_narrative=_one(BudgetNarrativePart, plan.narrative_rows),
        lines=_lines(plan, rows),
        engagement=_numbered(EngagementPart, plan.engagement_rows),
        sustainability=_one(SustainabilityPart, plan.sustainability_rows),
        assurances=_assurances(plan),
        attachments=_numbered(AttachmentPart, plan.attachment_rows),
    )


def _numbered(part: type[Row], rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(
        part(number=number, **_without(row, "position")) for number, row in enumerate(rows, start=1)
    )


def _profile(plan: Plan) -> Profile:
    district = plan.district
    labels = dict(Figure.Measure.choices)
    return Profile(
        name=district.name,
        slug=district.slug,
        edsight_code=district.edsight_code,
        reference_group=district.reference_group,
        is_priority_school_district=district.is_priority_school_district,
        is_reform_district=any(row["is_reform_district"] for row in plan.designation_rows),
        figures=tuple(
            ProfileFigure(label=labels[row["measure"]], **_without(row, "measure"))
            for row in plan.figure_rows
        ),
    )


def _money(plan: Plan) -> Money:
    """The final allocation where there is one, else the preliminary."""
    stages = {row["stage"]: row for row in plan.allocation_rows}
    row = stages.get("final") or stages.get("preliminary") or {"amount": None, "stage": None}
    return Money(**row)


def _needs(plan: Plan, indicators: dict[int, IndicatorTerm]) -> NeedsPart:
    if not plan.needs_rows:
        return NeedsPart()
    row = dict(plan.needs_rows[0])
    numbers = row.pop("indicator_numbers")
    return NeedsPart(
        **row, indicators=tuple(indicators[n] for n in sorted(numbers) if n in indicators)
    )


def _objectives(plan: Plan, indicators: dict[int, IndicatorTerm]) -> tuple[ObjectivePart, ...]:
    objectives = []
    for number, row in enumerate(plan.objective_rows, start=1):
        targets = [target for target in plan.target_rows if target["objective_id"] == row["id"]]
        objectives.append(
            ObjectivePart(
                id=row["id"],
                lineage=row["lineage"],
                as_typed=row["as_typed"],
                number=number,
                statement=row["statement"],
                targets=tuple(
                    TargetPart(
                        number=f"{number}.{place}",
                        indicator=indicators.get(target["indicator_id"]),
                        **_without(target, "objective_id", "indicator_id", "position"),
                    )
                    for place, target in enumerate(targets, start=1)
                ),
            )
        )
    return tuple(objectives)


def _strategies(plan: Plan, words: dict[str, Any]) -> tuple[StrategyPart, ...]:
    known_targets = {target["lineage"] for target in plan.target_rows}
    strategies = []
    for number, row in enumerate(plan.strategy_rows, start=1):
        milestones = [m for m in plan.milestone_rows if m["strategy_id"] == row["id"]]
        strategies.append(
            StrategyPart(
                number=number,
                domain=words["domains"].get(row["domain_id"]),
                focus_areas=tuple(
                    words["areas"][n]
                    for n in sorted(row["focus_area_numbers"])
                    if n in words["areas"]
                ),
                targets=tuple(t for t in row["target_lineages"] if t in known_targets),
                milestones=tuple(
                    MilestonePart(number=place, **_without(m, "strategy_id", "position"))
                    for place, m in enumerate(milestones, start=1)
                ),
                **_without(row, "domain_id", "focus_area_numbers", "target_lineages", "position"),
            )
        )
    return tuple(strategies)


def _lines(plan: Plan, words: dict[str, Any]) -> tuple[LinePart, ...]:
    lineages = {row["id"]: row["lineage"] for row in plan.strategy_rows}
    return tuple(
        LinePart(
            number=number,
            strategy=lineages.get(row["strategy_id"]),
            object_code=words["codes"].get(row["object_code_id"]),
            focus_area=words["areas"].get(row["focus_area_id"]),
            **_without(row, "strategy_id", "object_code_id", "focus_area_id", "position"),
        )
        for number, row in enumerate(plan.line_rows, start=1)
    )


def _assurances(plan: Plan) -> AssurancesPart:
    row = dict(plan.statement_rows[0]) if plan.statement_rows else {"accepted_numbers": []}
    accepted = set(row.pop("accepted_numbers"))
    return AssurancesPart(
        **row,
        assurances=tuple(
            AssurancePart(**assurance, accepted=assurance["number"] in accepted)
            for assurance in plan.assurance_rows
        ),
    )


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
