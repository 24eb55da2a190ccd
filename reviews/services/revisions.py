"""What the Department does with a revision of an approved plan: recommend, return, approve (R44).

The reviewers of the plan go on, and who recommended a revision, or had a hand in the plan, does
not decide it (R36 to R39). The plan's own decision stays as it is.
"""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string

from districts.calendar import eastern_day
from districts.models import Delegation, User
from plans.documents import as_of_now, stored_document
from plans.models import Plan, PlanRevision, PlanVersion, RevisionEvent
from plans.permissions import may_take
from plans.reading.revised import lines_of_changes
from plans.revision_workflow import RevisionStep, revision_target
from plans.rules import stops
from plans.rules.moved import moved_since
from plans.rules.revision import judged
from plans.services import Blocked, digest_of, locked_plan
from plans.services.letters import DECISIONS_GO_TO, outside_district, people_of
from plans.services.revising import move, open_revision, revision_step_taken
from plans.services.revision_letters import post_of_revision
from plans.workflow import Step, StepNotAllowed
from reviews.permissions import delegation_of, had_a_hand, is_commissioner
from reviews.reports.deciders import deciders
from reviews.reports.revisions import reviews_of_revision, roles_asked_for
from reviews.services.parts import review_of
from reviews.services.turns import MovedOn


def _to_judge(
    plan: Plan, number: int, step: RevisionStep
) -> tuple[PlanRevision, PlanVersion, RevisionEvent]:
    """The revision, the version that was read, and when that came in.

    Raises:
        MovedOn: another version was handed in since.
        StepNotAllowed: no revision is with the Department now.
    """
    revision = open_revision(plan)
    revision_target(step, source=revision.status)
    handed_in = revision.events.filter(step=RevisionStep.HAND_IN).select_related("version")
    latest = handed_in.order_by("-pk")[0]
    version = latest.version
    if version is None or version.number != number:
        raise MovedOn(
            "Another version of the revision was handed in since you opened this page. Nothing was"
            " recorded. Read it, and open the page again."
        )
    return revision, version, latest


@transaction.atomic
def recommend_revision(
    *, plan_id: int, version: int, text: str, key: UUID, by: User, at: datetime
) -> PlanRevision:
    """Recommend that the revision that was read be approved, and say why.

    Raises:
        PermissionDenied: neither an assigned reviewer nor the program manager.
        MovedOn, StepNotAllowed: it is not with the Department, or in another version, or this
            review is in.
        Blocked: no reason is given.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(text=text.strip(), by=by.pk)
    if event := revision_step_taken(plan, key, RevisionStep.REVIEW, digest):
        return event.revision
    if not may_take(by, Step.RECOMMEND, plan, at=at):
        raise PermissionDenied
    revision, judged_version, _ = _to_judge(plan, version, RevisionStep.REVIEW)
    made_as = review_of(plan, by, at=at)
    given = reviews_of_revision(revision)
    if made_as.value in given or by.pk in {one.taken_by_id for one in given.values()}:
        raise StepNotAllowed(
            f"The {made_as.label.lower()} of this revision is in already. Nothing was recorded."
        )
    if not text.strip():
        raise Blocked(["Say why the revision should be approved."])
    event = move(
        revision,
        RevisionStep.REVIEW,
        by=by,
        at=at,
        key=key,
        digest=digest,
        version=judged_version,
        reason=text.strip(),
        made_as=made_as.value,
    )
    if not lacking(plan, revision):
        decide = [
            one
            for one in outside_district(plan, deciders(at=at))
            if not had_a_hand_in_revision(one, plan)
        ]
        post_of_revision(
            revision,
            kind="revision_reviewed",
            event=event,
            to=decide,
            why="A revision was recommended for approval",
            to_department=True,
        )
    return revision


@transaction.atomic
def return_revision(
    *, plan_id: int, version: int, text: str, key: UUID, by: User, at: datetime
) -> PlanRevision:
    """Give the revision back to the district, and say what is to change.

    Raises:
        PermissionDenied: neither a reviewer, nor the program manager, nor a decider.
        MovedOn, StepNotAllowed: as in `recommend_revision`.
        Blocked: nothing is asked.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(text=text.strip())
    if event := revision_step_taken(plan, key, RevisionStep.RETURN, digest):
        return event.revision
    if not may_take(by, Step.RETURN, plan, at=at):
        raise PermissionDenied
    revision, judged_version, _ = _to_judge(plan, version, RevisionStep.RETURN)
    if not text.strip():
        raise Blocked(["Say what is to change."])
    event = move(
        revision,
        RevisionStep.RETURN,
        by=by,
        at=at,
        key=key,
        digest=digest,
        version=judged_version,
        reason=text.strip(),
    )
    post_of_revision(
        revision,
        kind="revision_returned",
        event=event,
        to=people_of(plan, DECISIONS_GO_TO),
        why="The revision was returned",
    )
    return revision


