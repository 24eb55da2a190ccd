"""Text that a field could not read: it is kept as typed, and stops the plan until it is mended."""

from collections.abc import Iterator
from functools import partial

from districts.calendar import EARLIEST, LATEST
from plans.documents.fields import Control
from plans.documents.kinds import IN_DOCUMENT, KINDS, parts_of
from plans.documents.shape import PlanDocument, StrategyPart
from plans.rules.base import DEFAULT, PRACTICE, STATUTE, Problem, Rule, Severity
from plans.rules.layout import where
from plans.sections import SECTIONS, SectionKey

DOLLARS = "an amount in whole dollars. Write it like $1,204,000."
NUMBER = "a number with at most 2 decimals. Write it in digits, such as 46.1."
DATE = f"a date in {EARLIEST.year} to {LATEST.year}. Write month, day, year."
SCHOOL_YEAR = "a school year. Write it like 2024-25."
CHOICE = "one of the choices. Choose from the list."

BY_CONTROL = {
    Control.EMAIL: "an email address. Write it like name@district.org.",
    Control.DAY: DATE,
    Control.SCHOOL_YEAR: SCHOOL_YEAR,
    Control.NUMBER: NUMBER,
    Control.DOLLARS: DOLLARS,
    **dict.fromkeys([Control.CHOICE, Control.RADIOS, Control.CHOICES, Control.YES_NO], CHOICE),
}
EXPECTED = {  # a text that has no entry is too long
    field.name: field.expected or BY_CONTROL[field.control]
    for kind in KINDS.values()
    for field in kind.written
    if field.expected or field.control in BY_CONTROL
}
SHOWN = 60  # characters of what was typed

# The rule that asks for the section's fields; where none has a number, Department practice does.
WITH_NUMBER = {
    SectionKey.OBJECTIVES: ("R07", PRACTICE, "practice"),
    SectionKey.STRATEGIES: ("R09", DEFAULT, "default"),
    SectionKey.BUDGET: ("R19", PRACTICE, "practice"),
    SectionKey.ENGAGEMENT: ("R10", STATUTE, "law"),
    SectionKey.ASSURANCES: ("R12", PRACTICE, "practice"),
}
ASKED_BY = {
    kind.section: WITH_NUMBER.get(kind.section, ("", PRACTICE, "practice"))
    for kind in IN_DOCUMENT.values()
    if kind.written
}


def _unread(section: SectionKey, document: PlanDocument) -> Iterator[Problem]:
    strategy = 0
    for row in parts_of(section, document):
        if isinstance(row, StrategyPart):
            strategy = row.number
        for field, typed in row.unread.items():
            yield Problem(f"{where(row, strategy)}{not_read(field, typed)}", row, field)


def not_read(field: str, typed: str) -> str:
    shown = typed if len(typed) <= SHOWN else f"{typed[:SHOWN].rstrip()}…"
    expected = EXPECTED.get(field)
    if expected is None:
        return f"“{shown}” is too long. Shorten it."
    return f"“{shown}” is not {expected}"


TYPED_RULES: tuple[Rule[PlanDocument], ...] = tuple(
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
