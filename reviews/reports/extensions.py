"""Plans and reports for which more time is asked, and nobody has answered."""

from typing import Any

from django.db.models import Q, QuerySet

from districts.models import Standing, User, standing_of
from districts.roles import Role
from plans.models import Assignment, ExtensionEntry
from plans.workflow import MAY_BE_EXTENDED
from progress.reports.extensions import time_asked
from reviews.permissions import readable_plans

PAGE = 50


def asked_for_time(reader: User) -> list[Any]:
    """Of every year, what was asked first first, but for districts the reader is kept from.

    Two queries. Of a plan, and of a report, there is one asking at most.
    """
    found: list[Any] = []
    for waiting in (_waiting(), time_asked()):
        readable = waiting.filter(plan__in=readable_plans(reader))
        found += readable.select_related("plan__district", "plan__cycle", "written_by")
    return sorted(found, key=lambda one: one.written_at)


def theirs_to_extend(user: User, standing: Standing) -> list[QuerySet[Any]]:
    """Those of plans, and those of reports, that they may answer, as `may_extend` says of one."""
    return [_theirs(found, user, standing) for found in (_waiting(), time_asked())]


def _theirs(waiting: QuerySet[Any], user: User, standing: Standing) -> QuerySet[Any]:
    found = waiting.exclude(plan__district__in=list(standing.kept_from))
    if Role.PROGRAM_MANAGER in standing.at_department:
        return found
    if not standing.is_department:
        return found.none()
    return found.filter(plan__in=_assigned(user, standing).values("plan"))


def extends(user: User, plans: list[int]) -> set[int]:
    """Which of these plans, of districts that they are not kept from, they may extend."""
    standing = standing_of(user)
    if Role.PROGRAM_MANAGER in standing.at_department:
        return set(plans)
    assigned = _assigned(user, standing).filter(plan__in=plans)
    return set(assigned.values_list("plan", flat=True))


def _waiting() -> QuerySet[ExtensionEntry]:
    return ExtensionEntry.objects.waiting().filter(plan__status__in=sorted(MAY_BE_EXTENDED))


def _assigned(user: User, standing: Standing) -> QuerySet[Assignment]:
    """A reviewer who lost that role reviews no longer."""
    roles = sorted(standing.at_department)
    return Assignment.objects.current().filter(Q(reviewer=user), reviews_as__in=roles)
