"""A plan's document as its readers meet it: grouped, added up and named, so templates only loop."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

from plans.documents import PlanDocument
from plans.documents.kinds import LISTED
from plans.documents.naming import Called
from plans.documents.shape import EngagementPart, LinePart, StrategyPart, TargetPart
from plans.documents.terms import FocusAreaTerm
from plans.models import BudgetLine, Plan, StakeholderEngagement
from plans.reading.coverage import coverage
from plans.reading.served import serving
from plans.reading.sums import FUNDING, Total, total_of, totals_of
from plans.rules.words import listing
from plans.sections import READABLE, SECTIONS, SectionKey

LINE_KINDS = dict(BudgetLine.Kind.choices)
GROUPS = dict(StakeholderEngagement.Group.choices)
KINDS = dict(Plan.Kind.choices)
ORDINARY = BudgetLine.Kind.ORDINARY.value
LONGEST_HEADING = 60  # characters of it in the table of contents


class Heading(NamedTuple):
    """A heading within a section, as the table of contents names it, and its anchor."""

    anchor: str
    title: str


@dataclass(frozen=True)
class DocumentSection:
    """A section of the read plan. Its template is the body of a panel whose h2 is the title."""

    key: SectionKey
    title: str
    template: str
    body: str = ""  # the HTML, where it is rendered already
    headings: tuple[Heading, ...] = ()


class BudgetRow(TypedDict):
    """A line as it reads. A dict: in a long table a template finds a key fastest."""

    number: int
    what: str
    kind: str  # empty for an ordinary line
    grades: str
    narrative: str
    is_supplanting: bool
    explanation: str
    typed: dict[str, str]
    part: LinePart
    object_code: str
    focus_area: str
    funding: str
    is_counted: bool  # whether anything was typed as its quantity or unit cost
    unit_cost: Decimal | None
    amount: int | None


@dataclass(frozen=True)
class BudgetGroup:
    """The lines of one strategy; the last group may be those of no strategy."""

    strategy: StrategyPart | None
    rows: list[BudgetRow]
    totals: list[Total]


@dataclass(frozen=True)
class Budget:
    """US dollars throughout. Only lines of the current allocation count against it (R17)."""

    groups: list[BudgetGroup]
    totals: list[Total]  # that of the current allocation first, also where it is $0
    line_count: int
    budgeted: int
    allocation: int | None
    left: int  # below zero where more was budgeted than there is
    unread: tuple[int, ...] = ()  # lines of the current allocation that these lack

    @property
    def over(self) -> int:
        return -self.left


@dataclass(frozen=True)
class ReadStrategy:
    part: StrategyPart
    focus_areas: str
    targets: list[TargetPart]
    budget: list[Total]
    origin: str = ""  # which strategies of last year's plan it was split from or merged of


@dataclass(frozen=True)
class Retired:
    """What last year's plan had and this one has no longer, and why."""

    what: str
    reason: str


@dataclass(frozen=True)
class ReadEngagement:
    part: EngagementPart
    group: str


def document_sections(document: PlanDocument) -> list[DocumentSection]:
    """The sections that are part of the text, in order; the board's vote stands beside it."""
    headings = headings_of(document)
    return [
        DocumentSection(
            key,
            SECTIONS[key].title,
            f"plans/document/{key.value}.html",
            headings=headings.get(key, ()),
        )
        for key in READABLE
        if key != SectionKey.BOARD_APPROVAL
    ]


def headings_of(document: PlanDocument) -> dict[SectionKey, tuple[Heading, ...]]:
    """Each objective and each strategy: what people look for in a long plan."""
    return {
        SectionKey.OBJECTIVES: tuple(
            Heading(f"objective-{each.number}", _in_contents(each.number, each.statement))
            for each in document.objectives
        ),
        SectionKey.STRATEGIES: tuple(
            Heading(f"strategy-{each.number}", _in_contents(each.number, each.title))
            for each in document.strategies
        ),
    }


def _in_contents(number: int, text: str) -> str:
    return f"{number} {shortened(text, LONGEST_HEADING)}".rstrip()


