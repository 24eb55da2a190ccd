"""What a rule and a finding are. A rule is one small function over the document."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from plans.documents.shape import (
    EngagementPart,
    LinePart,
    MilestonePart,
    ObjectivePart,
    PlanDocument,
    Row,
    StrategyPart,
    TargetPart,
)
from plans.sections import SECTIONS, SectionKey

STATUTE = "§ 10-262u(d)"
PRACTICE = "Department practice"
DEFAULT = "Our default"

PLACES: dict[type[Row], str] = {
    ObjectivePart: "objective",
    TargetPart: "target",
    StrategyPart: "strategy",
    MilestonePart: "milestone",
    LinePart: "line",
    EngagementPart: "engagement",
}


class Severity(StrEnum):
    STOP = "E"  # stops closing for signature and submission
    WARN = "W"  # may be answered with a reason


class Problem(NamedTuple):
    """What a rule found, before it is known which rule found it. No row: the section's own form."""

    sentence: str
    row: Row | None = None
    field: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing to mend, or to answer, with all a page needs to say it and to link to it."""

    rule: str  # "" where no rule has a number for it
    severity: Severity
    section: SectionKey
    sentence: str
    citation: str
    certainty: str  # a value of plans.models.Certainty
    place: str = (
        ""  # objective, target, strategy, milestone, line, engagement; "" the section's form
    )
    row_id: int | None = None
    field: str = ""  # as the row's form names it

    @property
    def stops(self) -> bool:
        return self.severity == Severity.STOP


Check = Callable[[PlanDocument], Iterator[Problem]]


@dataclass(frozen=True)
class Rule:
    number: str
    severity: Severity
    section: SectionKey
    statement: str
    citation: str
    certainty: str
    check: Check

    def finding(self, problem: Problem) -> Finding:
        place = PLACES.get(type(problem.row), "")
        return Finding(
            rule=self.number,
            severity=self.severity,
            section=self.section,
            sentence=problem.sentence,
            citation=self.citation,
            certainty=self.certainty,
            place=place,
            row_id=problem.row.id if problem.row and place else None,
            field=problem.field,
        )


def rule(
    number: str,
    severity: Severity,
    section: SectionKey,
    statement: str,
    *,
    citation: str,
    certainty: str,
) -> Callable[[Check], Rule]:
    """Make a rule of the function that looks for what breaks it."""

    def make(check: Check) -> Rule:
        return Rule(number, severity, section, statement, citation, certainty, check)

    return make


def rows_of(document: PlanDocument) -> Iterator[tuple[SectionKey, Row]]:
    """Every row, in the order in which it is read."""
    yield SectionKey.COVER, document.cover
    yield SectionKey.NEEDS, document.needs
    yield SectionKey.LOOK_BACK, document.look_back
    for objective in document.objectives:
        yield SectionKey.OBJECTIVES, objective
        for target in objective.targets:
            yield SectionKey.OBJECTIVES, target
    for strategy in document.strategies:
        yield SectionKey.STRATEGIES, strategy
        for milestone in strategy.milestones:
            yield SectionKey.STRATEGIES, milestone
    yield SectionKey.BUDGET, document.budget_narrative
    for line in document.lines:
        yield SectionKey.BUDGET, line
    for entry in document.engagement:
        yield SectionKey.ENGAGEMENT, entry
    yield SectionKey.SUSTAINABILITY, document.sustainability
    yield SectionKey.ASSURANCES, document.assurances


def run(rules: tuple[Rule, ...], document: PlanDocument) -> list[Finding]:
    """What the rules find: by section, then by row, then in the order of the rules."""
    sections = {key: order for order, key in enumerate(SECTIONS)}
    rows = {id(row): order for order, (_, row) in enumerate(rows_of(document), start=1)}
    found = [(each, problem) for each in rules for problem in each.check(document)]
    found.sort(key=lambda pair: (sections[pair[0].section], rows.get(id(pair[1].row), 0)))
    return [each.finding(problem) for each, problem in found]
