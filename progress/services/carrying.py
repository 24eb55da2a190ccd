"""What is left of a year opens the next one: all of it (§ 10-262u(h), R53).

The balance is what was authorized less what was expended. A corrected report states it again, and
the years after it follow, each with its reason; nothing stated is deleted.
"""

from datetime import datetime

from districts.models import District, FundingAdjustment, User
from districts.reports.money import money_of
from districts.services.adjusting import hold_money, post_adjustment
from districts.words import money
from plans.workflow import StepNotAllowed
from progress.reports.certified import annual_expended

CARRY_FORWARD = FundingAdjustment.Kind.CARRY_FORWARD
UNREPORTED = "unreported"  # begins the cause, where the Department closed a year without a report


def carry_forward(
    *,
    district_id: int,
    fiscal_year: int,
    expended: int,
    because: str = "",
    cause: str,
    by: User,
    at: datetime,
) -> FundingAdjustment:
    """State what the year leaves to the next, and what follows from it in the years after.

    Raises:
        StepNotAllowed: more was expended than is authorized, in this year or then in a later one.
    """
    hold_money(district_id)
    stated = _state(
        district_id,
        fiscal_year,
        expended,
        reason=because.removesuffix(".")
        or f"The balance of FY{fiscal_year} as its annual expenditure report says",
        cause=cause,
        by=by,
        at=at,
    )
    follow(district_id=district_id, fiscal_year=fiscal_year + 1, by=by, at=at)
    return stated


def follow(*, district_id: int, fiscal_year: int, by: User, at: datetime) -> None:
    """State again what each year from this one on leaves, where its authorized amount has moved.

    Whoever changes what is authorized in a year that is reported calls this in its transaction.

    Raises:
        StepNotAllowed: a year would have expended more than is authorized in it.
    """
    hold_money(district_id)
    for year in _stated_from(district_id, fiscal_year):
        stands = _standing(district_id, year)
        expended = annual_expended(district_id, year) or 0  # unreported: nothing could be spent
        if stands is None:
            continue
        if _balance(district_id, year, expended) == stands.amount:
            continue  # and yet a later one may have moved: what cannot land in a year goes on
        _state(
            district_id,
            year,
            expended,
            reason=f"What is authorized in FY{year} has moved, and its balance with it",
            cause=stands.cause,
            by=by,
            at=at,
        )


def _stated_from(district_id: int, fiscal_year: int) -> list[int]:
    """The years from this one on of which a balance is stated, in order."""
    stated = FundingAdjustment.objects.standing().filter(
        district=district_id, kind=CARRY_FORWARD, origin_year__gte=fiscal_year
    )
    return list(stated.order_by("origin_year").values_list("origin_year", flat=True))


def _balance(district_id: int, fiscal_year: int, expended: int) -> int:
    authorized = money_of(district_id, fiscal_year).authorized
    if expended > authorized:
        raise StepNotAllowed(
            f"FY{fiscal_year} would have a negative balance: {money(expended)} is expended by its"
            f" annual report and {money(authorized)} would be authorized. Nothing was recorded."
            f" Correct the report of FY{fiscal_year} first."
        )
    return authorized - expended


def _standing(district_id: int, origin_year: int) -> FundingAdjustment | None:
    return (
        FundingAdjustment.objects.standing()
        .filter(district=district_id, kind=CARRY_FORWARD, origin_year=origin_year)
        .first()
    )


def _state(
    district_id: int,
    fiscal_year: int,
    expended: int,
    *,
    reason: str,
    cause: str,
    by: User,
    at: datetime,
) -> FundingAdjustment:
    amount = _balance(district_id, fiscal_year, expended)
    before = _standing(district_id, fiscal_year)
    if before is not None:
        reason += f"; {money(before.amount)} was stated before"
    return post_adjustment(
        District.objects.get(pk=district_id),
        kind=CARRY_FORWARD,
        fiscal_year=fiscal_year + 1,
        origin_year=fiscal_year,
        amount=amount,
        reason=f"{reason}.",
        cause=cause,
        by=by,
        at=at,
        supersedes=before,
    )
