"""A year of which nothing can be reported: no plan of it was approved, so all of it goes on.

What was set aside for the year is its balance (§ 10-262u(h)). Nobody can certify a report on a plan
that was not approved, or that there was not, so the Department closes the year, with its reason.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day, last_day
from districts.models import District, FundingAdjustment, User
from districts.services.adjusting import hold_money
from plans.models import Plan
from plans.workflow import StepNotAllowed
from progress.permissions import may_close_years
from progress.reports.approved import approved_version
from progress.services.carrying import UNREPORTED, carry_forward


@transaction.atomic
def carry_unreported(
    *, district_id: int, fiscal_year: int, reason: str, by: User, at: datetime
) -> FundingAdjustment:
    """Carry what was authorized for the year forward whole; closed twice is closed once.

    Raises:
        PermissionDenied: not a program manager.
        StepNotAllowed: the year is not over, a plan of it was approved, or no reason is given.
    """
    district = hold_money(district_id)
    if not may_close_years(by, district, at=at):
        raise PermissionDenied
    cause = f"{UNREPORTED}/{district.edsight_code}/{fiscal_year}"
    closed = FundingAdjustment.objects.standing().filter(district=district, cause=cause).first()
    if closed is not None:
        return closed
    if not reason.strip():
        raise StepNotAllowed("Write why nothing is reported for the year.")
    refuse_unless_over(district, fiscal_year, at=at)
    return carry_forward(
        district_id=district.pk,
        fiscal_year=fiscal_year,
        expended=0,
        because=reason.strip(),
        cause=cause,
        by=by,
        at=at,
    )


def refuse_unless_over(district: District, fiscal_year: int, *, at: datetime) -> None:
    """Whether the year is over, and nobody can report on it.

    Raises:
        StepNotAllowed: it is not, or a plan of it was approved.
    """
    if eastern_day(at) <= last_day(fiscal_year):
        raise StepNotAllowed(f"FY{fiscal_year} is not over.")
    plan = Plan.objects.filter(district=district, cycle=fiscal_year).first()
    if plan is not None and approved_version(plan) is not None:
        raise StepNotAllowed(
            f"The FY{fiscal_year} plan of {district.name} is approved, so its annual expenditure"
            " report says what was left."
        )
