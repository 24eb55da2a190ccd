"""The conditions of an approval: each a sentence, with the day by which it is due (ADR 60)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from plans.models import ApprovalCondition, PlanEvent

MOST_CONDITIONS = 4  # what the form has room for; a plan that needs more is returned


@dataclass(frozen=True)
class Stipulation:
    """One condition as the decider wrote it; in a preview its day may still be missing."""

    text: str
    due_on: date | None

    def said(self) -> list[str]:
        """As the digest of the act has it."""
        return [self.text.strip(), self.due_on.isoformat() if self.due_on else ""]


def faults_in(conditions: Sequence[Stipulation], *, on: date) -> list[str]:
    """What stops an approval with these conditions, given on a day."""
    faults = []
    for number, each in enumerate(conditions, start=1):
        if not each.text.strip():
            faults.append(f"Condition {number} has no words.")
        if each.due_on is None:
            faults.append(f"Condition {number} has no date.")
        elif each.due_on <= on:
            faults.append(f"The date of condition {number} has come. Write a day still to come.")
    return faults


def write_conditions(conditions: Sequence[Stipulation], *, event: PlanEvent) -> None:
    ApprovalCondition.objects.bulk_create(
        ApprovalCondition(
            plan_id=event.plan_id,
            event=event,
            number=number,
            text=each.text.strip(),
            due_on=cast(date, each.due_on),  # faults_in has seen to it
        )
        for number, each in enumerate(conditions, start=1)
    )
