"""Tells the Department that a district owes a plan and has nobody left to remind."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max, Q
from django.template.loader import render_to_string

from districts.models import Membership, User
from districts.roles import Role
from notices.models import REMINDER
from notices.pages import Page, link_to
from notices.reminders import Reminder
from plans.models import Cycle
from plans.reminders.owed import GO_TO, Owed

PEOPLE = Page("people")


def tell_of(cycle: Cycle, unreached: list[Owed], *, leaves_at: datetime) -> Iterator[Reminder]:
    """One letter to each program manager names all such districts; no manager: administrators.

    Told once for each occasion: when somebody has left since, they are told again. So when an
    installation goes live they have one letter, and not one for each district.
    """
    left_at = _last_left(unreached)
    occasion = f"{left_at:%Y%m%dT%H%M%S}" if left_at else "from-the-start"
    text = render_to_string(
        "emails/nobody_to_remind.txt",
        {
            "cycle": cycle,
            "unreached": unreached,
            "link": link_to(PEOPLE),
        },
    )
    subject, _, body = text.strip().partition("\n")
    for person in _at_the_department():
        about = cycle.about
        yield Reminder(
            key=f"{REMINDER}/{about}/nobody/{occasion}/user-{person.pk}",
            series=f"{about}/nobody/user-{person.pk}",
            about=about,
            to_id=person.pk,
            address=person.email,
            rule="nobody-to-remind",
            why="Nobody who can sign in is plan coordinator or superintendent",
            concerns=f"{len(unreached)} district{'' if len(unreached) == 1 else 's'}",
            due_on=cycle.plan_due_on,
            page=PEOPLE,
            leaves_at=leaves_at,
            subject=subject.strip(),
            body=body.strip() + "\n",
        )


def _last_left(unreached: list[Owed]) -> datetime | None:
    """When somebody there who was told last left: the role ended, or they were suspended."""
    kept_out = Q(ended_at=None, user__suspensions__lifted_at=None)
    left = Membership.objects.filter(
        district__in=[owed.district.pk for owed in unreached], role__in=GO_TO
    ).aggregate(
        role_ended=Max("ended_at"),
        suspended=Max("user__suspensions__began_at", filter=kept_out),
    )
    return max(filter(None, left.values()), default=None)


def _at_the_department() -> list[User]:
    held = Membership.objects.current().reachable().select_related("user").order_by("user")
    for role in (Role.PROGRAM_MANAGER, Role.SYSADMIN):
        if people := [membership.user for membership in held.filter(role=role)]:
            return people
    return []
