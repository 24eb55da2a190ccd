"""The letters that a plan's own steps post, and the way reviews posts its letters about a plan."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from districts.models import User
from districts.roles import Role
from notices.services import post
from plans.models import Assignment, Plan, PlanVersion

REMINDER = "reminder"
RECEIPT_GOES_TO = [Role.SUPERINTENDENT, Role.BOARD_CHAIR, Role.PLAN_COORDINATOR]
DISTRICT_LETTERS_GO_TO = [
    Role.SUPERINTENDENT,
    Role.BOARD_CHAIR,
    Role.PLAN_COORDINATOR,
    Role.FISCAL_OFFICER,
]


def people_of(plan: Plan, roles: Iterable[Role]) -> list[User]:
    """The people holding one of these roles in the plan's district now."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__district=plan.district_id,
            memberships__role__in=list(roles),
            memberships__ended_at=None,
        )
        .distinct()
        .order_by("pk")
    )


def managers() -> list[User]:
    return list(
        User.objects.filter(
            is_active=True, memberships__role=Role.PROGRAM_MANAGER, memberships__ended_at=None
        )
        .distinct()
        .order_by("pk")
    )


def link_to(name: str, *args: Any) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def post_letter(
    plan: Plan,
    *,
    kind: str,
    occasion: str,
    to: Iterable[User],
    why: str,
    at: datetime,
    **context: Any,
) -> None:
    """Post one letter to each person. `occasion` tells this letter from the next of its kind.

    The template's first line is the subject.
    """
    link = link_to("plans:overview", plan.district.slug, plan.cycle_id)
    text = render_to_string(
        f"emails/{kind}.txt", {"plan": plan, "district": plan.district, "link": link, **context}
    )
    subject, _, body = text.strip().partition("\n")
    for person in to:
        post(
            key=f"{kind}/{plan.about}/{occasion}/user-{person.pk}",
            kind=kind,
            to=person,
            subject=subject.strip(),
            body=body.strip() + "\n",
            about=plan.about,
            why=why,
            at=at,
        )


def post_signature_waiting(plan: Plan, *, version: PlanVersion, at: datetime) -> None:
    post_letter(
        plan,
        kind="signature_waiting",
        occasion=f"version-{version.number}",
        to=people_of(plan, [Role.SUPERINTENDENT, Role.BOARD_CHAIR]),
        why="The plan was closed for signature",
        at=at,
        version=version,
        link=link_to("plans:sign", plan.district.slug, plan.cycle_id),
    )


def post_receipt(plan: Plan, *, version: PlanVersion, by: User, at: datetime) -> None:
    post_letter(
        plan,
        kind="plan_receipt",
        occasion=f"version-{version.number}-{at:%Y%m%dT%H%M%S}",
        to=people_of(plan, RECEIPT_GOES_TO),
        why="The plan was submitted",
        at=at,
        version=version,
        by=by,
        submitted_at=at,
    )


def post_submitted(plan: Plan, *, version: PlanVersion, at: datetime, came_back: bool) -> None:
    """To the reviewers of a plan that came back; while one is missing, to those who assign too."""
    still_there = plan.assignments.current().reachable().select_related("reviewer").order_by("pk")
    reviewers = [each.reviewer for each in still_there] if came_back else []
    are_complete = len(reviewers) == len(Assignment.As)
    post_letter(
        plan,
        kind="plan_back" if came_back else "plan_submitted",
        occasion=f"version-{version.number}-{at:%Y%m%dT%H%M%S}",
        to=reviewers if are_complete else reviewers + managers(),
        why="The plan came back with answers" if came_back else "A plan was submitted",
        at=at,
        version=version,
        link=link_to("reviews:plan", plan.district.slug, plan.cycle_id),
    )


def post_withdrawn(plan: Plan, *, by: User, at: datetime, reason: str) -> None:
    """To those who assign reviewers; a plan is withdrawn once, so there is one such letter."""
    post_letter(
        plan,
        kind="plan_withdrawn",
        occasion="withdrawn",
        to=managers(),
        why="A plan was withdrawn",
        at=at,
        by=by,
        reason=reason,
    )
