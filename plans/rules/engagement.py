"""Engagement with stakeholders, and what it leads to: R10."""

from collections.abc import Iterator
from datetime import date

from districts.words import day
from plans.documents.shape import PlanDocument
from plans.rules.base import STATUTE, Problem, Severity, lacks, rule
from plans.rules.words import listing
from plans.sections import SectionKey


@rule(
    "R10",
    Severity.STOP,
    SectionKey.ENGAGEMENT,
    "Each stakeholder group that the cycle names was asked, on a day that has come, and the plan"
    " says what this means for efficiencies and current programs.",
    citation=STATUTE,
    certainty="law",
    is_dated=True,
)
def each_group_was_asked(document: PlanDocument, today: date) -> Iterator[Problem]:
    """The law names the duty, and who names the groups; the four of a cycle are our default."""
    yield from _groups(document)
    for entry in document.engagement:
        name = f"Engagement {entry.number}"
        if lacks(entry, "group"):
            yield Problem(f"{name} does not say who was asked. Choose a group.", entry, "group")
        if lacks(entry, "held_on"):
            yield Problem(f"{name} has no date. Enter the day it was held.", entry, "held_on")
        elif entry.held_on and entry.held_on > today:
            yield Problem(
                f"{name} is dated {day(entry.held_on)}, which is still to come."
                " Record it once it was held, or correct the date.",
                entry,
                "held_on",
            )
    # A text closed before cycles named groups was not asked for it either.
    if document.stakeholder_groups and lacks(document.collaboration, "alignment"):
        yield Problem(
            "Nothing is said about efficiencies and alignment with current programs."
            " Write what working with these groups leads to.",
            document.collaboration,
            "alignment",
        )


def _groups(document: PlanDocument) -> Iterator[Problem]:
    asked = {entry.group for entry in document.engagement}
    missing = [group.name for group in document.stakeholder_groups if group.code not in asked]
    if missing:
        each = "an entry for each of them" if len(missing) > 1 else "an entry"
        yield Problem(f"No engagement is recorded with: {listing(missing).lower()}. Add {each}.")
    elif not document.engagement:
        yield Problem("No engagement with stakeholders is recorded. Add an entry.")
