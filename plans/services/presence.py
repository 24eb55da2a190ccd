"""Who has a page of a plan open at this moment: a hint to who writes beside them, never a lock.

Kept in the cache for less than a minute. Of two pages noted at once one may be lost until it is
noted again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import PermissionDenied

from districts.models import User, standing_of
from districts.roles import Role
from plans.models import Plan
from plans.sections import SectionKey

ASKED_EACH = timedelta(seconds=20)  # by static/js/presence.js
LASTS = 2 * ASKED_EACH + timedelta(seconds=5)  # one question may be lost


@dataclass(frozen=True)
class Present:
    """A page that somebody has open: whose, in which of their roles, and the section."""

    user_id: int
    role: Role
    section: SectionKey
    seen_at: datetime


def note_presence(
    plan: Plan, section: SectionKey, *, tab: str, by: User, at: datetime
) -> list[Present]:
    """Note that `by` has this section open in a tab, which names itself; who else is there.

    Two tabs of one person are two. Those in the same place are told once.

    Raises:
        PermissionDenied: by now they hold no role in the plan's district.
    """
    held = standing_of(by, at=at).in_district(plan.district_id)
    role = next((role for role in Role if role in held), None)
    if role is None:
        raise PermissionDenied
    key = f"present/{plan.pk}"
    there: dict[tuple[int, str], Present] = {
        name: each
        for name, each in (cache.get(key) or {}).items()
        if at - each.seen_at < LASTS and name != (by.pk, tab)
    }
    cache.set(key, there | {(by.pk, tab): Present(by.pk, role, section, at)}, LASTS.seconds)
    told = {(each.user_id, each.role, each.section): each for each in there.values()}
    return sorted(told.values(), key=lambda each: (each.user_id, each.section))
