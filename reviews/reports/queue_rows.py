"""A row of the review queue: what it says of a district in a year, and to whom."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices

from plans.models import Assignment
from plans.workflow import IN_REVIEW, MAY_BE_EXTENDED, Status
from reviews.models import Recommendation
from reviews.reports.turns import asked_of


class Standing(TextChoices):
    """What there is to know of a district before its plan is read."""

    OWN = "own", "your district"
    CONFLICT = "conflict", "your conflict of interest"
    RETIRED = "retired", "retired"
    NOT_DESIGNATED = "not_designated", "not designated"


KEPT_FROM = frozenset({Standing.OWN, Standing.CONFLICT})


@dataclass(frozen=True)
class QueueRow:
    """A district in a year, and how its plan stands.

    Of a district that the reader is kept from it holds no more than the district itself is told.
    """

    district: str
    slug: str
    is_reform: bool
    standing: Standing | None  # none while it is on the roster and designated for the year
    allocation: int | None  # US dollars
    status: Status | None  # none before a plan is begun
    was_returned: bool
    received_at: datetime | None
    due_on: date | None
    is_overdue: bool
    program: str | None  # the reviewers of now
    fiscal: str | None
    lacks: tuple[Recommendation.As, ...]  # the reviews to come, while it is in review
    is_disputed: bool  # reviews that are in lie two levels apart, and nothing is agreed (R38)
    is_ready: bool  # what comes next is a decision
    is_mine: bool  # what comes next is the reader's to do
    is_extended: bool = False  # due later than the plans of its year, while it is to come
    revision: int | None = None  # the number of one that waits for the Department

    @property
    def is_kept_from(self) -> bool:
        """Whether its review is not the reader's to read: their own, or a conflict (R37)."""
        return self.standing in KEPT_FROM


def row_of(place: dict[str, Any], *, today: date) -> QueueRow:
    standing = _standing(place)
    is_kept_from, due_on = standing in KEPT_FROM, place["due_on"]
    status = Status(place["status"]) if place["status"] else None
    reviewers = {one["reviews_as"]: one for one in json.loads(place["reviewers"])}
    named = {part: one["named"] for part, one in reviewers.items() if not is_kept_from}
    is_in_review = status in IN_REVIEW and not is_kept_from
    lacks = _lacking(place, reviewers) if is_in_review else ()
    return QueueRow(
        district=place["name"],
        slug=place["slug"],
        is_reform=bool(place["is_reform"]),
        standing=standing,
        allocation=place["allocation"],
        status=Status.UNDER_REVIEW if is_kept_from and status == Status.RECOMMENDED else status,
        was_returned=bool(place["returned"]) and not is_kept_from,
        received_at=place["received_at"],
        due_on=due_on,
        is_overdue=due_on is not None and due_on < today,
        program=named.get(Assignment.As.PROGRAM),
        fiscal=named.get(Assignment.As.FISCAL),
        lacks=lacks,
        is_disputed=is_in_review and place["disputes"] and not place["is_waived"],
        is_ready=is_in_review and (place["is_waived"] or not (lacks or place["disputes"])),
        is_mine=place["waits"],
        is_extended=status in MAY_BE_EXTENDED and due_on == place["extended_until"],
        revision=None if is_kept_from else place["revision"],
    )


def _lacking(
    place: dict[str, Any], reviewers: dict[str, dict[str, Any]]
) -> tuple[Recommendation.As, ...]:
    given = {part for part, one in reviewers.items() if one["review"]}
    if place["has_managers"]:
        given.add(Recommendation.As.MANAGER)
    asked = asked_of(is_reform_district=bool(place["is_reform"]))
    return tuple(part for part in asked if part not in given)


def _standing(place: dict[str, Any]) -> Standing | None:
    if place["belongs"]:
        return Standing.OWN
    if place["conflicted"]:
        return Standing.CONFLICT
    if place["retired_at"]:
        return Standing.RETIRED
    return Standing.NOT_DESIGNATED if place["is_reform"] is None else None
