"""What an admin does for people: adds them, gives and ends roles, lets in and keeps out."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from districts.calendar import EASTERN, eastern_day
from districts.duties import what_speaks_against
from districts.models import District, Membership, User, is_plain, standing_of
from districts.permissions import may_help, may_manage_people
from districts.reports import SET_PASSWORD, password_letters
from districts.roles import DISTRICT_ROLES, Role
from districts.services.access_administrators import (
    FOR_KEEPERS,
    begin_giving,
    held_to_end,
    refuse_oneself,
    refuse_receiver,
    what_stops_without,
)
from districts.services.delegations import end_delegations_without_role
from districts.services.locks import hold
from districts.services.refusals import PeopleRefusal
from districts.services.role_letters import ENDED, GIVEN, POWERS, tell_of_role
from districts.services.sessions import end_sessions
from notices.models import Notice
from notices.services import post

BETWEEN_LETTERS = timedelta(minutes=10)


class PasswordNotGiven(Exception):
    """Passwords are for people to choose; only a demonstration is given one."""


# People -----------------------------------------------------------------------------------------


@transaction.atomic
def add_person(
    *, email: str, name: str, role: str, district_id: int | None, by: User, at: datetime
) -> User:
    """Someone new, with a first role and no password yet. The same form sent twice adds one.

    Raises:
        PeopleRefusal: someone has the address, or the role does not go with the district.
    """
    begin_giving(by, role, district_id, at=at)
    district = _place(role, district_id)
    _refuse_lookalike(email)
    if known := User.objects.with_address(email).first():
        if known.name == name and _holds(known, role, district):
            return known
        if not may_manage_people(by, at=at):
            return _invite(known, role, district, by=by, at=at)
        raise PeopleRefusal(
            email=f"{known.name} has this address already. Open their page to give a role."
        )
    user = User(email=email, name=name, added_at=at)
    user.set_unusable_password()
    user.save()
    _tell(_give(user, role, district, by=by, at=at), GIVEN, by=by, at=at)
    return user


def _invite(known: User, role: str, district: District | None, *, by: User, at: datetime) -> User:
    """Somebody who has an account already: the access administrator knows their address alone."""
    if not known.is_active or standing_of(known, at=at).is_department:
        raise PeopleRefusal(
            email="An administrator at the Department has to give this person the role. Ask them."
        )
    refuse_oneself(known, by)
    if not _holds(known, role, district):
        _tell(_give(known, role, district, by=by, at=at), GIVEN, by=by, at=at)
    return known


@transaction.atomic
def edit_person(*, user_id: int, email: str, name: str, by: User, at: datetime) -> User:
    """Correct a name or an address. A password link sent to the former address no longer works.

    Raises:
        PeopleRefusal: someone else has the address.
    """
    _begin(by, at=at)
    _refuse_lookalike(email)
    if known := User.objects.with_address(email).exclude(pk=user_id).first():
        raise PeopleRefusal(email=f"{known.name} has this address already.")
    user = User.objects.select_for_update().get(pk=user_id)
    user.email, user.name = email, name
    user.save(update_fields=["email", "name"])
    return user


@transaction.atomic
def suspend_person(*, user_id: int, by: User, at: datetime) -> User:
    """Keep someone out from now on. Their roles and all they did stay on record.

    Raises:
        PeopleRefusal: nobody suspends themselves.
    """
    _begin(by, at=at)
    if user_id == by.pk:
        raise PeopleRefusal(whole="You cannot suspend yourself. Ask another administrator.")
    return _set_active(user_id, is_active=False)


@transaction.atomic
def reactivate_person(*, user_id: int, by: User, at: datetime) -> User:
    _begin(by, at=at)
    return _set_active(user_id, is_active=True)


def _refuse_lookalike(email: str) -> None:
    if not is_plain(email):
        raise PeopleRefusal(
            email="This address has letters that only look like plain ones. Type it again, "
            "in the letters a to z."
        )


def _set_active(user_id: int, *, is_active: bool) -> User:
    user = User.objects.select_for_update().get(pk=user_id)
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    if not is_active:
        end_sessions(user, by=None)
    return user


@transaction.atomic
def send_password_letter(*, user_id: int, link: str, by: User, at: datetime) -> Notice | None:
    """Post the letter with which someone sets a password; `link` is theirs alone.

    Raises:
        PeopleRefusal: the person is suspended, or the last such letter is minutes old.
    """
    hold("people")
    user = User.objects.select_for_update().get(pk=user_id)
    if not may_help(by, user, at=at):
        raise PermissionDenied(FOR_KEEPERS)
    if not user.is_active:
        raise PeopleRefusal(whole=f"{user} is suspended. Reactivate them before you send a letter.")
    if last := _lately_posted(user, at=at):
        raise PeopleRefusal(
            whole=f"A letter was posted to {user} at {_clock(last.posted_at)}. Wait ten minutes"
            " before you send another."
        )
    why = f"{by} sent the letter that sets a password"
    return _post_password_letter(user, "emails/set_password.txt", link=link, why=why, at=at)


@transaction.atomic
def send_reset_letter(*, user_id: int, link: str, at: datetime) -> Notice | None:
    """Post the letter that somebody asked for at the sign-in page; None where one just left.

    It goes to the address on record, whatever was typed to ask for it.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    if not user.is_active or _lately_posted(user, at=at):
        return None
    why = "A new password was asked for at the sign-in page"
    return _post_password_letter(user, "emails/new_password.txt", link=link, why=why, at=at)


