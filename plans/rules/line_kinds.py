"""Lines of a kind of their own: TEAM stipends (R20), Head Start (R21), magnet tuition (R28)."""

from collections.abc import Iterator
from decimal import Decimal

from districts.words import num
from plans.documents.shape import LinePart, PlanDocument
from plans.rules.base import Problem, Severity, lacks, rule
from plans.rules.words import count, money
from plans.sections import SectionKey

TEAM_STIPEND = 500  # US dollars for each beginning teacher: at most by the page, at least by law
TEAM_FOCUS_AREA = 4  # program page, § 10-262u(d)
HEAD_START_FOCUS_AREA = 6  # § 10-262u(d)(6)
TUITION = "560"  # Department practice
TEAM_LAW = "§ 10-145o(f)"
MAGNET_LAW = "§ 10-262u(d)(B)"


def _lines(document: PlanDocument, kind: str) -> Iterator[LinePart]:
    return (line for line in document.lines if line.line_kind == kind)


@rule(
    "R20",
    Severity.STOP,
    SectionKey.BUDGET,
    "TEAM mentor stipends are in focus area 4 only, on a salary object code, and amount to the"
    " number of beginning teachers assigned × a stipend of at most $500.",
    citation=f"Program page; {TEAM_LAW}",
    certainty="page",
)
def team_stipends_follow_the_program_page(document: PlanDocument) -> Iterator[Problem]:
    for line in _lines(document, "team_stipend"):
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
        yield from _stipends(line)


def _stipends(line: LinePart) -> Iterator[Problem]:
    teachers, stipend = line.quantity, line.unit_cost
    found = [*_teachers(line), *_stipend(line)]
    yield from found
    if found or teachers is None or stipend is None or line.amount is None:
        return
    if line.amount != teachers * stipend:
        yield Problem(
            f"Line {line.number}: {count(int(teachers), 'beginning teacher')} × {money(stipend)} ="
            f" {money(teachers * stipend)}, but the line says {money(line.amount)}."
            " Change the amount, the number of beginning teachers or the stipend.",
            line,
            "amount",
        )


def _teachers(line: LinePart) -> Iterator[Problem]:
    teachers = line.quantity
    if lacks(line, "quantity"):
        yield Problem(
            f"Line {line.number} does not say how many beginning teachers its TEAM mentors are"
            " assigned. Enter their number as the quantity: one stipend for each.",
            line,
            "quantity",
        )
    elif teachers is not None and (teachers <= 0 or teachers != int(teachers)):
        yield Problem(
            f"Line {line.number}: {num(teachers)} is not a number of beginning teachers."
            " Enter a whole number above 0.",
            line,
            "quantity",
        )


def _stipend(line: LinePart) -> Iterator[Problem]:
    stipend, most = line.unit_cost, money(TEAM_STIPEND)
    if lacks(line, "unit_cost"):
        yield Problem(
            f"Line {line.number} does not say the stipend for each beginning teacher."
            f" Enter at most {most} as the unit cost.",
            line,
            "unit_cost",
        )
    elif stipend is not None and not 0 < stipend <= TEAM_STIPEND:
        yield Problem(
            f"Line {line.number}: a TEAM mentor stipend is at most {most} for each beginning"
            f" teacher, but the unit cost says {money(stipend)}. Change the unit cost.",
            line,
            "unit_cost",
        )


@rule(
    "R20",
    Severity.WARN,
    SectionKey.BUDGET,
    "A TEAM mentor receives at least $500 a year for each beginning teacher: what a line pays"
    " below that comes from elsewhere.",
    citation=TEAM_LAW,
    certainty="law",
)
def team_stipends_reach_the_minimum(document: PlanDocument) -> Iterator[Problem]:
    for line in _lines(document, "team_stipend"):
        if line.unit_cost is None or not 0 < line.unit_cost < TEAM_STIPEND:
            continue
        short = TEAM_STIPEND - line.unit_cost
        yield Problem(
            f"Line {line.number}: {money(line.unit_cost)} for each beginning teacher is"
            f" {money(short)} below the minimum of {money(TEAM_STIPEND)}{_in_all(line, short)}."
            " Say in the narrative where the rest comes from.",
            line,
            "unit_cost",
        )


def _in_all(line: LinePart, short: Decimal) -> str:
    return f", {money(short * line.quantity)} in all" if line.quantity else ""


@rule(
    "R21",
    Severity.STOP,
    SectionKey.BUDGET,
    "Head Start lines are in focus area 6 only, and name the existing local program.",
    citation="§ 10-262u(d)(6)",
    certainty="law",
)
def head_start_names_its_program(document: PlanDocument) -> Iterator[Problem]:
    for line in _lines(document, "head_start"):
        yield from _only_focus_area(
            HEAD_START_FOCUS_AREA, line, "pays for Head Start, which belongs"
        )
        if lacks(line, "head_start_program"):
            yield Problem(
                f"Line {line.number} pays for Head Start and names no existing local program."
                " Enter its name.",
                line,
                "head_start_program",
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


@rule(
    "R28",
    Severity.WARN,
    SectionKey.BUDGET,
    "Magnet school tuition is on object code 560, and needs the Commissioner’s permission.",
    citation=MAGNET_LAW,
    certainty="law",
)
def magnet_tuition_needs_permission(document: PlanDocument) -> Iterator[Problem]:
    for line in _lines(document, "magnet_tuition"):
        code = line.object_code
        if code and code.code != TUITION:
            yield Problem(
                f"Line {line.number} pays magnet school tuition, but its object code is"
                f" {code.code} {code.name}. Choose {TUITION}.",
                line,
                "object_code",
            )
        yield Problem(
            f"Line {line.number} pays magnet school tuition:"
            f" {'its amount' if line.amount is None else money(line.amount)} needs the"
            " Commissioner’s permission, which is given or refused with the decision on the plan.",
            line,
            "line_kind",
        )
