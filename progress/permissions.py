"""Who may do what to a report. A service asks with its moment, once it holds the report."""

from datetime import datetime

from districts.models import District, User, standing_of
from districts.roles import Role
from plans.models import Plan
from plans.permissions import DRAFTERS, parts_of
from plans.workflow import Part

CERTIFIES = frozenset({Role.SUPERINTENDENT})
JUDGES = frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER})


def may_prepare(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Start a report on this plan, write it, close it, correct it."""
    return bool(standing_of(user, at=at).in_district(plan.district_id) & DRAFTERS)


def may_certify(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Whether certifying is theirs at all; not what they prepared, the service says (R51)."""
    return bool(standing_of(user, at=at).in_district(plan.district_id) & CERTIFIES)


def may_judge(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Accept a report or return it: the Department's, and nobody of the district (R37)."""
    return bool(parts_of(user, plan, at=at) & JUDGES)


def may_close_years(user: User, district: District, *, at: datetime | None = None) -> bool:
    """Say what becomes of a year that nobody can report on: a manager's, not of the district."""
    standing = standing_of(user, at=at)
    is_manager = Role.PROGRAM_MANAGER in standing.at_department
    return is_manager and standing.reads_as_department(district.pk)


def may_read_draft(user: User, plan: Plan) -> bool:
    """The district's own people; the Department reads what was certified (R59)."""
    return bool(standing_of(user).in_district(plan.district_id))
