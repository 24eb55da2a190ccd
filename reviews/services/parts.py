"""Which of a plan's reviews somebody gives."""

from datetime import datetime

from districts.models import User
from plans.models import Assignment, Plan
from plans.permissions import parts_of
from plans.workflow import Part, StepNotAllowed
from reviews.models import Recommendation
from reviews.reports.packet import Packet


def review_of(plan: Plan, by: User, *, at: datetime) -> Recommendation.As:
    """Which review this person's is: as assigned, else the manager's."""
    if Part.ASSIGNED_REVIEWER not in parts_of(by, plan, at=at):
        return Recommendation.As.MANAGER
    parts = plan.assignments.current().reachable().filter(reviewer=by).order_by("-reviews_as")
    return Recommendation.As(Assignment.As(parts.values_list("reviews_as", flat=True)[0]).value)


def refuse_another_third(packet: Packet, made_as: Recommendation.As, *, by: User) -> None:
    """A review that is named to somebody is theirs alone (R36).

    Raises:
        StepNotAllowed.
    """
    if made_as != Recommendation.As.MANAGER or packet.is_third(made_as, by.pk):
        return
    name = packet.third.name if packet.third else "Somebody else"
    raise StepNotAllowed(f"{name} gives the third review of this plan. Nothing was recorded.")
