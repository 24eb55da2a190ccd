"""Objectives and performance targets: R06 and R07."""

from collections.abc import Iterator
from datetime import date

from districts.calendar import first_day, last_day
from districts.words import day, num
from plans.documents.shape import PlanDocument
from plans.rules.base import DEFAULT, PRACTICE, STATUTE, Problem, Severity, lacks, rule
from plans.sections import SectionKey

LOCAL_MEASURE = 99  # nothing says which way a district's own measure should move

ASKED_OF_A_TARGET = {
    "indicator": "has no indicator. Choose one.",
    "student_group": "names no student group. Name one, such as all students.",
    "baseline": "has no baseline. Enter the figure it starts from.",
    "baseline_year": "does not say which school year its baseline is from. Enter the year.",
    "target_value": "has no target value. Enter the figure to reach.",
    "due_on": "has no due date. Enter one.",
    "data_source": "names no data source. Say where the figure is read.",
}


@rule(
    "R06",
    Severity.STOP,
    SectionKey.OBJECTIVES,
    "The plan has at least one objective, each with at least one performance target.",
    citation=STATUTE,
    certainty="law",
)
def each_objective_has_a_target(document: PlanDocument) -> Iterator[Problem]:
    if not document.objectives:
        yield Problem("The plan has no objective. Add one, with a performance target.")
    for objective in document.objectives:
        name = f"Objective {objective.number}"
        if lacks(objective, "statement"):
            yield Problem(
                f"{name} says nothing yet. Write what is to be achieved.", objective, "statement"
            )
        if not objective.targets:
            yield Problem(f"{name} has no performance target. Add one.", objective)


@rule(
    "R07",
    Severity.STOP,
    SectionKey.OBJECTIVES,
    "A target has an indicator, a student group, a baseline and its year, a target value, a due"
    " date in the fiscal year and a data source.",
    citation=PRACTICE,
    certainty="practice",
)
def targets_are_whole(document: PlanDocument) -> Iterator[Problem]:
    first, last = first_day(document.fiscal_year), last_day(document.fiscal_year)
    for target in document.targets:
        name = f"Target {target.number}"
        for field, asked in ASKED_OF_A_TARGET.items():
            if lacks(target, field):
                yield Problem(f"{name} {asked}", target, field)
        if target.due_on and not first <= target.due_on <= last:
            yield Problem(
                f"{name} is due {day(target.due_on)}, outside FY{document.fiscal_year}."
                f" Choose a date from {day(first)} to {day(last)}.",
                target,
                "due_on",
            )


@rule(
    "R07",
    Severity.STOP,
    SectionKey.OBJECTIVES,
    "The school year of a baseline has begun.",
    citation=PRACTICE,
    certainty="practice",
    is_dated=True,
)
def baselines_are_of_years_begun(document: PlanDocument, today: date) -> Iterator[Problem]:
    for target in document.targets:
        begins = target.baseline_year[:4]
        if begins.isdecimal() and first_day(int(begins) + 1) > today:
            yield Problem(
                f"Target {target.number}: the baseline is of {target.baseline_year}, a school year"
                " that is still to come. Enter the year it was measured in.",
                target,
                "baseline_year",
            )


@rule(
    "R07",
    Severity.WARN,
    SectionKey.OBJECTIVES,
    "A target moves the right way for its indicator: chronic absenteeism falls, the others rise.",
    citation=DEFAULT,
    certainty="default",
)
def targets_move_the_right_way(document: PlanDocument) -> Iterator[Problem]:
    for target in document.targets:
        indicator, start, goal = target.indicator, target.baseline, target.target_value
        if indicator is None or start is None or goal is None:
            continue
        if indicator.number == LOCAL_MEASURE:
            continue
        if indicator.falls and goal >= start:
            better, wrong = "Lower", "not below"
        elif not indicator.falls and goal <= start:
            better, wrong = "Higher", "not above"
        else:
            continue
        yield Problem(
            f"Target {target.number}: the target value {num(goal)} is {wrong} the baseline"
            f" {num(start)}. {better} is better for {indicator.name.lower()}:"
            " check both figures.",
            target,
            "target_value",
        )
