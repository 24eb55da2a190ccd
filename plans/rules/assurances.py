"""The statement of assurances: R12 and R13."""

from collections.abc import Iterator
from datetime import date

from districts.words import day
from plans.documents.shape import PlanDocument
from plans.rules.base import PRACTICE, Problem, Severity, lacks, rule
from plans.rules.words import listing
from plans.sections import SectionKey


@rule(
    "R12",
    Severity.STOP,
    SectionKey.ASSURANCES,
    "The Department has approved the district's educator evaluation plan, on a day that is given.",
    citation=PRACTICE,
    certainty="practice",
    is_dated=True,
)
def evaluation_plan_is_approved(document: PlanDocument, today: date) -> Iterator[Problem]:
    part = document.assurances
    approved_on = part.evaluation_plan_approved_on
    if lacks(part, "evaluation_plan_approved"):
        yield Problem(
            "It is not said whether the Department has approved the educator evaluation plan."
            " Choose yes or no.",
            part,
            "evaluation_plan_approved",
        )
    elif part.evaluation_plan_approved is False:
        yield Problem(
            "The educator evaluation plan is not approved by the Department."
            " Have it approved, then choose yes and enter the date.",
            part,
            "evaluation_plan_approved",
        )
    elif lacks(part, "evaluation_plan_approved_on"):
        yield Problem(
            "The approval of the educator evaluation plan has no date."
            " Enter the day on which the Department approved it.",
            part,
            "evaluation_plan_approved_on",
        )
    elif approved_on and approved_on > today:
        yield Problem(
            f"The approval of the educator evaluation plan is dated {day(approved_on)}, which is"
            " still to come. Correct the date, or enter it once it was given.",
            part,
            "evaluation_plan_approved_on",
        )


@rule(
    "R13",
    Severity.STOP,
    SectionKey.ASSURANCES,
    "All assurances of the year are accepted.",
    citation=PRACTICE,
    certainty="practice",
)
def all_assurances_are_accepted(document: PlanDocument) -> Iterator[Problem]:
    part = document.assurances
    missing = [assurance.number for assurance in part.assurances if not assurance.accepted]
    if missing:
        asked = len(part.assurances)
        rest = listing(missing) if len(missing) < asked else "each of them"
        yield Problem(
            f"{asked - len(missing)} of {asked} assurances are accepted. Accept {rest}.",
            part,
            "accepted_numbers",
        )
