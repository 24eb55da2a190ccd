"""Recommending a plan to the Commissioner: by it a reviewer finishes their review (R36, R38).

Its ratings, where criteria were rated, come in with it. It never shows to a district.
"""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Plan, PlanEvent, PlanVersion
from plans.permissions import may_take
from plans.services import Blocked, digest_of, locked_plan, refuse_other_words, take_step
from plans.services.letters import decisions_due, outside_district, page_of, post_letter
from plans.workflow import Status, Step, StepNotAllowed
from reviews.models import Recommendation
from reviews.permissions import had_a_hand
from reviews.reports.deciders import deciders
from reviews.reports.disputes import open_disputes
from reviews.reports.handed_in import latest_submission
from reviews.reports.packet import Packet, read_packet
from reviews.rules import reviews_lacking
from reviews.services.news import event_of, post_apart, post_news
from reviews.services.parts import refuse_another_third, review_of
from reviews.services.rating import review_to_finish
from reviews.services.turns import ask_turn, submission_read


@transaction.atomic
def recommend(*, plan_id: int, version: int, text: str, key: UUID, by: User, at: datetime) -> Plan:
    """Recommend that the version that was read be approved, and say why.

    The plan is recommended once every review that is asked for is in, and their reviewers agree
    where their ratings lie two levels apart; until then it stays under review.

    Raises:
        PermissionDenied: neither an assigned reviewer nor the program manager.
        MovedOn, StepNotAllowed: the plan is not under review, or in another version, or this
            review of it is in.
        SentBefore: the form was sent before, with other words.
        Blocked: no reason is given, or criteria are left that have to be rated.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(text=text.strip(), by=by.pk)
    sent_before = plan.recommendations.filter(key=key).first()
    if sent_before is not None and is_of_now(sent_before, plan):
        refuse_other_words(sent_before, digest)
        return plan
    if not may_take(by, Step.RECOMMEND, plan, at=at):
        raise PermissionDenied
    is_recommended = plan.status == Status.RECOMMENDED  # a review may be lacking all the same
    if not is_recommended:
        ask_turn(plan, Step.RECOMMEND, by=by, at=at)
    made_as = review_of(plan, by, at=at)
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    if is_recommended and made_as not in reviews_lacking(packet):
        ask_turn(plan, Step.RECOMMEND, by=by, at=at)
    if not text.strip():
        raise Blocked(["Say why the plan should be approved."])
    submission, judged = submission_read(plan, version)
    refuse_another_third(packet, made_as, by=by)
    _refuse_twice(packet, made_as, by=by, is_of_before=sent_before is not None)
    review = review_to_finish(plan, submission, made_as, by=by)
    advice = Recommendation.objects.create(
        plan=plan,
        version=judged,
        submission=submission,
        key=key,
        digest=digest,
        made_as=made_as,
        text=text.strip(),
        made_at=at,
        made_by=by,
    )
    if review is not None:
        review.recommendation = advice
        review.save(update_fields=["recommendation"])
    apart = {one.about for one in open_disputes(packet)}
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    post_apart(packet, advice, before=apart)
    if reviews_lacking(packet) or open_disputes(packet):
        return plan
    return pass_on(plan, advice, version=judged, key=key, digest=digest, by=by, at=at)


def pass_on(
    plan: Plan,
    advice: Recommendation,
    *,
    version: PlanVersion,
    key: UUID,
    digest: str,
    by: User,
    at: datetime,
) -> Plan:
    """Every review is in and they agree: the plan goes to who decides, who has a letter."""
    if plan.status == Status.RECOMMENDED:  # before, and then a reviewer was replaced
        _tell_deciders(plan, advice, None, at=at)
        return plan
    plan = take_step(
        plan_id=plan.pk,
        step=Step.RECOMMEND,
        by=by,
        at=at,
        key=key,
        version=version,
        digest=digest,
    )
    event = event_of(plan, key)
    post_news(plan, event, but=_tell_deciders(plan, advice, event, at=at))
    return plan


def is_of_now(advice: Recommendation, plan: Plan) -> bool:
    """Whether it is of the submission that stands: a version may come back unedited (ADR 10)."""
    submission = latest_submission(plan)
    return submission is not None and advice.submission_id == submission.pk


def _refuse_twice(
    packet: Packet, made_as: Recommendation.As, *, by: User, is_of_before: bool
) -> None:
    """Each review is given once, by one person; and a page of before is read again first."""
    if by.pk in {one.person for one in packet.reviews.values()} or made_as in packet.reviews:
        raise StepNotAllowed(
            f"The {made_as.label.lower()} of version {packet.version.number} is in already. "
            "Nothing was recorded."
        )
    if is_of_before:
        raise StepNotAllowed(
            "This page is from before the plan came back. Open it again, and read the answers. "
            "Nothing was recorded."
        )


def _tell_deciders(
    plan: Plan, advice: Recommendation, event: PlanEvent | None, *, at: datetime
) -> list[User]:
    """Who may decide it; a delegate who reviewed it hears of it as the reviewers do."""
    decide = [one for one in outside_district(plan, deciders(at=at)) if not had_a_hand(one, plan)]
    post_letter(
        plan,
        kind="plan_recommended",
        because=event,
        occasion=f"recommendation-{advice.pk}",
        to=decide,
        why="A plan was recommended for approval",
        at=at,
        version=advice.version,
        advice=advice,
        deadline=decisions_due(plan, at=at),
        page=page_of(plan, "review_approve"),
    )
    return decide
