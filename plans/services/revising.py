"""Revising an approved plan within its year: the district's verbs (R44, R45; ADR 67).

The plan stays approved. While a revision is written, the plan's rows are its draft; what is in
force is a version, until a revision is approved or recorded. The only module, with
`reviews.services.revisions`, that writes a revision's status: both by `move`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max

from districts.calendar import eastern_day
from districts.models import User
from districts.words import day
from plans.documents import PLAN, PlanDocument, draft_document, stored_document
from plans.models import Plan, PlanRevision, PlanVersion, RevisionEvent
from plans.permissions import may_edit, may_submit_revision
from plans.reports.attachments import found_in_files
from plans.reports.in_force import version_in_force
from plans.revision_workflow import (
    EDITABLE,
    REVISABLE,
    RevisionStatus,
    RevisionStep,
    revision_target,
)
from plans.rules import removed_files, stops
from plans.rules.moved import is_same_text
from plans.rules.revision import Judged, judged, needs_decision
from plans.services import signing
from plans.services.acts import digest_of, refuse_other_words
from plans.services.closing import NotReady, current_version, since_closing
from plans.services.locking import locked_plan
from plans.services.reasons import freeze_warnings
from plans.services.restoring import restore
from plans.services.revision_letters import (
    post_revision_ended,
    post_revision_handed_in,
    post_revision_recorded,
)
from plans.services.sharing import end_shares
from plans.services.standing import refuse_unless_it_may_file
from plans.services.steps import Blocked
from plans.workflow import Status, StepNotAllowed, said_to_district

NOTHING_CHANGED = "The draft says what the plan in force says, so there is nothing to revise yet."


def open_revision(plan: Plan) -> PlanRevision:
    """The one that is open, with its row held by that of its plan.

    Raises:
        StepNotAllowed: there is none, or the plan is not approved now.
    """
    if plan.status != Status.APPROVED:
        status = said_to_district(plan.status)
        raise StepNotAllowed(
            f"This plan is {status} now, so nothing becomes of a revision until it is approved."
        )
    found = plan.revisions.open().select_related("changes_version").first()
    if found is None:
        raise StepNotAllowed("No revision of this plan is open now.")
    found.plan = plan
    return found


def revision_step_taken(
    plan: Plan, key: UUID, step: RevisionStep, digest: str
) -> RevisionEvent | None:
    """The step taken with this key before: the same form sent twice is one act.

    Raises:
        StepNotAllowed: the key was used for another step.
        SentBefore: it was used with other words.
    """
    event = RevisionEvent.objects.filter(revision__plan=plan, key=key).first()
    if event is None:
        return None
    if event.step != step:
        raise StepNotAllowed("This page was used before. Nothing was done. Open the page again.")
    refuse_other_words(event, digest)
    return event


def move(
    revision: PlanRevision,
    step: RevisionStep,
    *,
    by: User,
    at: datetime,
    key: UUID,
    digest: str,
    version: PlanVersion | None = None,
    **said: Any,
) -> RevisionEvent:
    """Write a step down, and open or shut the plan's rows. Whoever calls holds the plan.

    Raises:
        StepNotAllowed: the step does not start from here.
    """
    revision.status = revision_target(step, source=revision.status)
    revision.version = version or revision.version
    revision.save(update_fields=["status", "version"])
    plan = revision.plan
    plan.open_sections = revision.sections if revision.status in EDITABLE else ""
    plan.save(update_fields=["open_sections"])
    if not plan.open_sections:
        end_shares(plan, by=by, at=at)
    return RevisionEvent.objects.create(
        revision=revision,
        step=step,
        version=version,
        key=key,
        digest=digest,
        taken_at=at,
        taken_by=by,
        **said,
    )


@transaction.atomic
def start_revision(
    *, plan_id: int, sections: Collection[str], reason: str, key: UUID, by: User, at: datetime
) -> PlanRevision:
    """Open the named parts of an approved plan for a change, and say why it changes.

    Raises:
        PermissionDenied: not one of the district's drafters.
        Blocked: no part is named, or no reason.
        StepNotAllowed: the plan is not approved, a revision of it is open, or the last day for
            one has passed (R45).
    """
    plan = locked_plan(plan_id)
    wanted = " ".join(each for each in REVISABLE if each in sections)
    digest = digest_of(sections=wanted, reason=reason.strip())
    if event := revision_step_taken(plan, key, RevisionStep.START, digest):
        return event.revision
    if not may_edit(by, plan, at=at):
        raise PermissionDenied
    version = _to_revise(plan, at=at)
    if faults := _not_said(wanted, reason):
        raise Blocked(faults)
    last = plan.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = PlanRevision.objects.create(
        plan=plan,
        number=last + 1,
        sections=wanted,
        reason=reason.strip(),
        changes_version=version,
        started_at=at,
        started_by=by,
    )
    # Another edition: what is edited from now on voids no signature on what is in force.
    Plan.objects.filter(pk=plan.pk).update(open_sections=wanted, edition=F("edition") + 1)
    RevisionEvent.objects.create(
        revision=revision,
        step=RevisionStep.START,
        key=key,
        digest=digest,
        taken_at=at,
        taken_by=by,
    )
    return revision


def _not_said(sections: str, reason: str) -> list[str]:
    faults = []
    if not sections:
        faults.append("Choose which parts of the plan change.")
    if not reason.strip():
        faults.append("Say why the plan changes.")
    return faults


def refuse_start(plan: Plan, *, at: datetime) -> None:
    """Asked where the page asks, before anything is typed: as `start_revision`."""
    _to_revise(plan, at=at)


def why_no_revision(plan: Plan, *, at: datetime) -> str:
    """The same as a sentence; empty where one can be started."""
    try:
        refuse_start(plan, at=at)
    except StepNotAllowed as refusal:
        return str(refusal)
    return ""


def _to_revise(plan: Plan, *, at: datetime) -> PlanVersion:
    version = version_in_force(plan)
    if plan.status != Status.APPROVED or version is None:
        raise StepNotAllowed(
            f"A revision changes an approved plan; this one is {said_to_district(plan.status)} now."
        )
    if (there := plan.revisions.open().select_related("started_by").first()) is not None:
        raise StepNotAllowed(
            f"Revision {there.number} of this plan is open already: {there.started_by.name} started"
            f" it on {day(eastern_day(there.started_at))}. Go on with it, or withdraw it first."
        )
    refuse_after_last_day(plan, at=at)
    refuse_unless_it_may_file(plan)
    return version


def why_too_late(plan: Plan, *, at: datetime) -> str:
    """Why no revision is handed in any more, a sentence; empty while one can be (R45)."""
    last = plan.cycle.last_revision_on
    if eastern_day(at) <= last:
        return ""
    return (
        f"The last day for a revision of the FY{plan.cycle_id} plan was {day(last)}, so the plan"
        " stays as it is in force."
    )


def refuse_after_last_day(plan: Plan, *, at: datetime) -> None:
    """R45.

    Raises:
        StepNotAllowed: the last day has passed.
    """
    if why := why_too_late(plan, at=at):
        raise StepNotAllowed(why)


def changes_of(revision: PlanRevision, document: PlanDocument) -> list[Judged]:
    """What the revision changes of the version in force, and what of it needs a decision."""
    return judged(stored_document(revision.changes_version), document)


@transaction.atomic
def hand_in_revision(*, plan_id: int, key: UUID, by: User, at: datetime) -> PlanRevision:
    """Give the signed revision to the Department. The plan in force stays in force.

    Raises:
        PermissionDenied: not the superintendent or the plan coordinator.
        Blocked: it is not closed or signed, changes nothing, needs no decision, or a rule stops
            it now; all are listed.
        StepNotAllowed: none is being written, or the last day has passed (R45).
    """
    plan = locked_plan(plan_id)
    digest = digest_of(step=RevisionStep.HAND_IN)
    if event := revision_step_taken(plan, key, RevisionStep.HAND_IN, digest):
        return event.revision
    if not may_submit_revision(by, plan, at=at):
        raise PermissionDenied
    revision = open_revision(plan)
    revision_target(RevisionStep.HAND_IN, source=revision.status)
    refuse_after_last_day(plan, at=at)
    refuse_unless_it_may_file(plan)
    version = current_version(plan)
    if (reasons := why_not_handed_in(revision, version, at=at)) or version is None:
        raise Blocked(reasons)
    event = move(
        revision, RevisionStep.HAND_IN, by=by, at=at, key=key, digest=digest, version=version
    )
    post_revision_handed_in(revision, event=event)
    return revision


def why_not_handed_in(
    revision: PlanRevision, version: PlanVersion | None, *, at: datetime
) -> list[str]:
    """Each thing that is missing before the Department can have it, as a sentence."""
    if version is None:
        return ["The revision is not closed for signature, or was edited after it was closed."]
    changes = changes_of(revision, stored_document(version))
    if not changes:
        return [NOTHING_CHANGED]
    if not needs_decision(changes):
        return ["Nothing in it needs a decision. Record the change instead."]
    missing = [
        f"The {capacity.label.lower()} has not signed this version."
        for capacity in signing.unsigned(version)
    ]
    return missing + since_closing(revision.plan, version, at=at).why_not


@transaction.atomic
def record_revision(*, plan_id: int, key: UUID, by: User, at: datetime) -> PlanRevision:
    """Put small changes in force that need no decision; the Department is told (R44).

    Raises:
        PermissionDenied: not one of the district's drafters.
        NotReady: rules stop it; all are listed.
        Blocked: nothing changed, or a change needs a decision.
        StepNotAllowed: none is being written, or the last day has passed (R45).
    """
    plan = locked_plan(plan_id)
    digest = digest_of(step=RevisionStep.RECORD)
    if event := revision_step_taken(plan, key, RevisionStep.RECORD, digest):
        return event.revision
    if not may_edit(by, plan, at=at):
        raise PermissionDenied
    revision = open_revision(plan)
    revision_target(RevisionStep.RECORD, source=revision.status)
    refuse_after_last_day(plan, at=at)
    document = draft_document(plan.pk)
    changes = changes_of(revision, document)
    if not changes:
        raise Blocked([NOTHING_CHANGED])
    if needs_decision(changes):
        raise Blocked(
            [
                "Part of it needs the Department’s decision. Close it for signature, have it"
                " signed and hand it in."
            ]
        )
    if missing := [
        *stops(document, eastern_day(at)),
        *removed_files(document, found_in_files(plan)),
    ]:
        raise NotReady(missing, [])
    version = current_version(plan)
    if version is None or not is_same_text(stored_document(version), document):
        if version is not None:
            signing.new_edition(plan, by=by, at=at)
            plan.refresh_from_db(fields=["edition"])
        version = signing.close(plan, PLAN.close(document), by=by, at=at)
        freeze_warnings(version, document, at=at)
    event = move(
        revision,
        RevisionStep.RECORD,
        by=by,
        at=at,
        key=key,
        digest=digest,
        version=version,
        reason=revision.reason,
    )
    post_revision_recorded(revision, event=event, count=len(changes))
    return revision


@transaction.atomic
def withdraw_revision(
    *, plan_id: int, reason: str, key: UUID, by: User, at: datetime
) -> PlanRevision:
    """End a revision without a decision: the plan's rows say again what is in force.

    Raises:
        PermissionDenied: neither the superintendent nor the plan coordinator.
        Blocked: no reason is given.
        StepNotAllowed: none is open.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(reason=reason.strip())
    if event := revision_step_taken(plan, key, RevisionStep.WITHDRAW, digest):
        return event.revision
    if not may_submit_revision(by, plan, at=at):
        raise PermissionDenied
    revision = open_revision(plan)
    if not reason.strip():
        raise Blocked(["Say why the revision is withdrawn."])
    was_with_department = revision.status == RevisionStatus.HANDED_IN
    event = move(
        revision,
        RevisionStep.WITHDRAW,
        by=by,
        at=at,
        key=key,
        digest=digest,
        reason=reason.strip(),
    )
    signing.new_edition(plan, by=by, at=at)
    in_force = stored_document(revision.changes_version)
    restore(plan, in_force, since=revision.started_at, by=by, at=at)
    if was_with_department:
        post_revision_ended(revision, event=event)
    return revision
