"""What was done with a role that others must hear of, in letters to those concerned."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from districts.models import Membership, User, gets_letters
from districts.permissions import CONFIRMERS, may_manage_people
from districts.roles import Role
from districts.same_person import is_of_department, named, perhaps_the_same
from notices.pages import Page, link_to
from notices.services import post

ROLE_CHANGED = "role_changed"
HOME = Page("home")
GIVEN, ENDED = "given", "ended"
WEIGHTY = frozenset({Role.SUPERINTENDENT, Role.BOARD_CHAIR, Role.DISTRICT_ADMIN})
POWERS = CONFIRMERS | {Role.COMMISSIONER}  # who decides, or is the second person to a change


def tell(membership: Membership, what: str, *, by: User, at: datetime) -> Membership:
    """Of what a district does with its people, and of a new decider or confirmer, others hear."""
    is_given_power = what == GIVEN and membership.role in POWERS
    if is_given_power or not may_manage_people(by, at=at):
        _tell_of_role(membership, what, by=by, at=at)
    return membership


def _tell_of_role(membership: Membership, what: str, *, by: User, at: datetime) -> None:
    """The person, the Department's administrators and, of a weighty role, those who hold one.

    Whoever may sign, or say who signs, is not made or unmade behind the others' backs.
    """
    alike = _alike(membership) if what == GIVEN else ""
    for person in _concerned(membership).exclude(pk=by.pk):
        is_administrator = person.memberships.current().filter(role=Role.SYSADMIN).exists()
        subject, _, body = render_to_string(
            "emails/role_changed.txt",
            {
                "person": person,
                "held": membership,
                "is_given": what == GIVEN,
                "alike": alike if is_administrator else "",
                "by": by,
                "at": at,
                "link": link_to(HOME),
            },
        ).partition("\n")
        post(
            key=f"{ROLE_CHANGED}/{membership.pk}/{what}/user-{person.pk}",
            kind=ROLE_CHANGED,
            to=person,
            subject=subject,
            body=body,
            about=membership.user.about,
            page=HOME,
            why=f"{by} changed who has which role in {membership.district or 'the Department'}",
            at=at,
        )


def _alike(membership: Membership) -> str:
    user = membership.user
    found = perhaps_the_same(
        name=user.name,
        email=user.email,
        is_at_department=is_of_department(membership.role),
        but_id=user.pk,
    )
    return named(found)


def _concerned(membership: Membership) -> QuerySet[User]:
    current = Membership.objects.current()
    held = Q(role=Role.SYSADMIN)
    if membership.role in POWERS:
        held |= Q(role=Role.COMMISSIONER)
    if membership.role in WEIGHTY:
        held |= Q(role__in=sorted(WEIGHTY), district=membership.district)
    hears = Q(pk=membership.user_id) | Q(pk__in=current.filter(held).values("user"))
    return User.objects.filter(hears, gets_letters()).order_by("pk")
