"""Building the document from the rows a district edits: two queries, however long the plan."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from districts.models import Figure
from plans.documents.rows import columns_of
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
from plans.models import Plan

FOR_FORMS = ("version", "saved_at", "position")  # of the draft alone, no part of the text


@dataclass(frozen=True)
class Words:
    """The vocabulary a plan of one cycle is written in."""

    areas: dict[int, FocusAreaTerm]
    domains: dict[str, Term]
    indicators: dict[int, IndicatorTerm]
    codes: dict[str, ObjectCodeTerm]


@dataclass(frozen=True)
class Draft:
    """A plan being written: its row, its text, and the vocabulary to go on writing it.

    `rows` are the draft's rows as stored, by the name of their table; forms are filled from them.
    """

    plan: Any  # a Plan, with the columns that with_rows adds
    document: PlanDocument
    words: Words
    rows: dict[str, list[dict[str, Any]]]


def read_draft(plans: QuerySet[Plan]) -> Draft:
    """The draft of the one plan in `plans`, with all it refers to, in two queries.

    Raises:
        Plan.DoesNotExist: there is none.
    """
    plan: Any = plans.select_related("district", "cycle", "board_approval").get()
    for name, value in columns_of(plan).items():
        setattr(plan, name, value)
    words = _words(plan)
    rows = {
        name.removesuffix("_rows"): value
        for name, value in vars(plan).items()
        if name.endswith("_rows")
    }
    return Draft(plan, _document(plan, words), words, rows)


def _words(plan: Any) -> Words:
    last_area = 11 if plan.cycle.allows_other_focus_area else 10
    return Words(
        areas={
            row["number"]: FocusAreaTerm(**row)
            for row in plan.areas_rows
            if row["number"] <= last_area
        },
        domains={row["code"]: Term(**row) for row in plan.domains_rows},
        indicators={
            row["number"]: IndicatorTerm(
                number=row["number"], name=row["name"], falls=row["direction"] == "falls"
            )
            for row in plan.indicators_rows
        },
        codes={row["code"]: _object_code(row, plan.cycle_id) for row in plan.codes_rows},
    )


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


def _one(part: type[Row], rows: list[dict[str, Any]]) -> Any:
    """The part made of a section's one row, or an empty part where nothing was saved yet."""
    return part(**_without(rows[0])) if rows else part()


def draft_document(plan_id: int) -> PlanDocument:
    """The plan as it stands in the draft. Two queries."""
    return read_draft(Plan.objects.filter(pk=plan_id)).document


def _document(plan: Any, words: Words) -> PlanDocument:
    return PlanDocument(
        fiscal_year=plan.cycle_id,
        kind=plan.kind,
        district=_profile(plan),
        money=_money(plan),
        focus_areas=tuple(words.areas.values()),
        allows_indirect_costs=plan.cycle.allows_indirect_costs,
        cover=_one(CoverPart, plan.cover_rows),
        needs=_needs(plan, words.indicators),
        look_back=_one(LookBackPart, plan.look_back_rows),
        objectives=_objectives(plan, words.indicators),
        strategies=_strategies(plan, words),
        budget_narrative=_one(BudgetNarrativePart, plan.narrative_rows),
        lines=_lines(plan, words),
        engagement=_numbered(EngagementPart, plan.engagement_rows),
        sustainability=_one(SustainabilityPart, plan.sustainability_rows),
        assurances=_assurances(plan),
        attachments=_numbered(AttachmentPart, plan.attachment_rows),
    )


def _numbered(part: type[Any], rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(part(number=number, **_without(row)) for number, row in enumerate(rows, start=1))


def _profile(plan: Any) -> Profile:
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


def _money(plan: Any) -> Money:
    """The final allocation where there is one, else the preliminary."""
    stages = {row["stage"]: row for row in plan.allocation_rows}
    row = stages.get("final") or stages.get("preliminary") or {"amount": None, "stage": None}
    return Money(**row)


def _needs(plan: Any, indicators: dict[int, IndicatorTerm]) -> NeedsPart:
    if not plan.needs_rows:
        return NeedsPart()
    row = _without(plan.needs_rows[0])
    numbers = row.pop("indicator_numbers")
    return NeedsPart(
        **row, indicators=tuple(indicators[n] for n in sorted(numbers) if n in indicators)
    )


def _objectives(plan: Any, indicators: dict[int, IndicatorTerm]) -> tuple[ObjectivePart, ...]:
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
                        **_without(target, "objective_id", "indicator_id"),
                    )
                    for place, target in enumerate(targets, start=1)
                ),
            )
        )
    return tuple(objectives)


def _strategies(plan: Any, words: Words) -> tuple[StrategyPart, ...]:
    known_targets = {target["lineage"] for target in plan.target_rows}
    strategies = []
    for number, row in enumerate(plan.strategy_rows, start=1):
        milestones = [m for m in plan.milestone_rows if m["strategy_id"] == row["id"]]
        strategies.append(
            StrategyPart(
                number=number,
                domain=words.domains.get(row["domain_id"]),
                focus_areas=tuple(
                    words.areas[n] for n in sorted(row["focus_area_numbers"]) if n in words.areas
                ),
                targets=tuple(t for t in row["target_lineages"] if t in known_targets),
                milestones=tuple(
                    MilestonePart(number=place, **_without(m, "strategy_id"))
                    for place, m in enumerate(milestones, start=1)
                ),
                **_without(row, "domain_id", "focus_area_numbers", "target_lineages"),
            )
        )
    return tuple(strategies)


def _lines(plan: Any, words: Words) -> tuple[LinePart, ...]:
    lineages = {row["id"]: row["lineage"] for row in plan.strategy_rows}
    return tuple(
        LinePart(
            number=number,
            strategy=lineages.get(row["strategy_id"]),
            object_code=words.codes.get(row["object_code_id"]),
            focus_area=words.areas.get(row["focus_area_id"]),
            **_without(row, "strategy_id", "object_code_id", "focus_area_id"),
        )
        for number, row in enumerate(plan.line_rows, start=1)
    )


def _assurances(plan: Any) -> AssurancesPart:
    row = _without(plan.statement_rows[0]) if plan.statement_rows else {"accepted_numbers": []}
    accepted = set(row.pop("accepted_numbers"))
    return AssurancesPart(
        **row,
        assurances=tuple(
            AssurancePart(**assurance, accepted=assurance["number"] in accepted)
            for assurance in plan.assurance_rows
        ),
    )


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: value for name, value in row.items() if name not in names and name not in FOR_FORMS
    }
