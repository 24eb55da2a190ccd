"""The Commissioner's approval: evidence, findings, the decision and its letter, in one act."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from plans.models import Plan
from plans.services import Blocked, already_taken, digest_of, locked_plan, take_step
from plans.services.letters import DECISIONS_GO_TO, people_of, post_letter
from plans.workflow import Step
from reviews.models import Determination
from reviews.permissions import delegation_of, is_commissioner
from reviews.reports.evidence import evidence_for
from reviews.reports.packet import read_packet
from reviews.rules import Condition, gate, moved_digest
from reviews.services.calling_back import HELD_FOR
from reviews.services.conditions import (
    Stipulation,
    faults_in,
    not_due_yet,
    write_conditions,
)
from reviews.services.decision_letter import write_letter
from reviews.services.letter_words import freeze
from reviews.services.news import event_of, post_copy, post_news
from reviews.services.permits import given_of, recorded, refused_in
from reviews.services.turns import ask_turn, version_read


@transaction.atomic
def approve(
    *,
    plan_id: int,
    version: int,
    implementation: str,
    implementation_reasons: str,
    performance: str,
    performance_reasons: str,
    conditions: Sequence[Stipulation] = (),
    permits: Sequence[str] = (),
    read: str = "",
    only_clean: bool = False,
    key: UUID,
    by: User,
    at: datetime,
) -> Determination:
    """Approve the version that was read, with both findings (R34, R39), on conditions or none.

    Its letters are held for 15 minutes, in which it can be called back. `only_clean`: not where
    the gate asks for a second look, which whoever decides many at once has not given.

    What R31 asks and is not due yet is added to the conditions, with its day. The letter and the
    record cite last year's reports and figures as they stand under the lock (R34).
    `permits` are the keys of what single lines need and are given (R27, R28).
    `read` is the digest of what the gate said had moved since the version was closed. Everything
    is asked again here, of the figures in force under the lock (ADR 53).

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        MovedOn, StepNotAllowed: somebody decided first, or the plan is not under review, or in
            another version.
        Blocked: a condition of the gate is not met, a finding is missing, or a line is not given
            what it needs; all are listed.
    """
    plan = locked_plan(plan_id)
    findings = {
        "implementation": implementation,
        "implementation_reasons": implementation_reasons.strip(),
        "performance": performance,
        "performance_reasons": performance_reasons.strip(),
    }
    asked: dict[str, object] = {}
    if conditions:
        asked["conditions"] = [each.said() for each in conditions]
    if permits:
        asked["permits"] = sorted(permits)
    digest = digest_of(**findings, **asked)
    if already_taken(plan, key, Step.APPROVE, digest):
        return plan.determination
    ask_turn(plan, Step.APPROVE, by=by, at=at)
    delegation = delegation_of(by, at=at)
    if delegation is None and not is_commissioner(by, at=at):
        raise PermissionDenied
    packet = read_packet(Plan.objects.filter(pk=plan.pk), number=version_read(plan, version).number)
    asked_again = gate(packet, on=eastern_day(at), by=by.pk)
    if (
        reasons := [one.sentence for one in asked_again if not one.is_met]
        + _unread(asked_again, read, number=packet.version.number)
        + (_second_looks(asked_again) if only_clean else [])
        + missing_in(findings)
        + faults_in(conditions, on=eastern_day(at))
        + refused_in(packet.document, permits)
    ):
        raise Blocked(reasons)
    given = given_of(packet.document, permits)
    evidence = evidence_for(packet)
    conditions = [*conditions, *not_due_yet(packet, evidence, on=eastern_day(at))]
    letter = write_letter(
        packet,
        **findings,
        conditions=conditions,
        permits=given,
        evidence=evidence,
        by=by,
        delegation=delegation,
        at=at,
    )
    take_step(
        plan_id=plan.pk,
        step=Step.APPROVE,
        by=by,
        at=at,
        key=key,
        version=packet.version,
        digest=digest,
    )
    event = event_of(plan, key)
    write_conditions(conditions, event=event)
    determination = Determination.objects.create(
        plan=plan,
        version=packet.version,
        event=event,
        **findings,
        delegation=delegation,
        waiver_id=packet.waiver.id if packet.waiver else None,
        waiver_of_last_year_id=waived.id if (waived := packet.waiver_of_last_year) else None,
        evidence=evidence.recorded() if evidence else None,
        amount=packet.document.money.authorized,
        permits=recorded(given),
        letter=letter.text,
        leaves_at=at + HELD_FOR,
        moved="\n".join(one.sentence for one in asked_again if one.has_moved),
        decided_at=at,
        decided_by=by,
    )
    freeze(letter, plan, at=at, determination=determination)
    post_letter(
        plan,
        kind="plan_approved",
        because=event,
        occasion=f"event-{event.pk}",
        to=people_of(plan, DECISIONS_GO_TO),
        why="The plan was approved",
        at=at,
        letter=letter.text,
        leaves_at=determination.leaves_at,
    )
    post_news(plan, event, but=post_copy(plan, event), leaves_at=determination.leaves_at)
    return determination


def _unread(asked_again: Sequence[Condition], read: str, *, number: int) -> list[str]:
    """What moved is decided on by somebody who has read it, also what moved a moment ago."""
    if moved_digest(asked_again) in {"", read}:
        return []
    return [
        f"The gate lists what changed since version {number} was closed. Read it, and say so below."
    ]


def _second_looks(asked_again: Sequence[Condition]) -> list[str]:
    return [
        f"Decide it on its own page: {one.sentence}"
        for one in asked_again
        if one.is_met and one.is_warning
    ]


def missing_in(findings: dict[str, str]) -> list[str]:
    """What the two findings of an approval lack (R34)."""
    reasons = []
    if findings["implementation"] not in Determination.Implementation:
        reasons.append("The finding on implementation is missing.")
    if not findings["implementation_reasons"]:
        reasons.append("The finding on implementation gives no reasons.")
    if findings["performance"] not in Determination.Performance:
        reasons.append("The finding on performance is missing.")
    if not findings["performance_reasons"]:
        reasons.append("The finding on performance gives no reasons.")
    return reasons
