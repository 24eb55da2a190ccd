"""Why somebody may not do now what they could when they opened its page: the true reason, in words.

Of what is their own alone: a conflict of interest, a review given to another, a delegation or a
role of theirs that ended.
"""

from datetime import datetime, timedelta

from districts.calendar import eastern_day
from districts.models import User, standing_of
from districts.words import day, eastern
from plans.reports.ended import conflict_with, delegations_to, ended_review, ended_roles

LATELY = timedelta(days=7)  # a page may be open so long; what ended before is no reason


def what_ended(user: User, *, at: datetime, slug: str = "", fiscal_year: int = 0) -> str:
    """The last of it, in a sentence; empty where nothing did. The plan is the page's, if any."""
    return (
        _conflict(user, slug, at)
        or _review(user, slug, fiscal_year, since=at - LATELY)
        or _delegation(user, at)
        or _role(user, slug, since=at - LATELY)
    )


def _conflict(user: User, slug: str, now: datetime) -> str:
    if not slug or not standing_of(user, at=now).conflicts:
        return ""
    declared = conflict_with(user, slug)
    if declared is None:
        return ""
    return (
        f"Your conflict of interest with {declared.district} is on record since "
        f"{eastern(declared.at)}, so its review is with others."
    )


def _review(user: User, slug: str, fiscal_year: int, *, since: datetime) -> str:
    ended = ended_review(user, slug, fiscal_year, since=since)
    if ended is None:
        return ""
    to = f" {ended.by} reviews it now." if ended.by else ""
    return f"The plan was yours to review until {eastern(ended.at)}.{to}"


def _delegation(user: User, now: datetime) -> str:
    if standing_of(user, at=now).may_decide:
        return ""
    today, mine = eastern_day(now), delegations_to(user)
    ends = [each.ended_at for each in mine if each.ended_at and each.ended_at >= now - LATELY]
    if ends:
        return f"The Commissioner’s delegation to you was ended {eastern(max(ends))}."
    over = [each.last_day for each in mine if each.ended_at is None and each.last_day < today]
    if over and max(over) >= today - LATELY:
        return f"The Commissioner’s delegation to you ended with {day(max(over))}."
    return ""


def _role(user: User, slug: str, *, since: datetime) -> str:
    ended = ended_roles(user, since=since)
    of_here = [one for one in ended if not one.slug or slug in {"", one.slug}]
    if not of_here:
        return ""
    last, where = of_here[0], of_here[0].district or "the Department"
    return f"Your role as {last.role.label.lower()} at {where} ended {eastern(last.at)}."
