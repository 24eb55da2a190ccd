"""Who puts plans before the public. Each question is one function."""

from datetime import datetime

from districts.models import User, standing_of
from districts.roles import Role
from plans.models import Plan

PUBLISHERS = frozenset({Role.PROGRAM_MANAGER, Role.SYSADMIN})


def publishes(user: User) -> bool:
    """Whether it is theirs at all: the list of what waits is for those who work it off."""
    return bool(PUBLISHERS & standing_of(user).at_department)


def may_publish(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Check what was submitted, publish it, and take it back from view (R43).

    The program manager, who runs the reviews, or an administrator, who keeps what the service
    shows: never a reviewer or a decider as such, whose word on the plan must not hang on it; and
    nobody for a district of their own, or with which they declared a conflict (R37).
    """
    standing = standing_of(user, at=at)
    return bool(PUBLISHERS & standing.at_department) and standing.reads_as_department(
        plan.district_id
    )
