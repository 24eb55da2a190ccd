"""Posting what moves a district's money, and correcting it: nothing is overwritten.

Whoever calls has asked permission and holds what brought it about.
"""

from datetime import datetime

from districts.models import District, FundingAdjustment, User


def hold_money(district_id: int) -> District:
    """One act on a district's money after the other, held before any of its plans.

    A change of the roster holds a district and then its plans. An act that holds a plan and moves
    money then would wait for it, and it for that act: PostgreSQL ends one of the two.
    """
    return District.objects.select_for_update().get(pk=district_id)


class AlreadyCorrected(Exception):
    """Another correction took its place first."""


def post_adjustment(
    district: District,
    *,
    kind: FundingAdjustment.Kind,
    fiscal_year: int,
    origin_year: int,
    amount: int,
    reason: str,
    cause: str,
    by: User,
    at: datetime,
    supersedes: FundingAdjustment | None = None,
) -> FundingAdjustment:
    """Whole US dollars, from now on; `supersedes` counts no more.

    Raises:
        AlreadyCorrected: what it was to take the place of has been corrected meanwhile.
    """
    if supersedes is not None:
        standing = FundingAdjustment.objects.standing().filter(pk=supersedes.pk)
        if not standing.update(superseded_at=at):
            raise AlreadyCorrected
    return FundingAdjustment.objects.create(
        district=district,
        kind=kind,
        fiscal_year=fiscal_year,
        origin_year=origin_year,
        amount=amount,
        reason=reason,
        cause=cause,
        supersedes=supersedes,
        posted_at=at,
        posted_by=by,
    )


def corrected(
    standing: FundingAdjustment, *, amount: int, reason: str, cause: str, by: User, at: datetime
) -> FundingAdjustment:
    """The same with another amount, in its place; $0 takes it back.

    Raises:
        AlreadyCorrected.
    """
    return post_adjustment(
        standing.district,
        kind=FundingAdjustment.Kind(standing.kind),
        fiscal_year=standing.fiscal_year,
        origin_year=standing.origin_year,
        amount=amount,
        reason=reason,
        cause=cause,
        by=by,
        at=at,
        supersedes=standing,
    )
