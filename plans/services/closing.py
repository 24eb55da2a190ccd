"""Closing a plan for signature, and signing the version that closing made."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from plans.documents import PLAN, as_of_now, draft_document, stored_document
from plans.models import Plan, PlanVersion, RequiredChange, Signature
from plans.permissions import capacities_of, may_edit
from plans.reports.attachments import found_in_files
from plans.rules import Finding, removed_files, stops
from plans.rules.moved import Moved, is_same_text, moved_since
from plans.services import signing
from plans.services.editing import SignedSince
from plans.services.letters import (
    post_signature_waiting,
    post_signatures_void,
    post_signed,
)
from plans.services.locking import locked_plan
from plans.services.reasons import freeze_warnings
from plans.services.standing import refuse_unless_it_may_file
from plans.workflow import StepNotAllowed, said_to_district

INTENT = (
    "I have read this plan of {district} for fiscal year {year}, version {number}, "
    "and I sign it as {capacity} with the intent to be bound by it as by my hand."
)

CLOSE_AGAIN = "Close the plan for signature again; both sign the new version."


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


@dataclass(frozen=True)
class Since:
    """What came of a closed version since: the Department's rows moved, and rules may stop it."""

    moved: list[Moved]
    stops: list[Finding]

    @property
    def why_not(self) -> list[str]:
        """What stops signing and handing in this version, a sentence each; the way on is in it."""
        return [f"{one.sentence} {CLOSE_AGAIN}" for one in self.moved if one.binds] + [
            one.sentence for one in self.stops
        ]

    @property
    def told(self) -> list[str]:
        """What only has to be known."""
        return [one.sentence for one in self.moved if not one.binds]


def since_closing(plan: Plan, version: PlanVersion, *, at: datetime) -> Since:
    """Asked of the rows of the Department as they are now, whatever a page showed before."""
    signed = stored_document(version)
    now = as_of_now(signed, plan.pk)
    return Since(moved_since(signed, now), stops(now, eastern_day(at)))


@transaction.atomic
def close_for_signature(
    *,
    plan_id: int,
    by: User,
    at: datetime,
    number: int | None = None,
    seen: Collection[str] | None = None,
) -> PlanVersion:
    """Freeze the text as a version that can be signed. The plan's status stays as it is.

    Where the district's words are as they were closed and the Department's rows are not, this is
    another text: it is closed anew, and the version before it is void with its signatures.
    `number` is that of the version the page spoke of: one closed already is not closed again.
    `seen` are the signatures of which it told that they are void then, as where a text is edited.

    Raises:
        PermissionDenied: not one of the district's drafters.
        NotReady: rules or required changes stop it; all are listed.
        SignedSince: it would void others too.
        StepNotAllowed: the plan is not being written now, or its district may not file (R02).
    """
    plan = locked_plan(plan_id)
    if not may_edit(by, plan, at=at):
        raise PermissionDenied
    if not plan.is_editable:
        raise StepNotAllowed(
            f"This plan is {said_to_district(plan.status)} now, so it cannot be closed again."
        )
    closed = current_version(plan)
    if closed is not None and number is not None and number <= closed.number:
        return closed
    document = draft_document(plan.pk)
    if closed is not None and is_same_text(stored_document(closed), document):
        return closed
    refuse_unless_it_may_file(plan)
    missing = [
        *stops(document, eastern_day(at)),
        *removed_files(document, found_in_files(plan)),
    ]
    unanswered = list(plan.required_changes.filter(answered_at=None).order_by("number"))
    if missing or unanswered:
        raise NotReady(missing, unanswered)
    if closed is not None:
        if seen is not None and not signing.signatures_on(closed) <= set(seen):
            raise SignedSince
        signing.new_edition(plan, by=by, at=at)
        moved = [one.sentence for one in moved_since(stored_document(closed), document)]
        post_signatures_void(
            plan, version=closed, changes=moved, by=by, at=at, is_closed_again=True
        )
        plan.refresh_from_db(fields=["edition"])
    version: PlanVersion = signing.close(plan, PLAN.close(document), by=by, at=at)
    freeze_warnings(version, document, at=at)
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
        StepNotAllowed: the text changed, or the Department's figures in it, or a rule stops it
            now, or this person has signed in the other capacity.
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
    if reasons := since_closing(plan, version, at=at).why_not:
        raise StepNotAllowed(f"Nothing was signed. {' '.join(reasons)}")
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
