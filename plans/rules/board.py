"""The local board's approval: R14, over two dates that are kept beside the plan, not in it."""

from collections.abc import Mapping
from datetime import date

from districts.words import day
from plans.rules.base import PRACTICE, Finding, Severity
from plans.rules.typed import not_read
from plans.sections import SectionKey


def board_approval_findings(
    approved_on: date | None,
    planned_on: date | None,
    today: date,
    *,
    as_typed: Mapping[str, str] | None = None,
) -> list[Finding]:
    """What to mend in the two dates. `today` tells a vote that has passed from one to come."""
    if as_typed:
        return [_warning(not_read(field, typed), field) for field, typed in as_typed.items()]
    if approved_on and approved_on > today:
        return [
            _warning(
                f"The board's approval is dated {day(approved_on)}, which is still to come."
                " Enter it as the planned date.",
                "approved_on",
            )
        ]
    if not approved_on and planned_on and planned_on < today:
        return [
            _warning(
                f"The board's vote was planned for {day(planned_on)}."
                " Enter the date of the approval, or a new planned date.",
                "approved_on",
            )
        ]
    if not approved_on and not planned_on:
        return [
            _warning(
                "Neither the board's approval nor a planned vote has a date. Enter one of the two.",
                "planned_on",
            )
        ]
    return []


def _warning(sentence: str, field: str) -> Finding:
    return Finding(
        rule="R14",
        severity=Severity.WARN,
        section=SectionKey.BOARD_APPROVAL,
        sentence=sentence,
        citation=PRACTICE,
        certainty="practice",
        field=field,
    )
