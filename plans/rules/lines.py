"""What each budget line says: R19, and R25 to R27."""

from collections.abc import Iterator

from districts.words import num
from plans.documents.shape import LinePart, PlanDocument, StrategyPart
from plans.rules.base import DEFAULT, PRACTICE, Problem, Severity, lacks, rule
from plans.rules.words import listing, money
from plans.sections import SectionKey

EQUIPMENT_UNIT = 5_000  # US dollars; our default


@rule(
    "R19",
    Severity.STOP,
    SectionKey.BUDGET,
    "A line has an active object code, a strategy, one of that strategy's focus areas, an amount"
    " above $0 and a narrative; quantity × unit cost is the amount.",
    citation=PRACTICE,
    certainty="practice",
)
def lines_are_whole(document: PlanDocument) -> Iterator[Problem]:
    strategies = {strategy.lineage: strategy for strategy in document.strategies}
    for line in document.lines:
        yield from _object_code(line, document.fiscal_year)
        yield from _strategy_and_focus_area(line, strategies.get(line.strategy or ""))
        yield from _amount(line)
        if lacks(line, "narrative"):
            yield Problem(
                f"Line {line.number} has no narrative. Say what it pays for and why.",
                line,
                "narrative",
            )


def _object_code(line: LinePart, fiscal_year: int) -> Iterator[Problem]:
    if lacks(line, "object_code"):
        yield Problem(f"Line {line.number} has no object code. Choose one.", line, "object_code")
    elif line.object_code and not line.object_code.is_active:
        yield Problem(
            f"Line {line.number}: object code {line.object_code.code} is not in use in"
            f" FY{fiscal_year}. Choose another.",
            line,
            "object_code",
        )


def _strategy_and_focus_area(line: LinePart, strategy: StrategyPart | None) -> Iterator[Problem]:
    if strategy is None and "strategy" not in line.as_typed:
        yield Problem(f"Line {line.number} belongs to no strategy. Choose one.", line, "strategy")
    if lacks(line, "focus_area"):
        yield Problem(f"Line {line.number} has no focus area. Choose one.", line, "focus_area")
    elif strategy and line.focus_area and line.focus_area not in strategy.focus_areas:
        number = line.focus_area.number
        ticked = [area.number for area in strategy.focus_areas]
        choices = f"Choose {listing(ticked, 'or')}, or add" if ticked else "Add"
        yield Problem(
            f"Line {line.number}: focus area {number} is not one of strategy {strategy.number}."
            f" {choices} {number} to the strategy.",
            line,
            "focus_area",
        )


def _amount(line: LinePart) -> Iterator[Problem]:
    if lacks(line, "amount"):
        yield Problem(
            f"Line {line.number} has no amount. Enter whole dollars above $0.", line, "amount"
        )
    elif line.amount is not None and line.amount <= 0:
        yield Problem(
            f"Line {line.number} has an amount of {money(line.amount)}."
            " Enter whole dollars above $0.",
            line,
            "amount",
        )
    if line.line_kind == "team_stipend" or line.quantity is None or line.unit_cost is None:
        return  # R20 multiplies the stipends
    product = line.quantity * line.unit_cost
    if line.amount is not None and product != line.amount:
        yield Problem(
            f"Line {line.number}: {num(line.quantity)} × {money(line.unit_cost)} ="
            f" {money(product)}, but the line says {money(line.amount)}."
            " Change the amount, the quantity or the unit cost.",
            line,
            "amount",
        )


@rule(
    "R25",
    Severity.STOP,
    SectionKey.BUDGET,
    "Indirect costs are budgeted only in a year whose cycle allows them.",
    citation=PRACTICE,
    certainty="practice",
)
def indirect_costs_are_allowed(document: PlanDocument) -> Iterator[Problem]:
    if document.allows_indirect_costs:
        return
    for line in document.lines:
        code = line.object_code
        if code and code.is_indirect_cost and line.funding_source != "other":
            yield Problem(
                f"Line {line.number}: {code.code} {code.name} is not allowed in"
                f" FY{document.fiscal_year}. Choose another object code, or pay"
                f" {_dollars_of(line)} from other funds.",
                line,
                "object_code",
            )


def _dollars_of(line: LinePart) -> str:
    return "it" if line.amount is None else f"its {money(line.amount)}"


@rule(
    "R26",
    Severity.WARN,
    SectionKey.BUDGET,
    "A unit of equipment of $5,000 or more has a reason.",
    citation=DEFAULT,
    certainty="default",
)
def costly_equipment_has_a_reason(document: PlanDocument) -> Iterator[Problem]:
    for line in document.lines:
        if not (line.object_code and line.object_code.is_equipment):
            continue
        unit = line.amount if line.unit_cost is None else line.unit_cost
        if unit is None or unit < EQUIPMENT_UNIT or not lacks(line, "equipment_reason"):
            continue
        says = (
            f"buys equipment for {money(unit)} and gives no unit cost. Enter it, or say why a unit"
            f" of {money(EQUIPMENT_UNIT)} or more is needed."
            if line.unit_cost is None
            else f"buys equipment at {money(unit)} a unit. Say why a unit of"
            f" {money(EQUIPMENT_UNIT)} or more is needed."
        )
        yield Problem(f"Line {line.number} {says}", line, "equipment_reason")


@rule(
    "R27",
    Severity.WARN,
    SectionKey.BUDGET,
    "A line that was paid from local funds before explains why it does not replace them.",
    citation="§§ 10-262u(c)(2), 10-262i(c), 10-262j(c)",
    certainty="law",
)
def local_funds_are_explained(document: PlanDocument) -> Iterator[Problem]:
    for line in document.lines:
        if line.previously_locally_funded and lacks(line, "supplanting_explanation"):
            yield Problem(
                f"Line {line.number} was paid from local funds before:"
                f" {'its amount' if line.amount is None else money(line.amount)} needs the"
                " Commissioner’s specific approval. Explain why it does not replace local funds.",
                line,
                "supplanting_explanation",
            )
