"""The letters by which people get in: the one that sets a password, and the warning of guesses."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from districts.calendar import EASTERN, eastern_day
from districts.models import User
from districts.permissions import may_help
from districts.reports import SET_PASSWORD, password_letters
from districts.services.access_administrators import FOR_KEEPERS
from districts.services.locks import hold
from districts.services.refusals import PeopleRefusal
from districts.services.suspensions import may_come_back
from notices.models import Notice
from notices.services import post

BETWEEN_LETTERS = timedelta(minutes=10)


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
    if not user.is_active and not may_come_back(user):
        raise PeopleRefusal(whole=f"{user} is suspended. Reactivate them before you send a letter.")
    if last := _lately_posted(user, at=at):
        raise PeopleRefusal(
            whole=f"A letter was posted to {user} at {_clock(last.posted_at)}. Wait ten minutes"
            " before you send another."
        )
    why = f"{by} sent the letter that sets a password"
    return _post_password_letter(user, "set_password", link=link, why=why, at=at)


@transaction.atomic
def send_reset_letter(*, user_id: int, link: str, at: datetime) -> Notice | None:
    """Post the letter that somebody asked for at the sign-in page; None where one just left.

    It goes to the address on record, whatever was typed to ask for it.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    is_let_in = user.is_active or may_come_back(user)
    if not is_let_in or _lately_posted(user, at=at):
        return None
    why = "A new password was asked for at the sign-in page"
    return _post_password_letter(user, "new_password", link=link, why=why, at=at)


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
        about=user.about,
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
    user: User, letter: str, *, link: str, why: str, at: datetime
) -> Notice | None:
    subject, _, body = render_to_string(
        f"emails/{letter}.txt",
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
        about=user.about,
        why=why,
        at=at,
    )


def _clock(moment: datetime) -> str:
    local = moment.astimezone(EASTERN)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'} ET"
