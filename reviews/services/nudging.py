"""A nudge: a letter to a district that owes its plan and was not seen for a while."""

from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string

from districts.calendar import eastern_day
from districts.models import District, User
from districts.words import day
from notices.pages import Page, link_to
from notices.services import post
from plans.models import Cycle, Plan, about_plan
from plans.reminders.owed import people_told
from plans.services import Blocked
from plans.workflow import EDITABLE, StepNotAllowed, said_to_district
from reviews.models import Nudge
from reviews.permissions import may_nudge

KIND = "quiet_nudge"
ONCE_IN = 7  # days; our default


@transaction.atomic
def nudge(*, district_id: int, fiscal_year: int, key: UUID, by: User, at: datetime) -> Nudge:
    """Write to its coordinator and superintendent, and put on record that this was done.

    The district is held: of two people at once one nudges, and the other reads that they did.

    Raises:
        PermissionDenied: not a reviewer or program manager, or kept from this district.
        Blocked: nothing is owed, or nobody is there to write to.
        StepNotAllowed: somebody nudged it in the last days.
    """
    district = District.objects.select_for_update().get(pk=district_id)
    if not may_nudge(by, district, at=at):
        raise PermissionDenied
    if (before := Nudge.objects.filter(key=key).first()) is not None:
        return before
    cycle = Cycle.objects.get(pk=fiscal_year)
    plan = Plan.objects.filter(district=district, cycle=cycle).first()
    _refuse_unless_owed(district, cycle, plan, at=at)
    _refuse_if_nudged(district, cycle, at=at)
    people = people_told([district.pk]).get(district.pk, [])
    if not people:
        raise Blocked(
            [
                f"Nobody in {district.name} is coordinator or superintendent here, so no letter"
                " can reach it. An administrator gives somebody the role."
            ]
        )
    done = Nudge.objects.create(district=district, cycle=cycle, key=key, sent_at=at, sent_by=by)
    for person in people:
        _tell(done, plan, person, at=at)
    return done


def _refuse_unless_owed(
    district: District, cycle: Cycle, plan: Plan | None, *, at: datetime
) -> None:
    if eastern_day(at) < cycle.opens_on:
        raise Blocked([f"{cycle} opens on {day(cycle.opens_on)}: nothing is owed before."])
    if plan is not None and plan.status not in EDITABLE:
        raise Blocked([f"The plan is {said_to_district(plan.status)} now: nothing is owed."])
    designated = District.objects.designated_for(cycle.pk)
    if plan is None and not designated.filter(pk=district.pk).exists():
        raise Blocked([f"{district.name} is not designated for {cycle}: it owes no plan."])


def _refuse_if_nudged(district: District, cycle: Cycle, *, at: datetime) -> None:
    last = district.nudges.filter(cycle=cycle).select_related("sent_by").order_by("-pk").first()
    if last is None or at - last.sent_at >= timedelta(days=ONCE_IN):
        return
    again = eastern_day(last.sent_at + timedelta(days=ONCE_IN))
    raise StepNotAllowed(
        f"{last.sent_by} nudged {district.name} on {day(last.sent_at)}. The next nudge can leave on"
        f" {day(again)}."
    )


def _tell(done: Nudge, plan: Plan | None, person: User, *, at: datetime) -> None:
    district, cycle = done.district, done.cycle
    page = Page("plan", (district.slug, cycle.pk)) if plan else Page("home")
    subject, _, body = (
        render_to_string(
            f"emails/{KIND}.txt",
            {
                "district": district,
                "cycle": cycle,
                "due_on": plan.due_on if plan else cycle.plan_due_on,
                "plan": plan,
                "by": done.sent_by,
                "person": person,
                "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
                "link": link_to(page),
            },
        )
        .strip()
        .partition("\n")
    )
    post(
        key=f"{KIND}/{done.pk}/user-{person.pk}",
        kind=KIND,
        to=person,
        subject=subject,
        body=body,
        about=about_plan(district, cycle.pk),
        page=page,
        why=f"{done.sent_by} nudged the district",
        at=at,
    )