@transaction.atomic
def warn_of_guesses(*, user_id: int, tries: int, at: datetime) -> Notice | None:
    """Tell a person, once a day, that wrong passwords are being tried for their account."""
    user = User.objects.get(pk=user_id)
    subject, _, body = render_to_string(
        "emails/wrong_passwords.txt",
        {"person": user, "tries": tries, "at": at, "site": settings.SITE_URL},
    ).partition("\n")
    return post(
        key=f"wrong_passwords/user-{user.pk}/{eastern_day(at).isoformat()}",
        kind="wrong_passwords",
        to=user,
        subject=subject,
        body=body,
        about=f"user/{user.pk}",
        why=f"{tries} wrong passwords were tried for this account within a day",
        at=at,
    )


def _lately_posted(user: User, *, at: datetime) -> Notice | None:
    """A letter with a link that is minutes old and works: to the address the person has now.

    One that failed can be sent again at once.
    """
    letters = password_letters(user).filter(
        posted_at__gt=at - BETWEEN_LETTERS,
        address=user.email,
        key__startswith=_key_of_letters(user),
    )
    return letters.exclude(status__in=[Notice.Status.FAILED, Notice.Status.WITHDRAWN]).first()


def _key_of_letters(user: User) -> str:
    """Another one once a password was set or somebody signed in: no link from before works then."""
    state = salted_hmac(SET_PASSWORD, f"{user.password}{user.last_login}").hexdigest()[:16]
    return f"{SET_PASSWORD}/user-{user.pk}/{state}/"


def _post_password_letter(
    user: User, template: str, *, link: str, why: str, at: datetime
) -> Notice | None:
    subject, _, body = render_to_string(
        template,
        {
            "person": user,
            "roles": user.memberships.current().select_related("district").order_by("pk"),
            "link": link,
            "until": at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
            "site": settings.SITE_URL,
        },
    ).partition("\n")
    return post(
        key=f"{_key_of_letters(user)}{at.isoformat()}",
        kind=SET_PASSWORD,
        to=user,
        subject=subject,
        body=body,
        about=f"user/{user.pk}",
        why=why,
        at=at,
    )


def _clock(moment: datetime) -> str:
    local = moment.astimezone(EASTERN)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'} ET"


# Roles ------------------------------------------------------------------------------------------


@transaction.atomic
def give_membership(
    *, user_id: int, role: str, district_id: int | None, by: User, at: datetime
) -> Membership:
    """Give someone a role. Giving one they hold already changes nothing.

    Raises:
        PeopleRefusal: the role does not go with the district, the district is retired, or
            somebody gives it to themselves.
    """
    begin_giving(by, role, district_id, at=at)
    user = User.objects.select_for_update().get(pk=user_id)
    district = _place(role, district_id)
    if held := _holds(user, role, district):
        return held
    refuse_receiver(user, by, at=at)
    return _tell(_give(user, role, district, by=by, at=at), GIVEN, by=by, at=at)


@transaction.atomic
def end_membership(
    *, membership_id: int, by: User, at: datetime, knows_what_stops: bool = False
) -> Membership:
    """End a role now; a delegation that rested on it ends too. Ending it again changes nothing.

    Raises:
        PeopleRefusal: an administrator ends their own administrator's role, or an access
            administrator the last one of the district without having read what stops.
    """
    membership = held_to_end(membership_id, by=by, at=at)
    if membership.ended_at is not None:
        return membership
    if membership.user_id == by.pk and membership.role == Role.SYSADMIN:
        raise PeopleRefusal(
            whole="You cannot end your own administrator’s role. Ask another administrator, so"
            " that one always remains."
        )
    sentence = what_stops_without(membership)
    if sentence and not knows_what_stops and not may_manage_people(by, at=at):
        raise PeopleRefusal(whole=sentence)
    return _tell(_end(membership, by=by, at=at), ENDED, by=by, at=at)


