"""Approving many plans in one act: each its own determination, with its own letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied

from districts.models import User
from plans.models import Plan
from plans.services import Blocked
from plans.workflow import StepNotAllowed
from reviews.models import Determination
from reviews.permissions import may_decide, reads_as_department
from reviews.services.approving import approve
from reviews.services.conditions import Stipulation
from reviews.services.preparing import last_prepared
from reviews.services.turns import submission_read


@dataclass(frozen=True)
class ToSign:
    """A plan with the version and the prepared decision that the page showed."""

    plan_id: int
    version: int
    prepared_id: int


@dataclass
class SignedOff:
    """What became of each plan that was to be approved."""

    decisions: list[tuple[Plan, Determination]] = field(default_factory=list)
    not_done: list[tuple[Plan, str]] = field(default_factory=list)  # with a sentence on why


def sign_off(*, wanted: Sequence[ToSign], key: UUID, by: User, at: datetime) -> SignedOff:
    """Approve each plan as it was prepared; of one that cannot be meanwhile, say why.

    Each is a transaction of its own, under a key made of the act's and the plan's: broken off and
    sent again, the act goes on where it stopped, and what was done is answered as done.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate at that moment.
    """
    if not may_decide(by, at=at):
        raise PermissionDenied
    of_plan = {one.plan_id: one for one in wanted}
    plans = Plan.objects.filter(pk__in=of_plan).select_related("district", "cycle")
    outcome = SignedOff()
    for plan in plans.order_by("district__name"):
        try:
            decided = _approve(plan, of_plan[plan.pk], key=key, by=by, at=at)
        except Blocked as refusal:
            outcome.not_done.append((plan, " ".join(refusal.reasons)))
        except StepNotAllowed as refusal:
            outcome.not_done.append((plan, str(refusal)))
        except PermissionDenied:
            outcome.not_done.append((plan, _why_not_theirs(by, plan, at=at)))
        else:
            outcome.decisions.append((plan, decided))
    return outcome


def _approve(plan: Plan, one: ToSign, *, key: UUID, by: User, at: datetime) -> Determination:
    submission, _ = submission_read(plan, one.version)
    prepared = last_prepared(submission.pk)
    if prepared is None or prepared.pk != one.prepared_id:
        who = f" by {prepared.prepared_by.name}" if prepared else ""
        raise Blocked([f"What is to be decided was changed{who} since you opened the page."])
    return approve(
        plan_id=plan.pk,
        version=one.version,
        implementation=prepared.implementation,
        implementation_reasons=prepared.implementation_reasons,
        performance=prepared.performance,
        performance_reasons=prepared.performance_reasons,
        conditions=stipulations(prepared.conditions),
        only_clean=True,
        key=uuid5(key, str(plan.pk)),
        by=by,
        at=at,
    )


def stipulations(conditions: Sequence[Sequence[str]]) -> list[Stipulation]:
    """As they were prepared: pairs of a text and a day."""
    return [Stipulation(text, date.fromisoformat(day)) for text, day in conditions]


def _why_not_theirs(by: User, plan: Plan, *, at: datetime) -> str:
    if not reads_as_department(by, plan, at=at):
        return "You belong to this district, or have a conflict of interest with it."
    return "Your delegation has ended, so the decision is the Commissioner’s."
