"""What a reader may do with a plan now: the buttons, and why one of them waits."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from districts.models import User
from plans.rules.words import count
from plans.workflow import (
    IN_HAND,
    OPEN_TO_COMMENTS,
    TRANSITIONS,
    WITH_DEPARTMENT,
    Part,
    Status,
    Step,
    steps_from,
)
from reviews.models import Recommendation
from reviews.permissions import WRITES_COMMENTS, is_commissioner
from reviews.reports.packet import Packet
from reviews.rules import reviews_lacking, unmet

WHO_DECIDES = "#who-decides"  # where the plan's page says who approves


@dataclass(frozen=True)
class Act:
    """A button. One that waits stays visible: it says the reason, and links to it."""

    label: str
    url: str
    is_primary: bool = False
    waits: bool = False


def comments_are_open(parts: frozenset[Part], packet: Packet) -> bool:
    return bool(parts & WRITES_COMMENTS) and packet.plan.status in OPEN_TO_COMMENTS


def acts_for(
    parts: frozenset[Part],
    packet: Packet,
    *,
    on: date,
    by: int,
    missing: int | None = None,
) -> list[Act]:
    """The buttons of the plan's page, for whoever plays these parts; `missing` is how much the
    gate lacks, where the page has asked it already."""
    status = Status(packet.plan.status)
    acts = []
    if Part.PROGRAM_MANAGER in parts and status in IN_HAND:
        is_new = status == Status.SUBMITTED
        label = "Assign reviewers" if is_new else "Change reviewers"
        acts.append(Act(label, _url("assign", packet), is_primary=is_new))
    if _may(Step.RETURN, parts, status):
        drafted = len(packet.proposed)
        label = f"Draft return: {count(drafted, 'change')}" if drafted else "Return for changes"
        acts.append(Act(label, _url("return", packet)))
    if _may(Step.UNDO_RETURN, parts, status) and _returned_by(packet, parts, by=by):
        acts.append(Act("Undo the return", _url("undo_return", packet)))
    if may_recommend(parts, packet, by=by):
        decides = Part.DECIDER in parts
        acts.append(Act("Recommend", _url("recommend", packet), is_primary=not decides))
    if parts & WRITES_COMMENTS and status in WITH_DEPARTMENT:
        acts.append(_approve(parts, packet, status, on=on, by=by, missing=missing))
    return acts


def _returned_by(packet: Packet, parts: frozenset[Part], *, by: int) -> bool:
    """Whether the return is theirs to undo: their own; a manager's and a decider's any."""
    returned = next((event for event in packet.events if event.step == Step.RETURN), None)
    is_own = returned is not None and returned.by_id == by
    return is_own or bool(parts & {Part.PROGRAM_MANAGER, Part.DECIDER})


def funds_step(parts: frozenset[Part], packet: Packet) -> str:
    """What these parts may do with the funds now, "withhold" or "release"; empty for neither."""
    status = Status(packet.plan.status)
    steps = (Step.RELEASE, Step.WITHHOLD)
    return next((step.value for step in steps if _may(step, parts, status)), "")


def is_held(packet: Packet, *, at: datetime) -> bool:
    """Whether the letter of its approval has still to leave."""
    decided = getattr(packet.plan, "determination", None)
    return decided is not None and decided.is_held(at)


def call_back_at(parts: frozenset[Part], packet: Packet, *, by: User, at: datetime) -> str:
    """Where these parts call the approval back: their own, or the Commissioner any."""
    if not is_held(packet, at=at) or not _may(Step.CALL_BACK, parts, Status(packet.plan.status)):
        return ""
    is_theirs = packet.plan.determination.decided_by_id == by.pk or is_commissioner(by)
    return _url("call_back", packet) if is_theirs else ""


def may_recommend(parts: frozenset[Part], packet: Packet, *, by: int) -> bool:
    """Once in each review; a plan recommended by fewer, as before, takes those it lacks."""
    if by in {one.person for one in packet.reviews.values()}:
        return False
    if Part.ASSIGNED_REVIEWER not in parts and not packet.is_third(Recommendation.As.MANAGER, by):
        return False  # another manager is named to give it
    status = Status(packet.plan.status)
    is_open = status == Status.RECOMMENDED and bool(reviews_lacking(packet))
    return bool(TRANSITIONS[Step.RECOMMEND].by & parts) and (
        is_open or Step.RECOMMEND in steps_from(status)
    )


def _approve(
    parts: frozenset[Part],
    packet: Packet,
    status: Status,
    *,
    on: date,
    by: int,
    missing: int | None,
) -> Act:
    if Part.DECIDER not in parts:
        return Act("Approve: the Commissioner’s", WHO_DECIDES, waits=True)
    if Step.APPROVE not in steps_from(status):
        return Act("Approve: reviewers come first", WHO_DECIDES, waits=True)
    url = _url("approve", packet)
    lacks = len(unmet(packet, on=on, by=by)) if missing is None else missing
    if lacks:
        return Act(f"Approve: {count(lacks, 'thing')} missing", f"{url}#gate", waits=True)
    return Act("Approve", url, is_primary=True)


def _may(step: Step, parts: frozenset[Part], status: Status) -> bool:
    return bool(TRANSITIONS[step].by & parts) and step in steps_from(status)


def _url(name: str, packet: Packet) -> str:
    return reverse(f"reviews:{name}", args=[packet.plan.district.slug, packet.plan.cycle_id])