@transaction.atomic
def hand_over_membership(*, membership_id: int, to_id: int, by: User, at: datetime) -> Membership:
    """End a role and give it to somebody else, at one moment: nobody is without it meanwhile.

    Raises:
        PeopleRefusal: the role has ended, or goes to who holds it or to oneself.
    """
    membership = held_to_end(membership_id, by=by, at=at)
    if membership.ended_at is not None:
        raise PeopleRefusal(whole="This role has ended already. Give it to the person instead.")
    if membership.user_id == by.pk and membership.role == Role.SYSADMIN:
        raise PeopleRefusal(whole="Ask another administrator to hand over your own role.")
    role, district = membership.role, _place(membership.role, membership.district_id)
    successor = User.objects.select_for_update().get(pk=to_id)
    if _holds(successor, role, district):
        raise PeopleRefusal(to=f"{successor} holds this role already. End it for the other.")
    refuse_receiver(successor, by, at=at)
    given = _give(successor, role, district, by=by, at=at)
    _tell(_end(membership, by=by, at=at), ENDED, by=by, at=at)
    return _tell(given, GIVEN, by=by, at=at)


def _tell(membership: Membership, what: str, *, by: User, at: datetime) -> Membership:
    """Of what a district does with its people, and of a new decider or confirmer, others hear."""
    is_given_power = what == GIVEN and membership.role in POWERS
    if is_given_power or not may_manage_people(by, at=at):
        tell_of_role(membership, what, by=by, at=at)
    return membership


def _end(membership: Membership, *, by: User, at: datetime) -> Membership:
    membership.ended_at, membership.ended_by = at, by
    membership.save(update_fields=["ended_at", "ended_by"])
    end_delegations_without_role(membership.user, by=by, at=at)
    end_sessions(membership.user, by=by)
    return membership


def _place(role: str, district_id: int | None) -> District | None:
    """The district the role is held in; None for a role of the Department."""
    if role not in DISTRICT_ROLES:
        if district_id is not None:
            raise PeopleRefusal(
                district=f"{Role(role).label} is a role at the Department. Choose no district."
            )
        return None
    if district_id is None:
        raise PeopleRefusal(
            district=f"{Role(role).label} is a district’s role. Choose the district."
        )
    district = District.objects.get(pk=district_id)
    if district.retired_at:
        raise PeopleRefusal(district=f"{district} is retired. Restore it before you give a role.")
    return district


def _holds(user: User, role: str, district: District | None) -> Membership | None:
    return user.memberships.current().filter(role=role, district=district).first()


def _give(
    user: User, role: str, district: District | None, *, by: User | None, at: datetime
) -> Membership:
    if held := _holds(user, role, district):
        return held
    if reason := what_speaks_against(user, Role(role), district):
        raise PeopleRefusal(whole=reason)
    if by is None or may_manage_people(by, at=at):  # nobody signs out another district's people
        end_sessions(user, by=by)
    return user.memberships.create(role=role, district=district, given_by=by, given_at=at)


# People without an admin ------------------------------------------------------------------------


@transaction.atomic
def create_admin(*, email: str, name: str, at: datetime) -> tuple[User, bool]:
    """The first administrator of an installation, and whether they are new to the role.

    Asked for on the server by whoever runs it, so it also lets a suspended one in again.

    Raises:
        PeopleRefusal: the address is not in plain letters.
    """
    hold("people")
    _refuse_lookalike(email)
    user = User.objects.with_address(email).first() or User(email=email, name=name)
    if user.pk is None:
        user.added_at = at
        user.set_unusable_password()
    user.is_active = True
    user.save()
    is_new = _holds(user, Role.SYSADMIN, None) is None
    _give(user, Role.SYSADMIN, None, by=None, at=at)
    return user, is_new


@transaction.atomic
def ensure_person(
    *,
    email: str,
    name: str,
    role: Role,
    district: District | None,
    at: datetime,
    password: str | None = None,
) -> User:
    """Someone with this role: made if they are not there, left as they are if they are.

    Raises:
        PasswordNotGiven: a password is given outside a demonstration.
    """
    if password is not None and not settings.DEMO:
        raise PasswordNotGiven("A password is given to people only where DEMO is true.")
    hold("people")
    user = User.objects.with_address(email).first()
    if user is None:
        user = User(email=email, name=name, added_at=at)
        user.set_unusable_password()
        user.save()
    if password is not None and not user.has_usable_password():
        user.password = _hash_once(password)
        user.save(update_fields=["password"])
    _give(user, role, district, by=None, at=at)
    return user


@lru_cache(maxsize=1)
def _hash_once(password: str) -> str:
    """A hash is slow on purpose; the demo's two hundred people share one published password."""
    return make_password(password)


def _begin(by: User, *, at: datetime) -> None:
    hold("people")
    if not may_manage_people(by, at=at):
        raise PermissionDenied("Only an administrator changes who may do what.")
