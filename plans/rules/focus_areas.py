"""What a focus area asks of the strategies and lines that serve it: R22, R23 and R29."""

import re
from collections.abc import Iterator

from plans.documents.shape import PlanDocument
from plans.rules.base import DEFAULT, Problem, Severity, lacks, rule
from plans.rules.words import listing
from plans.sections import SectionKey

READING, RECRUITING, RESPONSIBILITIES = 2, 9, 11  # focus areas
LAST_READING_GRADE = 3
GRADE = re.compile(r"\d+|\bkindergarten\b|\bk\b", re.IGNORECASE)
_BETWEEN = r"[ \t]*(?:,[ \t]*and\b|[,;&–-]|\b(?:and|or|to|through)\b)[ \t]*"
_LIST = rf"\d{{1,2}}(?:{_BETWEEN}\d{{1,2}}(?!\d))*"
# Areas 5, 8 and 10 · area 5 · 5: … · 5 and 8 – … ; but no “K–3”, “5 teachers” or “5.5 hours”.
AREAS_NAMED = re.compile(
    rf"\bareas\s+(?P<areas>{_LIST})(?!\d)"
    r"|\barea\s*#?(?P<area>\d{1,2})(?!\d)"
    rf"|(?:^|[.;!?]\s)[\s•*(-]*#?(?P<heads>{_LIST})"
    r"(?:[ \t]*(?:[:.)]|$)|[ \t]+[-–—][ \t])(?![ \t]*\d)",
    re.IGNORECASE | re.MULTILINE,
)
_RANGE = re.compile(r"(\d+)\s*(?:[-–]|to|through)\s*(?=(\d+))", re.IGNORECASE)
BEFORE_KINDERGARTEN = re.compile(r"\bp-?k\b|\bpre-?k|\bpreschool", re.IGNORECASE)


@rule(
    "R22",
    Severity.WARN,
    SectionKey.BUDGET,
    "Lines of focus area 2 name grades within K–3.",
    citation="Program page",
    certainty="page",
)
def reading_lines_name_early_grades(document: PlanDocument) -> Iterator[Problem]:
    for line in document.lines:
        if not line.focus_area or line.focus_area.number != READING:
            continue
        if lacks(line, "grades"):
            yield Problem(
                f"Line {line.number} is for focus area {READING} and names no grade."
                " Name the grades, within K–3.",
                line,
                "grades",
            )
        elif line.grades.strip() and not _is_within_k_3(line.grades):
            yield Problem(
                f"Line {line.number} is for focus area {READING}, reading in K–3, and its grades"
                f" are “{line.grades}”. Name grades within K–3, or choose another focus area.",
                line,
                "grades",
            )


def _is_within_k_3(grades: str) -> bool:
    named = GRADE.findall(grades)
    return (
        bool(named)
        and not BEFORE_KINDERGARTEN.search(grades)
        and all(1 <= int(grade) <= LAST_READING_GRADE for grade in named if grade.isdigit())
    )


@rule(
    "R23",
    Severity.WARN,
    SectionKey.NEEDS,
    "Each of the ten focus areas has a strategy, or the plan says why it needs none.",
    citation=DEFAULT,
    certainty="default",
)
def each_focus_area_has_a_strategy(document: PlanDocument) -> Iterator[Problem]:
    if not document.strategies:
        return  # R08 says so already
    answered = {area.number for strategy in document.strategies for area in strategy.focus_areas}
    reasons = document.needs.unserved_areas
    answered |= areas_named(reasons)
    unserved = [
        area.number
        for area in document.focus_areas
        if area.is_on_programme_page and area.number not in answered
    ]
    how = " Begin each reason with “Area” and its number." if reasons.strip() else ""
    if len(unserved) == 1:
        yield Problem(
            f"Focus area {unserved[0]} has no strategy. Add one, or say why it needs none.{how}",
            document.needs,
            "unserved_areas",
        )
    elif unserved:
        yield Problem(
            f"{len(unserved)} focus areas have no strategy: {listing(unserved)}."
            f" Add strategies, or say of each by its number why it needs none.{how}",
            document.needs,
            "unserved_areas",
        )


def areas_named(reasons: str) -> set[int]:
    """The focus areas a text gives reasons for: called areas, or at the head of what is said.

    Any other number is one of grades, teachers or years.
    """
    named: set[int] = set()
    for found in AREAS_NAMED.finditer(reasons):
        numbers = found["areas"] or found["area"] or found["heads"]
        named |= {int(number) for number in re.findall(r"\d+", numbers)}
        for first, last in _RANGE.findall(numbers):
            named |= set(range(int(first), int(last) + 1))
    return named


def _asked_of(area: int, field: str, ask: str, document: PlanDocument) -> Iterator[Problem]:
    """One of the strategies that serve the area says it for all of them."""
    serving = [
        strategy
        for strategy in document.strategies
        if area in {served.number for served in strategy.focus_areas}
    ]
    if serving and all(lacks(strategy, field) for strategy in serving):
        numbers = [strategy.number for strategy in serving]
        who = (
            f"Strategy {numbers[0]} serves"
            if len(numbers) == 1
            else (f"Strategies {listing(numbers)} serve")
        )
        yield Problem(f"{who} focus area {area}. {ask}", serving[0], field)


@rule(
    "R29",
    Severity.WARN,
    SectionKey.STRATEGIES,
    "Reading in focus area 2 says how it follows the intensive reading program.",
    citation="§ 10-14u",
    certainty="law",
)
def reading_follows_its_program(document: PlanDocument) -> Iterator[Problem]:
    ask = "Say how it follows the intensive reading program."
    yield from _asked_of(READING, "reading_program", ask, document)


@rule(
    "R29",
    Severity.WARN,
    SectionKey.STRATEGIES,
    "Recruiting in focus area 9 names the partner of the residency program.",
    citation="§ 10-156gg",
    certainty="law",
)
def recruiting_names_its_partner(document: PlanDocument) -> Iterator[Problem]:
    ask = "Name the partner of the residency program."
    yield from _asked_of(RECRUITING, "residency_partner", ask, document)


@rule(
    "R29",
    Severity.WARN,
    SectionKey.STRATEGIES,
    "Focus area 11 names the model school district responsibilities agreement.",
    citation="§ 10-223l",
    certainty="law",
)
def responsibilities_name_their_agreement(document: PlanDocument) -> Iterator[Problem]:
    ask = "Name the model school district responsibilities agreement."
    yield from _asked_of(RESPONSIBILITIES, "responsibilities_agreement", ask, document)
