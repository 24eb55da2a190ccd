"""Writing what an approval will say, ahead of the act: the decider then signs many at once."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from plans.services import Blocked, locked_plan
from plans.workflow import Step, target_of
from reviews.models import PreparedDecision
from reviews.permissions import may_prepare
from reviews.services.approving import missing_in
from reviews.services.conditions import Stipulation, faults_in
from reviews.services.turns import submission_read


@transaction.atomic
def prepare_decision(
    *,
    plan_id: int,
    version: int,
    implementation: str,
    implementation_reasons: str,
    performance: str,
    performance_reasons: str,
    conditions: Sequence[Stipulation] = (),
    by: User,
    at: datetime,
) -> PreparedDecision:
    """Keep the findings and conditions for whoever decides. The same words again are nothing new.

    Raises:
        PermissionDenied: neither a decider nor the program manager.
        MovedOn, StepNotAllowed: it cannot be approved now, or another version came in.
        Blocked: a finding is missing, or a condition lacks words or a day to come.
    """
    plan = locked_plan(plan_id)
    if not may_prepare(by, plan, at=at):
        raise PermissionDenied
    target_of(Step.APPROVE, source=plan.status)
    submission, _ = submission_read(plan, version)
    words = {
        "implementation": implementation,
        "implementation_reasons": implementation_reasons.strip(),
        "performance": performance,
        "performance_reasons": performance_reasons.strip(),
    }
    if reasons := missing_in(words) + faults_in(conditions, on=eastern_day(at)):
        raise Blocked(reasons)
    said = {**words, "conditions": [each.said() for each in conditions]}
    last = last_prepared(submission.pk)
    if last is not None and {name: getattr(last, name) for name in said} == said:
        return last
    return PreparedDecision.objects.create(
        plan=plan, submission=submission, prepared_at=at, prepared_by=by, **said
    )


def last_prepared(submission_id: int) -> PreparedDecision | None:
    """The one that is signed: the last for what was handed in."""
    return (
        PreparedDecision.objects.filter(submission=submission_id)
        .select_related("prepared_by")
        .order_by("-pk")
        .first()
    )
