"""Text that a field could not read: it is kept as typed, and stops the plan until it is mended."""

from collections.abc import Iterator
from functools import partial

from districts.calendar import EARLIEST, LATEST
from plans.documents.shape import MilestonePart, PlanDocument, Row, StrategyPart
from plans.rules.base import DEFAULT, PRACTICE, ROWS, Problem, Rule, Severity, name_of
from plans.sections import SECTIONS, SectionKey

DOLLARS = "an amount in whole dollars. Write it like $1,204,000."
NUMBER = "a number with at most 2 decimals. Write it in digits, such as 46.1."
DATE = f"a date in {EARLIEST.year} to {LATEST.year}. Write month, day, year."
CHOICE = "one of the choices. Choose from the list."

EXPECTED = {
    "amount": DOLLARS,
    "unit_cost": "an amount in dollars. Write it like $1,750 or $1,750.50.",
    "quantity": NUMBER,
    "baseline": NUMBER,
    "target_value": NUMBER,
    "baseline_year": "a school year. Write it like 2024-25.",
    "contact_email": "an email address. Write it like name@district.org.",
    "evaluation_plan_approved": CHOICE,
    **dict.fromkeys(
        (
            "due_on",
            "starts_on",
            "ends_on",
            "held_on",
            "evaluation_plan_approved_on",
            "approved_on",
            "planned_on",
        ),
        DATE,
    ),
    **dict.fromkeys(
        (
            "indicator",
            "indicator_numbers",
            "domain",
            "focus_area",
            "focus_area_numbers",
            "target_lineages",
            "strategy",
            "object_code",
            "funding_source",
            "line_kind",
            "group",
            "accepted_numbers",
        ),
        CHOICE,
    ),
}
SHOWN = 60  # characters of what was typed

# The rule that asks for the section's fields; where none has a number, Department practice does.
ASKED_BY = {
    SectionKey.COVER: ("", PRACTICE, "practice"),
    SectionKey.NEEDS: ("", PRACTICE, "practice"),
    SectionKey.LOOK_BACK: ("", PRACTICE, "practice"),
    SectionKey.OBJECTIVES: ("R07", PRACTICE, "practice"),
    SectionKey.STRATEGIES: ("R09", DEFAULT, "default"),
    SectionKey.BUDGET: ("R19", PRACTICE, "practice"),
    SectionKey.ENGAGEMENT: ("", PRACTICE, "practice"),
    SectionKey.SUSTAINABILITY: ("", PRACTICE, "practice"),
    SectionKey.ASSURANCES: ("R12", PRACTICE, "practice"),
}


def _unread(section: SectionKey, document: PlanDocument) -> Iterator[Problem]:
    strategy = 0
    for row in ROWS[section](document):
        if isinstance(row, StrategyPart):
            strategy = row.number
        for field, typed in row.as_typed.items():
            yield Problem(f"{_where(row, strategy)}{not_read(field, typed)}", row, field)


def _where(row: Row, strategy: int) -> str:
    if isinstance(row, MilestonePart):
        return f"Strategy {strategy}, milestone {row.number}: "
    name = name_of(row)
    return f"{name}: " if name else ""


def not_read(field: str, typed: str) -> str:
    shown = typed if len(typed) <= SHOWN else f"{typed[:SHOWN].rstrip()}…"
    expected = EXPECTED.get(field)
    if expected is None:
        return f"“{shown}” is too long. Shorten it."
    return f"“{shown}” is not {expected}"


TYPED_RULES = tuple(
    Rule(
        number,
        Severity.STOP,
        section,
        f"What was typed in {SECTIONS[section].title} can be read.",
        citation,
        certainty,
        partial(_unread, section),
    )
    for section, (number, citation, certainty) in ASKED_BY.items()
)
