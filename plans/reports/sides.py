"""The texts of a plan that can be compared with one another, by one person."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from districts.models import User
from districts.statements import Statement, instance_of
from plans.models import ChangeRound, Plan, PlanEvent, PlanVersion, RequiredChange
from plans.permissions import may_read_draft, may_read_version
from plans.revision_workflow import TAKES_EFFECT

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


def name_of_version(fiscal_year: int, number: int) -> str:
    """In an address: 2027-1."""
    return f"{fiscal_year}-{number}"


def sides_of(user: User, plan: Plan) -> list[Side]:
    """Those this person may read, the oldest first: last year's plan as approved, each version,
    and the draft while it is written and no version has its text. One query.

    None where they may read nothing of this plan, whatever they may read of last year's.
    """
    versions = [
        _side(row, plan)
        for row in VERSIONS.ask(plan.pk, plan.district_id, plan.cycle_id - 1)
        if may_read_version(user, plan, was_handed_in=row["was_handed_in"])
    ]
    last_year = [each for each in versions if each.is_of_last_year][-1:]
    found = [each for each in versions if not each.is_of_last_year]
    is_closed = any(each.version and each.version.edition == plan.edition for each in found)
    is_written = plan.is_editable and not is_closed
    if may_read_draft(user, plan) and (is_written or not found):
        found.append(Side(DRAFT, plan.cycle_id, None))
    return [*last_year, *found] if found else []


def _side(row: dict[str, Any], plan: Plan) -> Side:
    return Side(
        name=name_of_version(row["of_year"], row["number"]),
        fiscal_year=row["of_year"],
        version=instance_of(PlanVersion, row),
        is_of_last_year=row["of_year"] != plan.cycle_id,
        was_handed_in=row["was_handed_in"],
        was_returned=row["was_returned"],
    )


def _versions(plan_id: int, district_id: int, last_year: int) -> QuerySet:
    """Of the plan, and of that of the year before those that were ever in force."""
    in_force = Q(events__in=PlanEvent.objects.approvals()) | Q(
        revision_events__step__in=sorted(TAKES_EFFECT)
    )
    approved = PlanVersion.objects.filter(
        in_force, plan__district=district_id, plan__cycle=last_year
    )
    asked = RequiredChange.objects.filter(version=OuterRef("pk"))
    asked_before = ChangeRound.objects.standing().filter(version=OuterRef("pk"))
    return (
        PlanVersion.objects.filter(Q(plan=plan_id) | Q(pk__in=approved.values("pk")))
        .with_submission()
        .annotate(was_returned=Exists(asked) | Exists(asked_before), of_year=F("plan__cycle"))
        .order_by("of_year", "number")
        .values(
            *("id", "number", "edition", "schema", "sha256", "closed_at", "plan_id"),
            *("was_handed_in", "was_returned", "of_year"),
        )
    )


VERSIONS = Statement(_versions, -1, -2, -3)
