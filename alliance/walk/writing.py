"""What is written in a plan of the walk: little, and all that the rules ask for."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from alliance.walk.people import Walker
from districts.reports.money import Money, money_of
from plans.models import (
    Assurance,
    AssuranceStatement,
    BudgetLine,
    BudgetNarrative,
    Collaboration,
    Cover,
    LookBack,
    Milestone,
    NeedsAssessment,
    Objective,
    PerformanceTarget,
    Plan,
    StakeholderEngagement,
    Strategy,
    Sustainability,
)
from plans.services import save_board_approval
from plans.services.carrying import keep

GROUPS = ("families", "teachers", "school_leaders", "community_partners")
LINES = (("111B", "Coaches", 7), ("321", "Tutors", 2), ("611", "Books", 1))  # tenths of the money
REVISED = (("111B", "Coaches", 5), ("321", "Tutors", 4), ("611", "Books", 1))
Lines = Sequence[tuple[str, str, int]]


def lineage_of(walker: Walker, name: str) -> UUID:
    """The same in every year."""
    return uuid5(NAMESPACE_URL, f"walk/{walker.district.slug}/{name}")


def write(plan: Plan, walker: Walker, *, at: datetime) -> None:
    """Fill what is empty of a plan: all of a first one, of an amendment what is new every year."""
    saved = {"saved_at": at, "saved_by": walker.people["coordinator"]}
    write_sections(plan, saved)
    write_engagement(plan, saved)
    if not plan.objective_set.exists():
        _write_rows(plan, walker, saved)
    write_budget(plan, walker, money_of(walker.district.pk, plan.cycle_id), saved)
    keep(
        plan_id=plan.pk,
        items=plan.carried.unread().values_list("pk", flat=True),
        by=walker.people["coordinator"],
        at=at,
    )
    save_board_approval(
        plan_id=plan.pk,
        version=plan.board_approval.version,
        values={"approved_on": at.date()},
        as_typed={},
        by=walker.people["coordinator"],
        at=at,
    )


def write_sections(plan: Plan, saved: dict[str, Any]) -> None:
    """Every section of which a plan has one."""
    assured = Assurance.objects.filter(cycle=plan.cycle_id).values_list("number", flat=True)
    words: dict[Any, dict[str, Any]] = {
        Cover: {
            "contact_name": "Dana Reyes",
            "contact_title": "Director of literacy",
            "contact_email": "dreyes@example.org",
            "contact_phone": "203-555-0100",
            "summary": "Every child reads by grade 3.",
        },
        NeedsAssessment: {
            "narrative": "Reading in grade 3 is below the State’s.",
            "indicator_numbers": [1],
            "root_causes": "Uneven early instruction.",
        },
        LookBack: {
            "implementation": "As the reports say.",
            "performance": "As the reports say.",
            "lessons": "Coaches start in August.",
        },
        BudgetNarrative: {"narrative": "Most of it is for coaches."},
        Collaboration: {"alignment": "One reading block."},
        Sustainability: {"sustaining": "Locally.", "non_supplanting": "None was paid before."},
        AssuranceStatement: {
            "accepted_numbers": sorted(assured),
            "evaluation_plan_approved": True,
            "evaluation_plan_approved_on": date(2024, 9, 12),
        },
    }
    for model, values in words.items():
        model.objects.filter(plan=plan).update(**values, **saved)


def write_engagement(plan: Plan, saved: dict[str, Any]) -> None:
    """An entry for each stakeholder group that the cycle names by default."""
    StakeholderEngagement.objects.bulk_create(
        StakeholderEngagement(
            plan=plan,
            position=place,
            group=group,
            held_on=plan.cycle.opens_on,
            how="An evening meeting",
            heard="More tutoring.",
            **saved,
        )
        for place, group in enumerate(GROUPS, start=1)
    )


def _write_rows(plan: Plan, walker: Walker, saved: dict[str, Any]) -> None:
    year = plan.cycle_id
    objective = Objective.objects.create(
        plan=plan,
        position=1,
        lineage=lineage_of(walker, "objective"),
        statement="Every child reads by grade 3.",
        **saved,
    )
    target = PerformanceTarget.objects.create(
        plan=plan,
        objective=objective,
        position=1,
        lineage=lineage_of(walker, "target"),
        indicator_id=1,
        measure="Grade 3 reading",
        student_group="All students",
        baseline=Decimal("46.1"),
        baseline_year=f"{year - 3}-{(year - 2) % 100:02}",
        target_value=Decimal("51"),
        unit="index points",
        due_on=date(year, 6, 15),
        data_source="EdSight",
        **saved,
    )
    strategy = Strategy.objects.create(
        plan=plan,
        position=1,
        lineage=lineage_of(walker, "strategy"),
        title="Coaches in every school",
        description="Coaches model one lesson a week in each school.",
        domain_id="academics",
        focus_area_numbers=[1, 3],
        target_lineages=[target.lineage],
        owner="Director of literacy",
        starts_on=date(year - 1, 8, 24),
        ends_on=date(year, 6, 11),
        schools="All elementary schools",
        **saved,
    )
    for place, (what, day) in enumerate(
        [("Coaches hired", date(year - 1, 9, 30)), ("Screening", date(year - 1, 10, 9))], start=1
    ):
        Milestone.objects.create(
            plan=plan,
            strategy=strategy,
            position=place,
            lineage=lineage_of(walker, f"milestone {place}"),
            description=what,
            due_on=day,
            **saved,
        )


def write_budget(
    plan: Plan, walker: Walker, money: Money, saved: dict[str, Any], lines: Lines = LINES
) -> None:
    """Lines that total what may be budgeted, to the dollar: of the allocation, and carried."""
    strategy = Strategy.objects.get(plan=plan)
    BudgetLine.objects.filter(plan=plan).delete()
    place = 0
    for source, total in (
        (BudgetLine.FundingSource.ALLOCATION, money.of_the_allocation),
        (BudgetLine.FundingSource.CARRY_FORWARD, money.of_carry_forward),
    ):
        for code, what, amount in shared(total, lines):
            place += 1
            BudgetLine.objects.create(
                plan=plan,
                strategy=strategy,
                position=place,
                lineage=lineage_of(walker, f"line {source} {code}"),
                description=what,
                object_code_id=code,
                focus_area_id=1,
                funding_source=source,
                amount=amount,
                narrative=f"{what} for every school.",
                **saved,
            )


def shared(total: int | None, lines: Lines) -> list[tuple[str, str, int]]:
    """The lines by which a total is budgeted; none of $0."""
    parts = [(code, what, (total or 0) * tenths // 10) for code, what, tenths in lines]
    code, what, amount = parts[0]
    parts[0] = (code, what, amount + (total or 0) - sum(amount for _, _, amount in parts))
    return [part for part in parts if part[2]]
