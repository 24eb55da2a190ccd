"""The first question of every view here: which plan, and may they see it? If not, 404."""

from django.http import Http404

from districts.models import standing_of
from districts.requests import SignedInRequest
from plans.documents.cache import document_of, get_or_make
from plans.models import Plan
from plans.reports.opened import opened_plan
from reviews.permissions import reads_as_department
from reviews.reports.decided import plan_with_decision
from reviews.reports.packet import NothingHandedIn, Packet, packet_of


def reviewed_plan_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Plan:
    """The plan's row alone, for those of the Department who may open its review: see
    `readable_plans`."""
    _of_the_department_or_404(request)
    plan = opened_plan(slug, fiscal_year)
    if plan is None or not reads_as_department(request.user, plan):
        raise Http404
    return plan


def packet_or_404(
    request: SignedInRequest, slug: str, fiscal_year: int, *, number: int | None = None
) -> Packet:
    """The plan as handed in. Of a draft nothing is shown, not even that it is one; nor a plan of a
    district they belong to: its reviewers' own remarks stand there (R37, R60)."""
    _of_the_department_or_404(request)
    plan = plan_with_decision(slug, fiscal_year)
    if plan is None or not reads_as_department(request.user, plan):
        raise Http404
    try:
        return packet_of(plan, number=number, document_of=document_of, keep=get_or_make)
    except NothingHandedIn:
        raise Http404 from None


def _of_the_department_or_404(request: SignedInRequest) -> None:
    """For anybody else there is no plan to read."""
    if not standing_of(request.user).is_department:
        raise Http404
