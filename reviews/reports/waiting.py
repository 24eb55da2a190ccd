"""What waits for one person of the Department: to confirm, or to help with. In one query, with
whom the queue beside it can be asked for.
"""

import json
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from districts.models import Delegation, RosterChange, User, standing_of
from districts.permissions import (
    may_confirm_changes,
    may_confirm_delegations,
    visible_changes,
)
from plans.documents.rows import JSONRows
from plans.permissions import HELPERS
from plans.reports.sharing import shared_with
from reviews.reports.assigned_to import reviewers
from reviews.reports.extensions import theirs_to_extend


@dataclass(frozen=True)
class Proposal:
    """A delegation that counts once the Commissioner confirms it."""

    delegate_id: int
    delegate: str


@dataclass(frozen=True)
class SharedDraft:
    """A draft that its district shares with the reader for help (R59)."""

    district: str
    slug: str
    fiscal_year: int


@dataclass(frozen=True)
class Waiting:
    delegations: list[Proposal] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)  # of the roster, that others asked for
    drafts: list[SharedDraft] = field(default_factory=list)
    extensions: int = 0  # plans and reports for which more time is asked, theirs to answer
    reviewers: list[tuple[str, str]] = field(default_factory=list)  # all of them: key and name


def waiting_for(user: User, *, on: date) -> Waiting:
    """Nobody confirms what they asked for, a change of their own district, nor their delegation."""
    proposals = Delegation.objects.none()
    if may_confirm_delegations(user):
        proposals = Delegation.objects.proposed(on).exclude(delegate=user).order_by("pk")
    changes = RosterChange.objects.none()
    if may_confirm_changes(user):
        changes = visible_changes(user).waiting().exclude(proposed_by=user).order_by("pk")
    standing = standing_of(user)
    drafts = shared_with(user).exclude(plan__district__in=list(standing.kept_from))
    if not HELPERS & standing.at_department:
        drafts = drafts.none()
    extensions = theirs_to_extend(user, standing)
    named = {"district": F("plan__district__name"), "slug": F("plan__district__slug")}
    found = (
        User.objects.filter(pk=user.pk)
        .order_by()
        .values_list(
            JSONRows(proposals.annotate(named=F("delegate__name")), "delegate_id", "named"),
            JSONRows(changes, "id"),
            JSONRows(drafts.annotate(**named, year=F("plan__cycle")), *named, "year"),
            *(JSONRows(each, "id") for each in extensions),
            JSONRows(reviewers(), "id", "name"),
        )
        .get()
    )
    delegations, asked, shared, plans, reports, reviewing = (
        json.loads(text or "[]") for text in found
    )
    return Waiting(
        [Proposal(one["delegate_id"], one["named"]) for one in delegations],
        [one["id"] for one in asked],
        [SharedDraft(one["district"], one["slug"], one["year"]) for one in shared],
        len(plans) + len(reports),
        [(str(one["id"]), one["name"]) for one in reviewing],
    )
