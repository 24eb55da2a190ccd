"""What waits for one person of the Department to confirm, in one query."""

import json
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F

from districts.models import Delegation, RosterChange, User
from districts.permissions import (
    may_confirm_changes,
    may_confirm_delegations,
    visible_changes,
)
from plans.documents.rows import JSONRows


@dataclass(frozen=True)
class Proposal:
    """A delegation that counts once the Commissioner confirms it."""

    delegate_id: int
    delegate: str


@dataclass(frozen=True)
class Waiting:
    delegations: list[Proposal] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)  # of the roster, that others asked for


def waiting_for(user: User, *, on: date) -> Waiting:
    """Nobody confirms what they asked for, a change of their own district, nor their delegation."""
    proposals = Delegation.objects.none()
    if may_confirm_delegations(user):
        proposals = Delegation.objects.proposed(on).exclude(delegate=user).order_by("pk")
    changes = RosterChange.objects.none()
    if may_confirm_changes(user):
        changes = visible_changes(user).waiting().exclude(proposed_by=user).order_by("pk")
    if proposals.query.is_empty() and changes.query.is_empty():
        return Waiting()
    found = (
        User.objects.filter(pk=user.pk)
        .order_by()
        .values_list(
            JSONRows(proposals.annotate(named=F("delegate__name")), "delegate_id", "named"),
            JSONRows(changes, "id"),
        )
        .get()
    )
    delegations, asked = (json.loads(text) if text else [] for text in found)
    return Waiting(
        [Proposal(one["delegate_id"], one["named"]) for one in delegations],
        [one["id"] for one in asked],
    )
