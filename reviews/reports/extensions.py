"""Plans and reports for which more time is asked, and nobody has answered."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from districts.models import User, standing_of
from districts.roles import Role
from districts.statements import Among
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


def to_extend(user: int, roles: Collection[str], kept_from: list[int]) -> list[QuerySet[Any]]:
    """Those of plans, and those of reports, that somebody with these roles at the Department may
    answer, as `may_extend` says of one."""
    found = [
        waiting.filter(~Q(Among("plan__district", kept_from)))
        for waiting in (_waiting(), time_asked())
    ]
    if Role.PROGRAM_MANAGER in roles:
        return found
    assigned = _assigned(user, roles).values("plan")
    return [waiting.filter(plan__in=assigned) for waiting in found]


def extends(user: User, plans: list[int]) -> set[int]:
    """Which of these plans, of districts that they are not kept from, they may extend."""
    standing = standing_of(user)
    if Role.PROGRAM_MANAGER in standing.at_department:
        return set(plans)
    assigned = _assigned(user.pk, standing.at_department).filter(plan__in=plans)
    return set(assigned.values_list("plan", flat=True))


def _waiting() -> QuerySet[ExtensionEntry]:
    return ExtensionEntry.objects.waiting().filter(plan__status__in=sorted(MAY_BE_EXTENDED))


def _assigned(user: int, roles: Collection[str]) -> QuerySet[Assignment]:
    """A reviewer who lost that role reviews no longer."""
    held = sorted(roles) or [""]  # of nobody with none, who asks the same question
    return Assignment.objects.current().filter(reviewer=user, reviews_as__in=held)
