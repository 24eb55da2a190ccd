"""What an admin does for people: adds them, mends their names, keeps them out and lets them in."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.gaps import gaps_without
from districts.models import District, Membership, User, is_plain, standing_once_back
from districts.permissions import may_manage_people, may_manage_person
from districts.same_person import is_of_department, named, perhaps_the_same
from districts.services.access_administrators import FOR_OTHERS, begin_giving, refuse_oneself
from districts.services.giving import give, held_by, place_of
from districts.services.leaving import refuse_unread
from districts.services.locks import hold
from districts.services.refusals import PeopleRefusal
from districts.services.role_letters import GIVEN, tell
from districts.services.suspensions import let_in, suspend


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    role: str,
    district_id: int | None,
    by: User,
    at: datetime,
    is_another: bool = False,
) -> User:
    """Someone new, with a first role and no password yet. The same form sent twice adds one.

    Raises:
        PeopleRefusal: someone has the address, or the role does not go with the district; or an
            administrator has not said that it is another person than one who looks the same.
    """
    begin_giving(by, role, district_id, at=at)
    district = place_of(role, district_id)
    refuse_lookalike(email)
    if known := User.objects.with_address(email).first():
        if known.name == name and held_by(known, role, district):
            return known
        if not may_manage_people(by, at=at):
            return _invite(known, role, district, by=by, at=at)
        raise PeopleRefusal(
            email=f"{known.name} has this address already. Open their page to give a role."
        )
    if may_manage_people(by, at=at) and not is_another:
        _refuse_same_person(name, email, is_at_department=is_of_department(role))
    user = User(email=email, name=name, added_at=at)
    user.set_unusable_password()
    user.save()
    tell(give(user, role, district, by=by, at=at), GIVEN, by=by, at=at)
    return user


def _invite(known: User, role: str, district: District | None, *, by: User, at: datetime) -> User:
    """Somebody who has an account already: the access administrator knows their address alone."""
    if not known.gets_letters or standing_once_back(known, at=at).is_department:
        raise PeopleRefusal(
            email="An administrator at the Department has to give this person the role. Ask them."
        )
    refuse_oneself(known, by)
    if not held_by(known, role, district):
        tell(give(known, role, district, by=by, at=at), GIVEN, by=by, at=at)
    return known


@transaction.atomic
def edit_person(
    *, user_id: int, email: str, name: str, by: User, at: datetime, is_another: bool = False
) -> User:
    """Correct a name or an address. A password link sent to the former address no longer works.

    Raises:
        PeopleRefusal: someone else has the address, or one that looks the same.
    """
    _begin(by, at=at, of=user_id)
    refuse_lookalike(email)
    if known := User.objects.with_address(email).exclude(pk=user_id).first():
        raise PeopleRefusal(email=f"{known.name} has this address already.")
    user = User.objects.select_for_update().get(pk=user_id)
    is_at_department = standing_once_back(user, at=at).is_department
    if not is_another:
        _refuse_same_person(name, email, is_at_department=is_at_department, but_id=user_id)
    user.email, user.name = email, name
    user.save(update_fields=["email", "name"])
    return user


@transaction.atomic
def suspend_person(*, user_id: int, by: User, at: datetime, knows_what_stops: bool = False) -> User:
    """Keep someone out from now on. Their roles and all they did stay on record.

    Raises:
        PeopleRefusal: nobody suspends themselves, nor the last one in a role without having read
            what stops.
    """
    _begin(by, at=at, of=user_id)
    if user_id == by.pk:
        raise PeopleRefusal(whole="You cannot suspend yourself. Ask another administrator.")
    held = Membership.objects.current().filter(user=user_id).select_related("user", "district")
    refuse_unread(gaps_without(held.order_by("pk")), knows_what_stops=knows_what_stops)
    user = User.objects.select_for_update().get(pk=user_id)
    suspend(user, by=by, at=at)
    return user


@transaction.atomic
def reactivate_person(*, user_id: int, by: User, at: datetime) -> User:
    _begin(by, at=at, of=user_id)
    user = User.objects.select_for_update().get(pk=user_id)
    let_in(user, by=by, at=at)
    return user


def _refuse_same_person(
    name: str, email: str, *, is_at_department: bool, but_id: int | None = None
) -> None:
    found = perhaps_the_same(
        name=name, email=email, is_at_department=is_at_department, but_id=but_id
    )
    if found:
        raise PeopleRefusal(
            is_another=f"This may be {named(found)}. One person with two accounts could confirm"
            " their own act: if it is the same person, give the role on their page instead."
        )


def refuse_lookalike(email: str) -> None:
    if not is_plain(email):
        raise PeopleRefusal(
            email="This address has letters that only look like plain ones. Type it again, "
            "in the letters a to z."
        )


def _begin(by: User, *, at: datetime, of: int) -> None:
    hold("people")
    if not may_manage_people(by, at=at):
        raise PermissionDenied("Only an administrator changes who may do what.")
    if not may_manage_person(by, User.objects.get(pk=of), at=at):
        raise PermissionDenied(FOR_OTHERS)
