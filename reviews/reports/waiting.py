"""What waits for one person of the Department: to confirm, or to help with. In one query, with
whom the queue beside it can be asked for.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from typing import Any

from django.db.models import DateField, F, Q, QuerySet, Value

from districts.models import Delegation, RosterChange, User, standing_of
from districts.permissions import (
    changes_beside,
    may_confirm_changes,
    may_confirm_delegations,
    own_districts,
)
from districts.statements import Among, Statement
from plans.documents.rows import JSONRows
from plans.permissions import HELPERS
from plans.reports.sharing import shared_with
from reviews.reports.assigned_to import reviewers
from reviews.reports.extensions import to_extend


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


@dataclass(frozen=True)
class Asks:
    """What somebody's roles have them asked, which makes the shape of the question."""

    confirms_delegations: bool
    confirms_changes: bool
    helps: bool  # with drafts that districts share
    roles: tuple[str, ...]  # at the Department
    own: tuple[int, ...]  # districts they belong to, where they confirm changes of the roster

    @classmethod
    def of(cls, user: User) -> "Asks":
        standing = standing_of(user)
        confirms = may_confirm_changes(user)
        return cls(
            confirms_delegations=may_confirm_delegations(user),
            confirms_changes=confirms,
            helps=bool(HELPERS & standing.at_department),
            roles=tuple(sorted(standing.at_department)),
            own=tuple(sorted(own_districts(user))) if confirms else (),
        )


def waiting_for(user: User, *, on: date) -> Waiting:
    """Nobody confirms what they asked for, a change of their own district, nor their delegation."""
    asks, about = Asks.of(user), (user.pk, on, list(standing_of(user).kept_from))
    [found] = _asked(*about, asks=asks) if asks.own else _statement(asks).ask(*about)
    read = {name: json.loads(text or "[]") for name, text in found.items() if name != "on"}
    return Waiting(
        [Proposal(one["delegate_id"], one["named"]) for one in read["of_delegations"]],
        [one["id"] for one in read["of_changes"]],
        [SharedDraft(one["district"], one["slug"], one["year"]) for one in read["of_drafts"]],
        len(read["of_plans"]) + len(read["of_reports"]),
        [(str(one["id"]), one["name"]) for one in read["of_reviewers"]],
    )


@lru_cache(maxsize=100)
def _statement(asks: Asks) -> Statement:
    """For each way of asking that came lately. Who belongs to a district asks of that one: few do,
    and their question is written for them."""
    return Statement(partial(_asked, asks=asks), -1, date(1, 1, 5), [-2])


def _asked(user: int, on: date, kept_from: list[int], *, asks: Asks) -> QuerySet[Any]:
    proposals = Delegation.objects.none()
    if asks.confirms_delegations:
        proposals = Delegation.objects.proposed(on).exclude(delegate=user).order_by("pk")
    changes = RosterChange.objects.none()
    if asks.confirms_changes:
        visible = changes_beside(asks.own).waiting()
        changes = visible.exclude(proposed_by=user).order_by("pk")
    drafts = shared_with(user).filter(~Q(Among("plan__district", kept_from)))
    plans, reports = to_extend(user, asks.roles, kept_from)
    named = {"district": F("plan__district__name"), "slug": F("plan__district__slug")}
    if not asks.helps:
        drafts = drafts.none()
    return (
        User.objects.filter(pk=user)
        .order_by()
        .values(
            on=Value(on, DateField()),  # so that each way of asking binds the same
            of_delegations=JSONRows(
                proposals.annotate(named=F("delegate__name")), "delegate_id", "named"
            ),
            of_changes=JSONRows(changes, "id"),
            of_drafts=JSONRows(drafts.annotate(**named, year=F("plan__cycle")), *named, "year"),
            of_plans=JSONRows(plans, "id"),
            of_reports=JSONRows(reports, "id"),
            of_reviewers=JSONRows(reviewers(), "id", "name"),
        )
    )
