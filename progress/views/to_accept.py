"""The certified reports of all districts that the Department has not accepted or returned yet."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.models import Standing, standing_of
from districts.requests import SignedInRequest
from districts.roles import Role
from notices.pages import path_of
from progress.reports.to_accept import certified_and_waiting
from progress.services.all_kinds import KINDS
from progress.services.kinds import Kind
from progress.services.letters import page_of

ON_A_PAGE = 50


@dataclass(frozen=True)
class ToAccept:
    """A certified report; `is_theirs`: this reader accepts it or returns it."""

    district: str
    fiscal_year: int
    name: str
    certified_at: datetime
    certified_by: str
    url: str
    is_theirs: bool


@require_safe
def reports_to_accept(request: SignedInRequest) -> HttpResponse:
    """One's own first, then what has waited longest."""
    standing = standing_of(request.user)
    if not standing.is_department:
        raise PermissionDenied("The Department reads the reports of all districts.")
    found = [line for kind in KINDS.values() for line in _of_kind(kind, request.user.pk, standing)]
    found.sort(key=lambda line: (not line.is_theirs, line.certified_at))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    theirs = sum(line.is_theirs for line in found)
    return render(request, "progress/reports_to_accept.html", {"page": page, "theirs": theirs})


def _of_kind(kind: Kind, user_id: int, standing: Standing) -> list[ToAccept]:
    is_manager = Role.PROGRAM_MANAGER in standing.at_department
    return [
        ToAccept(
            district=report.plan.district.name,
            fiscal_year=report.plan.cycle_id,
            name=f"{report.get_period_display()} {kind.noun}",
            certified_at=report.certified_at,
            certified_by=report.certified_by.name,
            url=path_of(page_of(kind, report)),
            is_theirs=standing.reads_as_department(report.plan.district_id)
            and (is_manager or report.is_assigned),
        )
        for report in certified_and_waiting(kind.reports.all(), user_id, standing)
    ]
