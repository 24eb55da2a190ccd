"""Rating a version by the criteria of its year: saved as one types, finished by recommending.

Until their own review is in nobody reads what others found (ADR 94). None of it is a district's.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from plans.models import Plan, PlanEvent
from plans.services import Blocked, locked_plan
from plans.services.merging import Saved, Typed, merge_into
from plans.workflow import IN_REVIEW, Status, Step, StepNotAllowed
from reviews.models import Criterion, Level, Rating, Recommendation, Review
from reviews.permissions import may_rate
from reviews.reports.packet import Packet, read_packet
from reviews.reports.rubrics import RATED_BY, rubric_for
from reviews.rules import reviews_lacking
from reviews.services.parts import refuse_another_third, review_of
from reviews.services.rubrics import rubric_to_begin
from reviews.services.turns import MovedOn, ask_turn, submission_read

NEEDS_EVIDENCE = frozenset({Level.PARTIALLY, Level.DOES_NOT})


@transaction.atomic
def save_ratings(
    *, plan_id: int, read: int, rubric: int, typed: Mapping[UUID, Typed], by: User, at: datetime
) -> dict[UUID, Saved]:
    """Merge what was typed into one's own ratings, by the lineage of each criterion.

    `read` is the number of the plan's version that was on the page, `rubric` that of its rubric.
    Of a field that another page of the same reviewer changed too nothing is saved: its `Saved`
    names it.

    Raises:
        PermissionDenied: none of the plan's reviews is theirs to give.
        MovedOn, StepNotAllowed: the plan is not under review, or in another version, or their
            review of it is in.
    """
    plan = locked_plan(plan_id)
    if not may_rate(by, plan, at=at):
        raise PermissionDenied
    made_as = review_of(plan, by, at=at)
    packet = read_packet(Plan.objects.filter(pk=plan.pk)) if plan.status in IN_REVIEW else None
    _ask_turn(plan, packet, made_as, by=by, at=at)
    review = _own(plan, made_as, read=read, rubric=rubric, by=by, at=at)
    criteria = {
        one.lineage: one
        for one in review.rubric.criteria.filter(rated_by__in=sorted(RATED_BY[made_as]))
    }
    if typed.keys() - criteria.keys():
        raise MovedOn(
            "This page asks for what your review does not rate. Open the page again: nothing was"
            " saved."
        )
    stored = {one.criterion_id: one for one in review.ratings.select_related("saved_by")}
    return {
        about: _save(review, criteria[about], stored, each, by=by, at=at)
        for about, each in typed.items()
    }


def _ask_turn(
    plan: Plan, packet: Packet | None, made_as: Recommendation.As, *, by: User, at: datetime
) -> None:
    """A plan recommended by fewer reviews than it needs now is open to those it lacks."""
    if packet is not None:
        refuse_another_third(packet, made_as, by=by)
    is_recommended = packet is not None and plan.status == Status.RECOMMENDED
    if packet is None or not (is_recommended and made_as in reviews_lacking(packet)):
        ask_turn(plan, Step.RECOMMEND, by=by, at=at)


def _own(
    plan: Plan,
    made_as: Recommendation.As,
    *,
    read: int,
    rubric: int,
    by: User,
    at: datetime,
) -> Review:
    """The reviewer's own review of what was read, begun with the first thing they save.

    Raises:
        StepNotAllowed: it is in.
    """
    submission, judged = submission_read(plan, read)
    if plan.recommendations.filter(submission=submission, made_by=by, made_as=made_as).exists():
        raise StepNotAllowed(
            f"Your {made_as.label.lower()} of version {judged.number} is in, so its ratings stand."
        )
    begun = Review.objects.filter(submission=submission, begun_by=by, made_as=made_as)
    return begun.select_related("rubric").first() or Review.objects.create(
        plan=plan,
        version=judged,
        submission=submission,
        made_as=made_as,
        rubric=rubric_to_begin(plan.cycle_id, number=rubric, by=by, at=at),
        begun_at=at,
        begun_by=by,
    )


def _save(
    review: Review,
    criterion: Criterion,
    stored: dict[int, Rating],
    typed: Typed,
    *,
    by: User,
    at: datetime,
) -> Saved:
    row = stored.get(criterion.pk) or Rating(review=review, criterion=criterion)
    saved, written = merge_into(row, typed, by=by, at=at)
    if written:
        row.save()
    return saved


def review_to_finish(
    plan: Plan, submission: PlanEvent, made_as: Recommendation.As, *, by: User
) -> Review | None:
    """The ratings that a recommendation finishes; none where nothing was rated and nobody asks.

    Raises:
        Blocked: some criteria are rated, or all have to be, and others are not; or a rating below
            “meets” has no evidence.
    """
    begun = Review.objects.filter(submission=submission, begun_by=by, made_as=made_as)
    review = begun.select_related("rubric").first()
    if review is None:
        if rubric_for(plan.cycle_id).asks_for_all:
            raise Blocked(["No criterion is rated yet. Rate each one, then finish the review."])
        return None
    ratings = {one.criterion_id: one for one in review.ratings.all()}
    if not review.rubric.asks_for_all and not any(each.level for each in ratings.values()):
        return review
    asked = review.rubric.criteria.filter(rated_by__in=sorted(RATED_BY[made_as]))
    if reasons := _what_is_missing(list(asked.order_by("position")), ratings):
        raise Blocked(reasons)
    return review


def _what_is_missing(asked: list[Criterion], ratings: dict[int, Rating]) -> list[str]:
    reasons = []
    for one in asked:
        rating = ratings.get(one.pk)
        if rating is None or not rating.level:
            reasons.append(f"Criterion {one.position}, {one.title}: it is not rated.")
        elif rating.level in NEEDS_EVIDENCE and not rating.evidence.strip():
            level = Level(rating.level).label.lower()
            reasons.append(
                f"Criterion {one.position}, {one.title}: it is rated “{level}”. Say what in the"
                " plan shows it."
            )
    return reasons
