"""Why somebody may not do now what they could when they opened its page: the true reason, in words.

Of what is their own alone: a review given to another, a delegation or a role of theirs that ended.
"""

from datetime import datetime, timedelta

from districts.calendar import eastern_day
from districts.models import Delegation, Membership, User, standing_of
from districts.roles import Role
from districts.words import day, eastern
from plans.models import Assignment

LATELY = timedelta(days=7)  # a page may be open so long; what ended before is no reason


def what_ended(user: User, *, at: datetime, slug: str = "", fiscal_year: int = 0) -> str:
    """The last of it, in a sentence; empty where nothing did. The plan is the page's, if any."""
    return (
        _review(user, slug, fiscal_year, since=at - LATELY)
        or _delegation(user, at)
        or _role(user, slug, since=at - LATELY)
    )


def _review(user: User, slug: str, fiscal_year: int, *, since: datetime) -> str:
    mine = Assignment.objects.filter(plan__district__slug=slug, plan__cycle=fiscal_year)
    ended = mine.filter(reviewer=user, ended_at__gte=since).order_by("-ended_at").first()
    if ended is None or mine.current().filter(reviewer=user).exists():
        return ""
    now = mine.current().filter(reviews_as=ended.reviews_as).select_related("reviewer").first()
    to = f" {now.reviewer} reviews it now." if now else ""
    return f"The plan was yours to review until {eastern(ended.ended_at)}.{to}"


def _delegation(user: User, now: datetime) -> str:
    if standing_of(user, at=now).may_decide:
        return ""
    today = eastern_day(now)
    mine = Delegation.objects.filter(delegate=user, confirmed_at__isnull=False)
    if ended := mine.filter(ended_at__gte=now - LATELY).order_by("-ended_at").first():
        return f"The Commissioner’s delegation to you was ended {eastern(ended.ended_at)}."
    last = mine.filter(last_day__lt=today, last_day__gte=today - LATELY, ended_at=None)
    if over := last.order_by("-last_day").first():
        return f"The Commissioner’s delegation to you ended with {day(over.last_day)}."
    return ""


def _role(user: User, slug: str, *, since: datetime) -> str:
    ended = (
        Membership.objects.filter(user=user, ended_at__gte=since)
        .select_related("district")
        .order_by("-ended_at")
    )
    of_here = [one for one in ended if one.district is None or slug in {"", one.district.slug}]
    if not of_here:
        return ""
    (last, *_), where = of_here, of_here[0].district or "the Department"
    return (
        f"Your role as {Role(last.role).label.lower()} at {where} ended {eastern(last.ended_at)}."
    )