@transaction.atomic
def approve_revision(
    *, plan_id: int, version: int, text: str, key: UUID, by: User, at: datetime
) -> PlanRevision:
    """Approve the revision that was read: its version is the plan in force from now on.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        MovedOn, StepNotAllowed: as in `recommend_revision`.
        Blocked: a review lacks, a rule stops it now, the decider had a hand in it, or no grounds
            are given; all are listed.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(text=text.strip())
    if event := revision_step_taken(plan, key, RevisionStep.APPROVE, digest):
        return event.revision
    delegation = delegation_of(by, at=at)
    if not may_take(by, Step.APPROVE, plan, at=at) or (
        delegation is None and not is_commissioner(by, at=at)
    ):
        raise PermissionDenied
    revision, judged_version, handed_in = _to_judge(plan, version, RevisionStep.APPROVE)
    reasons = why_not_approved(plan, revision, judged_version, by=by, at=at)
    if not text.strip():
        reasons.append("Say on what grounds it is approved.")
    if reasons:
        raise Blocked(reasons)
    event = move(
        revision,
        RevisionStep.APPROVE,
        by=by,
        at=at,
        key=key,
        digest=digest,
        version=judged_version,
        reason=text.strip(),
        delegation=delegation,
        letter=revision_letter(
            revision,
            version=judged_version,
            handed_in_at=handed_in.taken_at,
            grounds=text.strip(),
            by=by,
            delegation=delegation,
            at=at,
        ),
    )
    post_of_revision(
        revision,
        kind="revision_approved",
        event=event,
        to=people_of(plan, DECISIONS_GO_TO),
        why="The revision was approved",
    )
    return revision


def lacking(plan: Plan, revision: PlanRevision) -> list[str]:
    """The reviews that are asked for and are not in (R36, R38), by what they are called."""
    given = reviews_of_revision(revision)
    return [role.label.lower() for role in roles_asked_for(plan) if role.value not in given]


def had_a_hand_in_revision(user: User, plan: Plan) -> bool:
    """Whether the plan or a revision of it was theirs to review, to sign or to hand in."""
    took = RevisionEvent.objects.filter(revision__plan=plan, taken_by=user)
    return had_a_hand(user, plan) or took.exclude(step__in=DECISIONS).exists()


DECISIONS = (RevisionStep.APPROVE, RevisionStep.RETURN)


def why_not_approved(
    plan: Plan, revision: PlanRevision, version: PlanVersion, *, by: User, at: datetime
) -> list[str]:
    """Each thing that stands in the way, a sentence. The rules are asked of the figures of now."""
    reasons = []
    if missing := lacking(plan, revision):
        reasons.append(f"Version {version.number} lacks: {' and '.join(missing)}.")
    if had_a_hand_in_revision(by, plan):
        reasons.append(
            "You reviewed, signed or handed in this plan or a revision of it, so somebody else"
            " decides."
        )
    signed = stored_document(version)
    now = as_of_now(signed, plan.pk)
    reasons += [one.sentence for one in moved_since(signed, now) if one.binds]
    return reasons + [finding.sentence for finding in stops(now, eastern_day(at))]


def revision_letter(
    revision: PlanRevision,
    *,
    version: PlanVersion,
    handed_in_at: datetime,
    grounds: str,
    by: User,
    delegation: Delegation | None,
    at: datetime,
) -> str:
    """The decision letter, frozen with the approval."""
    before, after = stored_document(revision.changes_version), stored_document(version)
    lines = lines_of_changes(judged(before, after), before, after)
    text = render_to_string(
        "reviews/revision_letter.txt",
        {
            "plan": revision.plan,
            "district": revision.plan.district,
            "revision": revision,
            "version": version,
            "handed_in_at": handed_in_at,
            "authorized": after.money.authorized,
            "lines": [line for line in lines if line.needs_decision],
            "grounds": grounds,
            "by": by,
            "delegation": delegation,
            "decided_at": at,
        },
    )
    return text.strip() + "\n"
