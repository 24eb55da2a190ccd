"""Who can do what with a plan now, and why the reader can or cannot: from the enforced tables."""

from dataclasses import dataclass
from datetime import date

from plans.rules.words import listing
from plans.workflow import DISTRICT_PARTS, TRANSITIONS, Part, Step, steps_from
from reviews.reports.packet import Packet
from reviews.rules import unmet
from reviews.views.acts import may_recommend


@dataclass(frozen=True)
class StepHere:
    """A step that starts from the plan's present status."""

    label: str
    whose: str
    is_yours: bool
    why: str  # it is, or is not, the reader's to take now


def steps_here(parts: frozenset[Part], packet: Packet, *, on: date, by: int) -> list[StepHere]:
    """In the order of the workflow's table; none of a plan from which no step starts."""
    found = []
    for step in steps_from(packet.plan.status):
        whose = TRANSITIONS[step].by
        why_not = _why_not(step, parts, packet, on=on, by=by)
        found.append(
            StepHere(
                label=str(step.label),
                whose=listing([part.label for part in Part if part in whose], "or"),
                is_yours=not why_not,
                why=why_not or _as_whom(whose & parts),
            )
        )
    return found


def _as_whom(parts: frozenset[Part]) -> str:
    return f"You can, as {listing([part.label for part in Part if part in parts])}."


def _why_not(step: Step, parts: frozenset[Part], packet: Packet, *, on: date, by: int) -> str:
    whose = TRANSITIONS[step].by
    if not whose & parts:
        return _not_theirs(whose, parts)
    if step == Step.RECOMMEND and not may_recommend(parts, packet, by=by):
        return "You gave your review of this version."
    if step == Step.APPROVE:
        lacks = unmet(packet, on=on, by=by)
        return " ".join(["Not yet.", *lacks]) if lacks else ""
    return ""


def _not_theirs(whose: frozenset[Part], parts: frozenset[Part]) -> str:
    if whose <= DISTRICT_PARTS:
        return "It is the district’s."
    if Part.ASSIGNED_REVIEWER in whose and not parts:
        return "You are not assigned to this plan."
    return "Your role is another."
