"""Closing a plan for signature, and signing the version that closing made."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from plans.documents import PLAN, draft_document
from plans.models import Plan, PlanVersion, RequiredChange, Signature
from plans.permissions import capacities_of, may_edit
from plans.rules import Finding, stops
from plans.services import signing
from plans.services.letters import post_signature_waiting, post_signed
from plans.services.locking import locked_plan
from plans.services.standing import refuse_unless_it_may_file
from plans.workflow import StepNotAllowed, said_to_district

INTENT = (
    "I have read this plan of {district} for fiscal year {year}, version {number}, "
    "and I sign it as {capacity} with the intent to be bound by it as by my hand."
)


class NotReady(StepNotAllowed):
    """Things stop the plan from being closed for signature; each is listed, with its place."""

    def __init__(self, stops: list[Finding], unanswered: list[RequiredChange]) -> None:
        missing = len(stops) + len(unanswered)
        super().__init__(
            f"{missing} {'thing is' if missing == 1 else 'things are'} missing before this plan "
            "can be closed for signature."
        )
        self.stops = stops
        self.unanswered = unanswered


def current_version(plan: Plan) -> PlanVersion | None:
    """The closed version of the text as it stands; none once the text was edited."""
    return signing.current_version(plan)


@transaction.atomic
def close_for_signature(*, plan_id: int, by: User, at: datetime) -> PlanVersion:
    """Freeze the text as a version that can be signed. The plan's status stays as it is.

    Raises:
        PermissionDenied: not one of the district's drafters.
        NotReady: rules or required changes stop it; all are listed.
        StepNotAllowed: the plan is not being written now, or its district may not file (R02).
    """
    plan = locked_plan(plan_id)
    if not may_edit(by, plan, at=at):
        raise PermissionDenied
    if not plan.is_editable:
        raise StepNotAllowed(
            f"This plan is {said_to_district(plan.status)} now, so it cannot be closed again."
        )
    if (closed := current_version(plan)) is not None:
        return closed
    refuse_unless_it_may_file(plan)
    document = draft_document(plan.pk)
    missing = stops(document, eastern_day(at))
    unanswered = list(plan.required_changes.filter(answered_at=None).order_by("number"))
    if missing or unanswered:
        raise NotReady(missing, unanswered)
    version: PlanVersion = signing.close(plan, PLAN.close(document), by=by, at=at)
    post_signature_waiting(plan, version=version, at=at)
    return version


def intent_of(plan: Plan, version: PlanVersion, capacity: Signature.Capacity) -> str:
    """The sentence a signer agrees to."""
    return INTENT.format(
        district=plan.district.name,
        year=plan.cycle_id,
        number=version.number,
        capacity=capacity.label.lower(),
    )


@transaction.atomic
def sign(*, plan_id: int, sha256: str, by: User, at: datetime) -> Signature:
    """Sign the closed version whose text has this hash (R15; Connecticut UETA, § 1-266 ff.).

    Raises:
        PermissionDenied: neither the superintendent nor the board chair of the district.
        StepNotAllowed: the text changed, or this person has signed in the other capacity.
    """
    plan = locked_plan(plan_id)
    capacities = capacities_of(by, plan, at=at)
    if not capacities:
        raise PermissionDenied
    version: PlanVersion = signing.version_to_sign(plan, sha256)
    if (made := signing.signature_of(version, by)) is not None:
        return made
    if not plan.is_editable:
        raise StepNotAllowed(f"This plan is {said_to_district(plan.status)} now.")
    refuse_unless_it_may_file(plan)
    signature: Signature = signing.add_signature(
        version,
        capacities=capacities,
        intent=lambda capacity: intent_of(plan, version, capacity),
        by=by,
        at=at,
    )
    if not signing.unsigned(version):
        post_signed(plan, version=version, by=by, at=at)
    return signature