def reading_context(document: PlanDocument) -> dict[str, Any]:
    """All that the templates under plans/document need."""
    budget = budget_by_strategy(document)
    totals = {group.strategy.lineage: group.totals for group in budget.groups if group.strategy}
    targets = {target.lineage: target for target in document.targets}
    return {
        "document": document,
        "kind": KINDS.get(document.kind, document.kind),
        "budget": budget,
        "read_strategies": [
            ReadStrategy(
                part=strategy,
                focus_areas=" · ".join(_area(area) for area in strategy.focus_areas),
                targets=[targets[lineage] for lineage in strategy.targets if lineage in targets],
                budget=totals.get(strategy.lineage, []),
                origin=origin_of(strategy, document),
            )
            for strategy in document.strategies
        ],
        "served": serving(document),
        "retired": retired_by_section(document),
        "coverage": coverage(document),
        "read_engagement": [
            ReadEngagement(part, GROUPS.get(part.group, part.group)) for part in document.engagement
        ],
    }


def shortened(text: str, longest: int) -> str:
    """The text in one line of so many characters at most, cut between words."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    whole_words, _, _ = line[:longest].rpartition(" ")
    return f"{whole_words or line[:longest]} …"


def origin_of(strategy: StrategyPart, document: PlanDocument) -> str:
    """“Merged from “Teams” and “Liaisons””; nothing of a strategy that goes on, or is new."""
    parents = strategy.comes_from
    if not parents:
        return ""
    names = listing(f"“{each.name}”" for each in parents)
    if len(parents) > 1:
        return f"Merged from {names}"
    siblings = [
        each.number
        for each in document.strategies
        if each is not strategy
        and parents[0].code in (each.lineage, *(one.code for one in each.comes_from))
    ]
    if not siblings:
        return f"Follows {names}"
    noun = "strategy" if len(siblings) == 1 else "strategies"
    return f"Split from {names}, beside {noun} {listing(siblings)}"


def retired_by_section(document: PlanDocument) -> dict[str, list[Retired]]:
    found: dict[str, list[Retired]] = {kind.section.value: [] for kind in LISTED.values()}
    for part in document.retired:
        kind = LISTED[part.kind]
        what = Called(kind, part.number, part.title).words
        found[kind.section.value].append(Retired(what, part.reason))
    return found


def budget_by_strategy(document: PlanDocument) -> Budget:
    """The lines in the order of their strategies, then those that belong to none."""
    lines: dict[str | None, list[LinePart]] = {}
    known = {strategy.lineage for strategy in document.strategies}
    for line in document.lines:
        home = line.strategy if line.strategy in known else None
        lines.setdefault(home, []).append(line)
    groups = [
        _group(strategy, lines[strategy.lineage])
        for strategy in document.strategies
        if strategy.lineage in lines
    ]
    if None in lines:
        groups.append(_group(None, lines[None]))
    allocated = total_of(document.lines, BudgetLine.FundingSource.ALLOCATION)
    others = [total for total in totals_of(document.lines) if total.source != allocated.source]
    return Budget(
        groups=groups,
        totals=[allocated, *others],
        line_count=len(document.lines),
        budgeted=document.budgeted,
        allocation=document.money.amount,
        left=document.left_to_budget,
        unread=allocated.unread,
    )


def _row(line: LinePart) -> BudgetRow:
    code = line.object_code
    return BudgetRow(
        number=line.number,
        what=line.description,
        kind="" if line.line_kind == ORDINARY else LINE_KINDS.get(line.line_kind, ""),
        grades=line.grades,
        narrative=line.narrative,
        is_supplanting=line.previously_locally_funded,
        explanation=line.supplanting_explanation,
        typed=line.unread,
        part=line,
        object_code=f"{code.code} {code.name}" if code else "—",
        focus_area=_area(line.focus_area) if line.focus_area else "—",
        funding=FUNDING.get(line.funding_source, line.funding_source),
        is_counted=any(
            getattr(line, name) is not None or name in line.as_typed
            for name in ("quantity", "unit_cost")
        ),
        unit_cost=line.unit_cost,
        amount=line.amount,
    )


def _area(area: FocusAreaTerm) -> str:
    return f"{area.number} {area.short_name}"


def _group(strategy: StrategyPart | None, lines: list[LinePart]) -> BudgetGroup:
    return BudgetGroup(strategy, [_row(line) for line in lines], totals_of(lines))
