"""The Commissioner withholds a plan's funds, and releases them (Conn. Gen. Stat. § 10-262u(f))."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Plan, PlanVersion
from plans.permissions import may_take
from plans.services import Blocked, locked_plan, take_step
from plans.services.letters import DECISIONS_GO_TO, people_of, post_letter
from plans.workflow import Step, label_for
from reviews.permissions import had_a_hand
from reviews.reports.handed_in import handed_in_version
from reviews.reports.packet import read_packet
from reviews.rules import OWN_HAND
from reviews.services.news import post_copy, post_news


@transaction.atomic
def withhold(*, plan_id: int, reason: str, key: UUID, by: User, at: datetime) -> Plan:
    """Withhold the funds of a plan, also of one never handed in, and say on what grounds.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        StepNotAllowed: it is withheld already, or the plan was withdrawn.
        Blocked: no grounds are given.
    """
    if not reason.strip():
        raise Blocked(["Say on what grounds the funds are withheld."])
    return _decide(
        plan_id, Step.WITHHOLD, kind="plan_withheld", reason=reason.strip(), key=key, by=by, at=at
    )


@transaction.atomic
def release(*, plan_id: int, reason: str = "", key: UUID, by: User, at: datetime) -> Plan:
    """Release what was withheld: the plan is again where it was before.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        StepNotAllowed: the plan is not withheld.
    """
    return _decide(
        plan_id, Step.RELEASE, kind="plan_released", reason=reason.strip(), key=key, by=by, at=at
    )


def _is_waived(version: PlanVersion | None) -> bool:
    if version is None:
        return False
    return read_packet(Plan.objects.filter(pk=version.plan_id)).waiver is not None


def _decide(
    plan_id: int, step: Step, *, kind: str, reason: str, key: UUID, by: User, at: datetime
) -> Plan:
    plan = locked_plan(plan_id)
    version = handed_in_version(plan)
    if not may_take(by, step, plan, at=at):
        raise PermissionDenied
    if had_a_hand(by, plan) and not _is_waived(version):
        raise Blocked([OWN_HAND])
    plan = take_step(
        plan_id=plan_id,
        step=step,
        by=by,
        at=at,
        key=key,
        reason=reason,
        version=version,
    )
    event = plan.events.get(key=key)  # the same key twice: the same letters, known already
    post_letter(
        plan,
        kind=kind,
        occasion=f"event-{event.pk}",
        to=people_of(plan, DECISIONS_GO_TO),
        why=f"The plan was {'withheld' if step == Step.WITHHOLD else 'released'}",
        at=at,
        by=by,
        reason=reason,
        state=label_for(plan.status, is_department=False).words,
    )
    post_copy(plan, key=key)
    post_news(plan, key=key)
    return plan
