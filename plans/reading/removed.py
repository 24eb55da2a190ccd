"""What was removed from a draft, and what an edit of it voids: as its pages show them."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from plans.documents.kinds import KINDS
from plans.documents.naming import Called
from plans.documents.rows import REMOVED_SHOWN, PlanWithState
from plans.models import Removal, Signature
from plans.models.signable import said_as
from plans.reading.life import waits_for_signature
from plans.rules.words import listing
from plans.sections import SectionKey


@dataclass(frozen=True)
class Removed:
    """A row that is out of the draft, with who took it out."""

    pk: int
    called: Called
    by: str
    at: datetime | None
    reason: str = ""  # why it is retired, where last year's plan had it


@dataclass(frozen=True)
class Removals:
    """The latest of a section; more of the plan may stand on the page of them all."""

    lines: list[Removed]
    are_all: bool = True


def removed_in(plan: PlanWithState, section: SectionKey) -> Removals:
    """Of what the plan's row says was removed last, what belonged to this section."""
    found = json.loads(plan.removed)
    lines = [
        Removed(
            row["id"],
            Called(KINDS[row["kind"]], row["number"], row["title"], row["went_along"]),
            row["by"],
            parse_datetime(row["removed_at"]),
            row["reason"],
        )
        for row in found
        if KINDS[row["kind"]].section == section
    ]
    return Removals(lines, are_all=len(found) < REMOVED_SHOWN)


def as_line(removal: Removal) -> Removed:
    kind = KINDS[removal.kind]
    called = Called(kind, removal.number, removal.title, removal.went_along)
    return Removed(removal.pk, called, removal.removed_by.name, removal.removed_at, removal.reason)


@dataclass(frozen=True)
class Voids:
    """The closed version that an edit opens again, and who has signed it."""

    version: int | None
    signers: str
    count: int
    was_handed_in: bool
    seen: str  # these signatures, as a form that was drawn beside them carries them


def what_an_edit_voids(plan: PlanWithState) -> Voids | None:
    """None where the text is not closed, so an edit voids nothing."""
    if not (plan.is_editable and plan.closed_at):
        return None
    signed = json.loads(plan.signed_by)
    names = [f"{one['name']} ({_capacity(one['capacity'])})" for one in signed]
    return Voids(
        version=signed[0]["version"] if signed else None,
        signers=listing(names) if names else "",
        count=len(names),
        was_handed_in=not waits_for_signature(plan),
        seen=" ".join(said_as(one["version"], one["capacity"]) for one in signed),
    )


def _capacity(value: str) -> str:
    return Signature.Capacity(value).label.lower()
