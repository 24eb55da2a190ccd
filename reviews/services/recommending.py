"""Recommending a plan to the Commissioner. It never shows to a district."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from districts.models import User
from plans.models import Plan
from plans.services import Blocked, already_taken, locked_plan, take_step
from plans.services.letters import decisions_due, link_to, outside_district, post_letter
from plans.workflow import Step
from reviews.models import Recommendation
from reviews.reports.deciders import deciders
from reviews.services.news import post_news
from reviews.services.turns import ask_turn, version_read


@transaction.atomic
def recommend(*, plan_id: int, version: int, text: str, key: UUID, by: User, at: datetime) -> Plan:
    """Recommend that the version that was read be approved, and say why.

    Raises:
        PermissionDenied: neither an assigned reviewer nor the program manager.
        MovedOn, StepNotAllowed: the plan is not under review, or in another version.
        Blocked: no reason is given.
    """
    plan = locked_plan(plan_id)
    if (taken := already_taken(plan, key, Step.RECOMMEND)) and plan.recommendations.filter(
        made_at=taken.taken_at, text=text.strip()
    ).exists():
        return plan
    ask_turn(plan, Step.RECOMMEND, by=by, at=at)
    if not text.strip():
        raise Blocked(["Say why the plan should be approved."])
    judged = version_read(plan, version)
    advice = Recommendation.objects.create(
        plan=plan, version=judged, text=text.strip(), made_at=at, made_by=by
    )
    plan = take_step(plan_id=plan.pk, step=Step.RECOMMEND, by=by, at=at, key=key, version=judged)
    decide = outside_district(plan, deciders(at=at))
    post_letter(
        plan,
        kind="plan_recommended",
        occasion=f"recommendation-{advice.pk}",
        to=decide,
        why="A plan was recommended for approval",
        at=at,
        version=judged,
        advice=advice,
        deadline=decisions_due(plan, at=at),
        link=link_to("reviews:approve", plan.district.slug, plan.cycle_id),
    )
    post_news(plan, key=key, but=decide)
    return plan
