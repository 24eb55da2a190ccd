"""What approvals asked for and the Department has not recorded as met, the oldest day first."""

from datetime import date

from django.db.models import QuerySet

from districts.models import User
from plans.models import ApprovalCondition
from plans.workflow import HELD_TO
from reviews.permissions import readable_plans

PAGE = 50


def open_conditions(reader: User) -> QuerySet[ApprovalCondition]:
    """Of every year, but for districts that the reader is kept from."""
    return (
        ApprovalCondition.objects.standing()
        .filter(met=None, plan__in=readable_plans(reader), plan__status__in=sorted(HELD_TO))
        .select_related("plan__district", "plan__cycle")
        .order_by("due_on", "plan__district__name", "number")
    )


def count_past(reader: User, *, on: date) -> int:
    """How many of these have a day that is over."""
    return open_conditions(reader).filter(due_on__lt=on).count()
