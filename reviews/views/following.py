"""What can follow a decision, each from its page: the way to it for who may, else why it waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse

from districts.models import User
from districts.words import day, eastern
from plans.models import Plan
from plans.permissions import may_edit
from plans.revision_workflow import RevisionStep
from plans.services import why_no_revision
from plans.services.revising import why_too_late
from plans.workflow import Part, Status, Step, steps_from
from reviews.reports.packet import Packet
from reviews.rules import decider_has_not_reviewed
from reviews.services import why_not_corrected
from reviews.views.acts import call_back_at, is_held

DECIDERS = "The Commissioner, or a delegate,"
WAITS = frozenset({RevisionStep.HAND_IN, RevisionStep.REVIEW})  # for a decision on the revision


@dataclass(frozen=True)
class Follows:
    """An act that may follow. Without a link, `why` says whose it is or why it cannot be now."""

    name: str
    why: str
    url: str = ""
    label: str = ""


def what_follows(
    parts: frozenset[Part], packet: Packet, *, by: User, at: datetime
) -> list[Follows]:
    """Of a plan that was decided, for a reader of the Department. No query; none of another."""
    if getattr(packet.plan, "determination", None) is None:
        return []
    return [*_call_back(parts, packet, by=by, at=at), *_of_decision(parts, packet, by=by, at=at)]


def _call_back(
    parts: frozenset[Part], packet: Packet, *, by: User, at: datetime
) -> Iterator[Follows]:
    """Only while there is something to call back."""
    if is_held(packet, at=at):
        leaves = eastern(packet.plan.determination.leaves_at or at)
        url = call_back_at(parts, packet, by=by, at=at)
        yield Follows(
            "Calling back",
            f"Who decided, or the Commissioner, takes the approval back until {leaves}.",
            url,
            "Call the approval back" if url else "",
        )


def _of_decision(
    parts: frozenset[Part], packet: Packet, *, by: User, at: datetime
) -> Iterator[Follows]:
    plan = packet.plan
    not_theirs = _why_not_theirs(parts, packet, by=by)
    yield _revision(packet, at=at)
    yield _unless(
        not_theirs or why_not_corrected(plan, plan.determination, at=at),
        Follows(
            "Correction",
            f"{DECIDERS} puts right what the decision says; the district gets a letter of it.",
            _url("correct", plan),
            "Correct the approval",
        ),
    )
    yield _unless(
        _why_not_here(Step.WITHHOLD, plan) or not_theirs,
        Follows(
            "Withholding",
            f"{DECIDERS} withholds funds where the board fails to comply with § 10-262u.",
            _url("withhold", plan),
            "Withhold funds",
        ),
    )
    yield _unless(
        _why_not_here(Step.RELEASE, plan) or not_theirs,
        Follows(
            "Release",
            f"{DECIDERS} releases what is withheld, on evidence of what was done.",
            _url("release", plan),
            "Release the funds",
        ),
    )


def correct_withholding_at(parts: frozenset[Part], packet: Packet, *, by: User) -> str:
    """Where a decider corrects the withholding that the plan stands under; empty for others."""
    is_withheld = Step.RELEASE in steps_from(packet.plan.status)
    if not is_withheld or _why_not_theirs(parts, packet, by=by):
        return ""
    return _url("correct_withholding", packet.plan)


def _unless(why_not: str, follows: Follows) -> Follows:
    return Follows(follows.name, why_not) if why_not else follows


def _why_not_theirs(parts: frozenset[Part], packet: Packet, *, by: User) -> str:
    if Part.DECIDER not in parts:
        return "The Commissioner’s, or a delegate’s: your role is another."
    hand = decider_has_not_reviewed(packet, by.pk)
    return hand.sentence if hand and not hand.is_met else ""


def _why_not_here(step: Step, plan: Plan) -> str:
    if step in steps_from(plan.status):
        return ""
    if step == Step.RELEASE:
        return "Nothing is withheld."
    return "The funds are withheld."


def _revision(packet: Packet, *, at: datetime) -> Follows:
    """The district's to start. One that it only writes is not spoken of (R59)."""
    plan, name = packet.plan, "Revision"
    last = packet.revision_steps[0] if packet.revision_steps else None
    if last is not None and last.step in WAITS:
        label = f"Revision {last.number}"
        return Follows(name, "It waits for the Department.", _url("revision", plan), label)
    if plan.status != Status.APPROVED:
        why = "The district changes an approved plan, so none starts while the funds are withheld."
        return Follows(name, why)
    if why := why_too_late(plan, at=at):
        return Follows(name, why)
    return Follows(
        name,
        f"{plan.district.name}’s: its plan coordinator or fiscal officer starts one from the page"
        f" of the plan, until {day(plan.cycle.last_revision_on)}.",
    )


def follows_for_district(plan: Plan, *, by: User, at: datetime) -> list[Follows]:
    """The same for the district's own people: what they start, and what they write about."""
    office = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    found = [_own_revision(plan, by=by, at=at)]
    if Step.RELEASE in steps_from(plan.status):
        found.append(
            Follows(
                "Release",
                f"The Commissioner may renew the funding on evidence: write to {office}.",
                plan.get_absolute_url(),
                "Why the funds are withheld",
            )
        )
    found.append(
        Follows(
            "Correction",
            "Where the letter says what is not so, the Commissioner puts it right by another"
            f" letter: write to {office}.",
        )
    )
    return found


def _own_revision(plan: Plan, *, by: User, at: datetime) -> Follows:
    name, here = "Revision", [plan.district.slug, plan.cycle_id]
    if why := why_no_revision(plan, at=at):
        return Follows(name, why)
    if not may_edit(by, plan):
        return Follows(name, "The plan coordinator and the fiscal officer revise the plan.")
    why = f"What has to change within the year; until {day(plan.cycle.last_revision_on)}."
    return Follows(name, why, reverse("plans:revision_start", args=here), "Revise the plan")


def _url(name: str, plan: Plan) -> str:
    return reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id])
