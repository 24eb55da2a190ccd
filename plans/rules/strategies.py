"""Strategies, their focus areas, targets and milestones: R08 and R09."""

from collections.abc import Iterator
from datetime import date

from districts.calendar import first_day, last_day
from districts.words import day
from plans.documents.shape import PlanDocument, StrategyPart
from plans.rules.base import DEFAULT, PRACTICE, STATUTE, Problem, Severity, lacks, rule
from plans.rules.words import count
from plans.sections import SectionKey

MILESTONES = 2  # our default


@rule(
    "R08",
    Severity.STOP,
    SectionKey.STRATEGIES,
    "The plan has a strategy, and each strategy serves at least one focus area.",
    citation=STATUTE,
    certainty="page",
)
def each_strategy_has_a_focus_area(document: PlanDocument) -> Iterator[Problem]:
    if not document.strategies:
        yield Problem("The plan has no strategy. Add one, with its domain and a focus area.")
    for strategy in document.strategies:
        if not strategy.focus_areas and "focus_area_numbers" not in strategy.as_typed:
            yield Problem(
                f"Strategy {strategy.number} has no focus area. Choose at least one.",
                strategy,
                "focus_area_numbers",
            )


@rule(
    "R08",
    Severity.STOP,
    SectionKey.STRATEGIES,
    "Each strategy is in exactly one domain of the Department's framework.",
    citation=PRACTICE,
    certainty="practice",
)
def each_strategy_has_a_domain(document: PlanDocument) -> Iterator[Problem]:
    for strategy in document.strategies:
        if lacks(strategy, "domain"):
            yield Problem(
                f"Strategy {strategy.number} has no domain. Choose one.", strategy, "domain"
            )


@rule(
    "R09",
    Severity.STOP,
    SectionKey.STRATEGIES,
    "A strategy has an owner, starts and ends in the fiscal year, and serves at least one target.",
    citation=DEFAULT,
    certainty="default",
)
def strategies_are_whole(document: PlanDocument) -> Iterator[Problem]:
    for strategy in document.strategies:
        name = f"Strategy {strategy.number}"
        if lacks(strategy, "owner"):
            yield Problem(f"{name} has no owner. Name who answers for it.", strategy, "owner")
        yield from _dates(document, strategy)
        if not strategy.targets and "target_lineages" not in strategy.as_typed:
            yield Problem(
                f"{name} serves no target. Link at least one.", strategy, "target_lineages"
            )


def _dates(document: PlanDocument, strategy: StrategyPart) -> Iterator[Problem]:
    name = f"Strategy {strategy.number}"
    starts_on, ends_on = strategy.starts_on, strategy.ends_on
    for field, verb, on in (("starts_on", "start", starts_on), ("ends_on", "end", ends_on)):
        if lacks(strategy, field):
            yield Problem(f"{name} has no {verb} date. Enter one.", strategy, field)
        elif on and not _is_in_year(on, document.fiscal_year):
            year = document.fiscal_year
            yield Problem(
                f"{name} {verb}s on {day(on)}, outside FY{year}."
                f" Choose a date from {day(first_day(year))} to {day(last_day(year))}.",
                strategy,
                field,
            )
    if starts_on and ends_on and ends_on < starts_on:
        yield Problem(
            f"{name} ends on {day(ends_on)}, before it starts on {day(starts_on)}."
            " Change one of the two dates.",
            strategy,
            "ends_on",
        )


def _is_in_year(on: date, fiscal_year: int) -> bool:
    return first_day(fiscal_year) <= on <= last_day(fiscal_year)


@rule(
    "R33b",
    Severity.STOP,
    SectionKey.STRATEGIES,
    "A strategy that was split off or merged names those of last year's plan, and never itself.",
    citation=DEFAULT,
    certainty="default",
)
def strategies_come_from_others(document: PlanDocument) -> Iterator[Problem]:
    for strategy in document.strategies:
        for parent in strategy.comes_from:
            if parent.code == strategy.lineage:
                yield Problem(
                    f"Strategy {strategy.number} is last year’s “{parent.name}” itself, so it does"
                    " not come from it. Untick it there, or add a new strategy for what was split"
                    " off.",
                    strategy,
                    "parent_lineages",
                )


@rule(
    "R09",
    Severity.WARN,
    SectionKey.STRATEGIES,
    "A strategy has at least two milestones.",
    citation=DEFAULT,
    certainty="default",
)
def strategies_have_milestones(document: PlanDocument) -> Iterator[Problem]:
    for strategy in document.strategies:
        written = sum(1 for milestone in strategy.milestones if milestone.description.strip())
        if written < MILESTONES:
            has = f"only {count(written, 'milestone')}" if written else "no milestone"
            yield Problem(
                f"Strategy {strategy.number} has {has}."
                f" Add {MILESTONES - written}, so that progress shows during the year.",
                strategy,
            )
