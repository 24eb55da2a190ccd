"""The budget: its total (R05, R17), its lines (R19), TEAM stipends (R20) and Head Start (R21)."""

from collections.abc import Iterator
from decimal import Decimal

from districts.words import num
from plans.documents.shape import LinePart, PlanDocument, StrategyPart
from plans.rules.base import DEFAULT, PRACTICE, STATUTE, Problem, Severity, lacks, rule
from plans.rules.words import listing, money
from plans.sections import SectionKey

TEAM_STIPEND = 500  # US dollars for each mentor; program page, § 10-262u(d)
TEAM_FOCUS_AREA = 4  # program page, § 10-262u(d)
HEAD_START_FOCUS_AREA = 6  # program page, § 10-262u(d)


@rule(
    "R17",
    Severity.STOP,
    SectionKey.BUDGET,
    "Lines of the current allocation total the final allocation exactly, in whole dollars.",
    citation=PRACTICE,
    certainty="practice",
)
def total_is_the_final_allocation(document: PlanDocument) -> Iterator[Problem]:
    if document.money.amount is None:
        yield Problem(
            "The Department has not loaded the district's allocation for"
            f" FY{document.fiscal_year} yet. Write the lines now; the total is checked once it has."
        )
    elif document.money.stage == "final" and document.left_to_budget:
        left = document.left_to_budget
        yield Problem(
            f"{_total(document)} Budget {money(abs(left))} {'more' if left > 0 else 'less'}."
        )


@rule(
    "R17",
    Severity.WARN,
    SectionKey.BUDGET,
    "While the allocation is preliminary, lines of the current allocation do not exceed it.",
    citation=DEFAULT,
    certainty="default",
)
def total_is_within_the_preliminary_allocation(document: PlanDocument) -> Iterator[Problem]:
    if document.money.stage == "preliminary" and document.left_to_budget < 0:
        yield Problem(f"{_total(document)} Budget {money(-document.left_to_budget)} less.")


def _total(document: PlanDocument) -> str:
    return (
        f"Current-year lines total {money(document.budgeted)};"
        f" the {document.money.stage} allocation is {money(document.money.amount or 0)}."
    )


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
    "R20",
    Severity.STOP,
    SectionKey.BUDGET,
    "TEAM mentor stipends are in focus area 4 only, on a salary object code, and amount to the"
    " number of mentors × $500.",
    citation=STATUTE,
    certainty="page",
)
def team_stipends_are_500_dollars_a_mentor(document: PlanDocument) -> Iterator[Problem]:
    for line in document.lines:
        if line.line_kind != "team_stipend":
            continue
        yield from _only_focus_area(
            TEAM_FOCUS_AREA, line, "pays TEAM mentor stipends, which belong"
        )
        code = line.object_code
        if code and not code.is_salary:
            yield Problem(
                f"Line {line.number} pays TEAM mentor stipends, but {code.code} {code.name} is not"
                " a salary object code. Choose one of the 100s.",
                line,
                "object_code",
            )
        yield from _mentors(line)


def _mentors(line: LinePart) -> Iterator[Problem]:
    mentors = line.quantity
    if mentors is None:
        if "quantity" not in line.as_typed:
            yield Problem(
                f"Line {line.number} does not say how many TEAM mentors it pays."
                " Enter their number as the quantity.",
                line,
                "quantity",
            )
    elif mentors <= 0 or mentors != int(mentors):
        yield Problem(
            f"Line {line.number}: {num(mentors)} is not a number of mentors."
            " Enter a whole number above 0.",
            line,
            "quantity",
        )
    elif line.amount is not None and line.amount != mentors * TEAM_STIPEND:
        noun = "mentor" if mentors == 1 else "mentors"
        yield Problem(
            f"Line {line.number}: {num(mentors)} {noun} × {money(TEAM_STIPEND)} ="
            f" {money(mentors * TEAM_STIPEND)}, but the line says {money(line.amount)}."
            " Change the amount or the number of mentors.",
            line,
            "amount",
        )
    if line.unit_cost not in (None, Decimal(TEAM_STIPEND)):
        yield Problem(
            f"Line {line.number}: a TEAM mentor stipend is {money(TEAM_STIPEND)}, but the unit"
            f" cost says {money(line.unit_cost)}. Change the unit cost.",
            line,
            "unit_cost",
        )


@rule(
    "R21",
    Severity.STOP,
    SectionKey.BUDGET,
    "Head Start lines are in focus area 6 only.",
    citation=STATUTE,
    certainty="page",
)
def head_start_is_in_its_focus_area(document: PlanDocument) -> Iterator[Problem]:
    for line in document.lines:
        if line.line_kind == "head_start":
            yield from _only_focus_area(
                HEAD_START_FOCUS_AREA, line, "pays for Head Start, which belongs"
            )


def _only_focus_area(number: int, line: LinePart, pays: str) -> Iterator[Problem]:
    """No focus area at all is R19's to say."""
    if line.focus_area and line.focus_area.number != number:
        yield Problem(
            f"Line {line.number} {pays} to focus area {number}, but the line says"
            f" {line.focus_area.number}. Choose focus area {number}.",
            line,
            "focus_area",
        )
