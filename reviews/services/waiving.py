"""The Commissioner waives what the gate asks of people, or of last year, with grounds."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Plan
from plans.services import Blocked, locked_plan
from plans.workflow import WAIVED_FOR_FUNDS, Step, StepNotAllowed
from reviews.models import Waiver
from reviews.permissions import may_waive
from reviews.reports.packet import read_packet
from reviews.services.turns import ask_turn, submission_read


@transaction.atomic
def waive(
    *,
    plan_id: int,
    version: int,
    grounds: str,
    of: Waiver.Of = Waiver.Of.PEOPLE,
    by: User,
    at: datetime,
) -> Waiver:
    """Let the version be decided with fewer people than R36 and R38 ask for, or without what R31
    asks of last year's plan and reports.

    It is on record for ever, and the decision names it. The same again is the same waiver. Of a
    plan that is returned or decided, that of people lets its funds be withheld and released.

    Raises:
        PermissionDenied: not the Commissioner, or of the plan's district.
        MovedOn, StepNotAllowed: the plan cannot be decided now, or is in another version.
        Blocked: no grounds are given.
    """
    plan: Plan = locked_plan(plan_id)
    if not may_waive(by, plan, at=at):
        raise PermissionDenied
    if of != Waiver.Of.PEOPLE or plan.status not in WAIVED_FOR_FUNDS:
        ask_turn(plan, Step.APPROVE, by=by, at=at)
    submission, judged = submission_read(plan, version)
    if not grounds.strip():
        raise Blocked(["Say on what grounds."])
    given = read_packet(Plan.objects.filter(pk=plan.pk)).waiver_of(of)
    if given is None:
        return Waiver.objects.create(
            plan=plan,
            of=of,
            version=judged,
            submission=submission,
            grounds=grounds.strip(),
            given_at=at,
            given_by=by,
        )
    waiver = Waiver.objects.get(pk=given.id)
    if (waiver.grounds, waiver.given_by_id) != (grounds.strip(), by.pk):
        raise StepNotAllowed(f"{given.given_by} has waived this already. Nothing was recorded.")
    return waiver
