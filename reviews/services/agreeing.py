"""Recording on what reviewers agree where their ratings lie two levels apart (R38)."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Plan
from plans.permissions import may_take
from plans.services import Blocked, digest_of, locked_plan, refuse_other_words
from plans.workflow import IN_REVIEW, Step, StepNotAllowed
from reviews.models import Consensus, Level
from reviews.reports.disputes import open_disputes
from reviews.reports.packet import Packet, read_packet
from reviews.rules import reads_ratings, reviews_lacking
from reviews.services.parts import review_of
from reviews.services.recommending import pass_on
from reviews.services.turns import ask_turn, submission_read


@transaction.atomic
def record_consensus(
    *,
    plan_id: int,
    version: int,
    about: UUID,
    level: str,
    words: str,
    key: UUID,
    by: User,
    at: datetime,
) -> Plan:
    """Record the level that its reviewers agree on for one criterion, and why.

    Their own ratings stay as they are. With the last of them the plan is recommended, if every
    review that is asked for is in.

    Raises:
        PermissionDenied: none of the plan's reviews is theirs to give.
        MovedOn, StepNotAllowed: the plan is not under review, or in another version; their own
            review is not in; or nothing is disputed about the criterion.
        SentBefore: the form was sent before, with other words.
        Blocked: no level is chosen, or nothing is said.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(about=str(about), level=level, words=words.strip(), by=by.pk)
    if (sent_before := plan.consensus.filter(key=key).first()) is not None:
        refuse_other_words(sent_before, digest)
        return plan
    if not may_take(by, Step.RECOMMEND, plan, at=at):
        raise PermissionDenied
    if plan.status not in IN_REVIEW:
        ask_turn(plan, Step.RECOMMEND, by=by, at=at)
    submission, judged = submission_read(plan, version)
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    _ask_whether_disputed(packet, about)
    if not reads_ratings(packet, review_of(plan, by, at=at)):
        raise StepNotAllowed("Your own review comes first. Nothing was recorded.")
    if reasons := _what_is_missing(level, words):
        raise Blocked(reasons)
    Consensus.objects.create(
        plan=plan,
        submission=submission,
        about=about,
        level=level,
        words=words.strip(),
        key=key,
        digest=digest,
        recorded_at=at,
        recorded_by=by,
    )
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    if reviews_lacking(packet) or open_disputes(packet):
        return plan
    advice = plan.recommendations.filter(submission=submission).order_by("-pk")[0]
    return pass_on(plan, advice, version=judged, key=key, digest=digest, by=by, at=at)


def _ask_whether_disputed(packet: Packet, about: UUID) -> None:
    if about not in {one.about for one in open_disputes(packet)}:
        raise StepNotAllowed(
            "The reviews do not differ by two levels there, or it is agreed already. Nothing was"
            " recorded."
        )


def _what_is_missing(level: str, words: str) -> list[str]:
    reasons = []
    if level not in Level:
        reasons.append("Choose the level that you agree on.")
    if not words.strip():
        reasons.append("Say why, in the words of all its reviewers.")
    return reasons
