"""Suspends accounts that nobody uses, having told their people in time (R61, ADR 34)."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from districts.calendar import eastern_day
from districts.gaps import gaps_without
from districts.models import (
    User,
    last_use_of,
    with_last_use,
)
from districts.roles import Role
from districts.services.locks import hold
from districts.services.suspensions import let_in, may_come_back, suspend
from districts.words import day
from notices.models import Notice
from notices.services import post

IDLE, SUSPENDED = "idle_account", "idle_suspended"
LAST_OF = frozenset({Role.SYSADMIN, Role.COMMISSIONER, Role.DISTRICT_ADMIN})


def look_after_idle_accounts(*, at: datetime) -> None:
    """Write to those whose account is idle, and suspend those who were written to in time.

    Once a day, and run twice it does nothing more. A demonstration's people are nobody.
    """
    if settings.DEMO:
        return
    told_from = at - timedelta(days=settings.IDLE_DAYS - settings.IDLE_LETTER_DAYS)
    idle = with_last_use(User.objects.filter(is_active=True)).filter(used_at__lte=told_from)
    for user_id in idle.order_by("used_at", "pk").values_list("pk", flat=True):
        _look_after(user_id, at=at)


@transaction.atomic
def _look_after(user_id: int, *, at: datetime) -> None:
    """Asked again under the lock: whoever signed in meanwhile is idle no more."""
    hold("people")
    user = User.objects.select_for_update().get(pk=user_id)
    used_at = last_use_of(user)
    if not user.is_active or _ends_on(used_at) - _letter_days() > eastern_day(at):
        return
    if _is_last_of_their_kind(user):
        return
    letter = Notice.objects.filter(key=_key(user, used_at)).first()
    if letter is None:
        _tell_in_time(user, used_at, at=at)
    elif _is_time(letter, at=at):
        suspend(user, by=None, at=at)
        _tell_of_suspension(user, used_at, at=at)


@transaction.atomic
def come_back(*, user_id: int, at: datetime) -> bool:
    """Let in who was suspended for being idle, and sets a new password by a letter of ours."""
    hold("people")
    user = User.objects.select_for_update().get(pk=user_id)
    if not may_come_back(user):
        return False
    let_in(user, by=user, at=at)
    return True


def why_not_idle(notice: Notice) -> str:
    """Why one of the letters of this module is to stay here after all; empty if it may leave."""
    if notice.kind == SUSPENDED:
        return "" if notice.to.is_idle else "The person is back."
    if notice.to.is_idle or notice.key != _key(notice.to, last_use_of(notice.to)):
        return "The account was used, or suspended, since the letter was written."
    return ""


def _is_time(letter: Notice, *, at: datetime) -> bool:
    """The day it told has come, and its reader has had it for as long as it said.

    One that no mail server took is as if read: nobody is at that address.
    """
    if letter.status == Notice.Status.WAITING or letter.names_due_on is None:
        return False
    had_since = letter.sent_at or letter.posted_at
    return eastern_day(at) >= max(letter.names_due_on, eastern_day(had_since) + _letter_days())


def _is_last_of_their_kind(user: User) -> bool:
    """Whether nobody else could do what they alone may: such an account is left as it is.

    Nobody but an administrator lets others in, nobody but the Commissioner decides or delegates,
    and an access administrator keeps the people of their district.
    """
    held = user.memberships.current().filter(role__in=LAST_OF)
    return bool(gaps_without(held.select_related("user", "district")))


def _ends_on(used_at: datetime) -> date:
    return eastern_day(used_at) + timedelta(days=settings.IDLE_DAYS)


def _letter_days() -> timedelta:
    return timedelta(days=settings.IDLE_LETTER_DAYS)


def _key(user: User, used_at: datetime) -> str:
    """One letter for each time in which an account is idle: it began when it was last used."""
    return f"{IDLE}/user-{user.pk}/{used_at:%Y%m%dT%H%M%S}"


def _tell_in_time(user: User, used_at: datetime, *, at: datetime) -> None:
    ends_on = max(_ends_on(used_at), eastern_day(at) + _letter_days())
    _post(user, IDLE, _key(user, used_at), used_at=used_at, ends_on=ends_on, at=at)


def _tell_of_suspension(user: User, used_at: datetime, *, at: datetime) -> None:
    _post(user, SUSPENDED, f"{SUSPENDED}/user-{user.pk}/{at.isoformat()}", used_at=used_at, at=at)


def _post(
    user: User,
    kind: str,
    key: str,
    *,
    used_at: datetime,
    at: datetime,
    ends_on: date | None = None,
) -> None:
    subject, _, body = render_to_string(
        f"emails/{kind}.txt",
        {
            "person": user,
            "used_at": used_at,
            "has_password": user.has_usable_password(),
            "has_role": user.memberships.in_force().exists(),
            "ends_on": ends_on,
            "days": settings.IDLE_DAYS,
            "site": settings.SITE_URL,
        },
    ).partition("\n")
    post(
        key=key,
        kind=kind,
        to=user,
        subject=subject,
        body=body.strip() + "\n",
        about=user.about,
        why=f"Nobody has used this account since {day(used_at)}",
        names_due_on=ends_on,
        at=at,
    )
