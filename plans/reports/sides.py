"""The texts of a plan that can be compared with one another, by one person."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from districts.models import User
from plans.models import Plan, PlanVersion, RequiredChange
from plans.permissions import may_read_draft
from plans.revision_workflow import TAKES_EFFECT
from plans.workflow import Step

DRAFT = "draft"  # its name in an address


@dataclass(frozen=True)
class Side:
    """One text: the draft, or a version without its text."""

    name: str  # in an address
    fiscal_year: int
    version: PlanVersion | None  # none of the draft
    is_of_last_year: bool = False
    was_handed_in: bool = False
    was_returned: bool = False  # and the return stands

    @property
    def closed_at(self) -> datetime | None:
        return self.version.closed_at if self.version else None


def name_of_version(fiscal_year: int, number: int) -> str:
    """In an address: 2027-1."""
    return f"{fiscal_year}-{number}"


def sides_of(user: User, plan: Plan) -> list[Side]:
    """Those this person may read, the oldest first: last year's plan as approved, each version,
    and the draft while it is written and no version has its text. One query.

    None where they may read nothing of this plan, whatever they may read of last year's.
    """
    versions = _versions(user, plan)
    last_year = [each for each in versions if each.fiscal_year != plan.cycle_id][-1:]
    found = [each for each in versions if each.fiscal_year == plan.cycle_id]
    is_closed = any(each.version and each.version.edition == plan.edition for each in found)
    is_written = plan.is_editable and not is_closed
    if may_read_draft(user, plan) and (is_written or not found):
        found.append(Side(DRAFT, plan.cycle_id, None))
    return [*last_year, *found] if found else []


def _versions(user: User, plan: Plan) -> list[Side]:
    """Of the year before those that were in force, the earlier first."""
    in_force = Q(events__step=Step.APPROVE) | Q(revision_events__step__in=sorted(TAKES_EFFECT))
    approved = PlanVersion.objects.filter(
        in_force, plan__district=plan.district_id, plan__cycle=plan.cycle_id - 1
    )
    asked = RequiredChange.objects.filter(version=OuterRef("pk"))
    versions = (
        PlanVersion.objects.visible_to(user)
        .filter(Q(plan=plan) | Q(pk__in=approved.values("pk")))
        .with_submission()
        .annotate(was_returned=Exists(asked))
        .select_related("plan")
        .defer("document")
        .order_by("plan__cycle", "number")
    )
    return [
        Side(
            name=name_of_version(each.plan.cycle_id, each.number),
            fiscal_year=each.plan.cycle_id,
            version=each,
            is_of_last_year=each.plan.cycle_id != plan.cycle_id,
            was_handed_in=each.was_handed_in,
            was_returned=each.was_returned,
        )
        for each in versions
    ]
