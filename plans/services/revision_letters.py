"""The letters that a revision of an approved plan brings about, each once for its event."""

from collections.abc import Iterable
from typing import Any

from districts.models import User
from plans.models import PlanRevision, RevisionEvent
from plans.services.letters import (
    DECISIONS_GO_TO,
    RECEIPT_GOES_TO,
    managers,
    page_of,
    people_of,
    post_letter,
    reviewers_of,
)


def post_of_revision(
    revision: PlanRevision,
    *,
    kind: str,
    event: RevisionEvent,
    to: Iterable[User],
    why: str,
    to_department: bool = False,
    **context: Any,
) -> None:
    """One letter to each, that leads to the revision's page of its reader."""
    plan = revision.plan
    post_letter(
        plan,
        kind=kind,
        occasion=f"revision-{event.pk}",
        to=to,
        why=why,
        at=event.taken_at,
        page=page_of(plan, "review_revision" if to_department else "plan_revision"),
        revision=revision,
        event=event,
        by=event.taken_by,
        **context,
    )


def post_revision_handed_in(revision: PlanRevision, *, event: RevisionEvent) -> None:
    """A receipt to the district; to the reviewers, who go on, or while there are none to those
    who assign them.
    """
    plan = revision.plan
    receipts = people_of(plan, RECEIPT_GOES_TO)
    why = "A revision of the plan was handed in"
    post_of_revision(revision, kind="revision_receipt", event=event, to=receipts, why=why)
    post_of_revision(
        revision,
        kind="revision_handed_in",
        event=event,
        to=reviewers_of(plan) or managers(plan),
        why=why,
        to_department=True,
    )


def post_revision_recorded(revision: PlanRevision, *, event: RevisionEvent, count: int) -> None:
    """To the district's people, except who recorded it, and to those who assign reviewers."""
    told = [
        person for person in people_of(revision.plan, DECISIONS_GO_TO) if person != event.taken_by
    ]
    letter: dict[str, Any] = {
        "kind": "revision_recorded",
        "event": event,
        "why": "A small change of the plan was recorded",
        "count": count,
    }
    post_of_revision(revision, to=told, **letter)
    department = reviewers_of(revision.plan) or managers(revision.plan)
    post_of_revision(revision, to=department, to_department=True, **letter)


def post_revision_ended(revision: PlanRevision, *, event: RevisionEvent) -> None:
    """To the Department, which need not decide it any more."""
    post_of_revision(
        revision,
        kind="revision_withdrawn",
        event=event,
        to=reviewers_of(revision.plan) or managers(revision.plan),
        why="A revision was withdrawn",
        to_department=True,
    )
