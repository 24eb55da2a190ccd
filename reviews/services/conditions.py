"""The conditions of an approval: each a sentence with its day, watched until it is met (ADR 60)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from plans.models import ApprovalCondition, ConditionMet, Plan, PlanEvent
from plans.services import Blocked, locked_plan
from plans.workflow import StepNotAllowed
from reviews.permissions import may_record_met
from reviews.reports.evidence import Evidence
from reviews.reports.packet import Packet
from reviews.rules import to_come

MOST_CONDITIONS = 4  # what the form has room for; a plan that needs more is returned


@dataclass(frozen=True)
class Stipulation:
    """One condition as the decider wrote it; in a preview its day may still be missing."""

    text: str
    due_on: date | None
    watches: str = ""  # by what it is met by itself; empty for what the decider wrote

    def said(self) -> list[str]:
        """As the digest of the act has it."""
        return [self.text.strip(), self.due_on.isoformat() if self.due_on else ""]


def not_due_yet(packet: Packet, evidence: Evidence | None, *, on: date) -> list[Stipulation]:
    """What R31 asks and is not due on that day: conditions that nobody has to write."""
    numbers = {one.lineage: one for one in evidence.sheet.targets} if evidence else {}
    found = []
    for each in to_come(packet, on):
        target = numbers.get(each.watches.removeprefix("target/"))
        text = each.text
        if target:
            year = packet.plan.cycle_id - 1
            named = ", ".join(filter(None, [target.measure, target.student_group]))
            text = f"The actual figure of target {target.number} of FY{year}: {named}."
        found.append(Stipulation(text, each.due_on, each.watches))
    return found


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
            watches=each.watches,
        )
        for number, each in enumerate(conditions, start=1)
    )


def standing_conditions(plan: Plan) -> dict[int, Stipulation]:
    """The conditions of the plan's approval as they stand, by number."""
    return {row.number: Stipulation(row.text, row.due_on) for row in _rows(plan)}


def _rows(plan: Plan) -> list[ApprovalCondition]:
    return list(
        plan.approval_conditions.standing().select_related("met").order_by("event_id", "number")
    )


def corrected_of(plan: Plan, said: Mapping[int, Stipulation]) -> dict[int, Stipulation]:
    """Those of them that are to say something else than they do."""
    standing = standing_conditions(plan)
    return {
        number: each
        for number, each in said.items()
        if (each.text.strip(), each.due_on) != _says(standing.get(number))
    }


def _says(each: Stipulation | None) -> tuple[str, date | None] | None:
    return (each.text, each.due_on) if each else None


def faults_in_correction(plan: Plan, said: Mapping[int, Stipulation], *, at: datetime) -> list[str]:
    """What stops the conditions from saying this instead, by number.

    A day that stays may have passed; one that is written anew is still to come, as at an approval.
    """
    standing, today = {row.number: row for row in _rows(plan)}, eastern_day(at)
    return [
        fault
        for number, each in sorted(corrected_of(plan, said).items())
        if (fault := _fault_of(number, each, standing.get(number), today))
    ]


def _fault_of(number: int, each: Stipulation, row: ApprovalCondition | None, today: date) -> str:
    if row is None:
        return f"The approval has no condition {number}."
    if why := why_it_stays(row.watches, is_met=hasattr(row, "met")):
        return f"Condition {number}: {why}"
    if not each.text.strip():
        return (
            f"Condition {number} has no words. One that is asked no more is recorded as met, with"
            " the reason."
        )
    if each.due_on is None:
        return f"Condition {number} has no date."
    if each.due_on != row.due_on and each.due_on <= today:
        return f"The date of condition {number} has come. Write a day still to come."
    return ""


def why_it_stays(watches: str, *, is_met: bool) -> str:
    """Why a condition is not corrected; empty where it can be."""
    if is_met:
        return "it is recorded as met, so it stays as it was."
    if watches:
        return "what last year’s plan still owes meets it by itself, by the day of that."
    return ""


def write_anew(
    plan: Plan, said: Mapping[int, Stipulation], *, by: User, at: datetime
) -> dict[int, Stipulation]:
    """Another row in place of each that is to say something else; the watch follows it.

    Whoever calls holds the plan and has asked `faults_in_correction`.
    """
    rows = {row.number: row for row in _rows(plan)}
    changed = corrected_of(plan, said)
    ApprovalCondition.objects.bulk_create(
        ApprovalCondition(
            plan=plan,
            event_id=rows[number].event_id,
            number=number,
            text=each.text.strip(),
            due_on=cast(date, each.due_on),
            corrects=rows[number],
            written_at=at,
            written_by=by,
        )
        for number, each in sorted(changed.items())
    )
    return changed


@transaction.atomic
def record_met(
    *, plan_id: int, number: int, met_on: date, word: str, by: User, at: datetime
) -> ConditionMet:
    """The Department records that a condition of the plan's approval is met, with what shows it.

    The same day and words again are the same act.

    Raises:
        PermissionDenied: takes no part in the review of this plan.
        StepNotAllowed: there is no such condition, or it was recorded with other words.
        Blocked: nothing shows it, or the day is still to come.
    """
    plan = locked_plan(plan_id)
    if not may_record_met(by, plan, at=at):
        raise PermissionDenied
    condition = (
        plan.approval_conditions.standing().filter(number=number).order_by("event_id").last()
    )
    if condition is None:
        raise StepNotAllowed("The approval of this plan has no such condition.")
    word = word.strip()
    if (stands := ConditionMet.objects.filter(condition=condition).first()) is not None:
        if (stands.met_on, stands.word) == (met_on, word):
            return stands
        raise StepNotAllowed("It was recorded as met before. Nothing was recorded now.")
    if reasons := _missing(met_on, word, at):
        raise Blocked(reasons)
    return ConditionMet.objects.create(
        condition=condition, met_on=met_on, word=word, recorded_at=at, recorded_by=by
    )


def _missing(met_on: date, word: str, at: datetime) -> list[str]:
    reasons = []
    if not word:
        reasons.append("Say what shows that it is met.")
    if met_on > eastern_day(at):
        reasons.append("The day on which it was met is still to come.")
    return reasons
