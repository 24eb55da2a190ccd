"""The plans of a year that are before the decider, and the approvals whose letters are held."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from districts.models import User, gets_letters
from districts.roles import Role
from plans.documents.cache import document_of, get_or_make
from plans.workflow import IN_REVIEW
from reviews.models import Determination
from reviews.permissions import readable_plans
from reviews.reports.decided import BESIDE, stamped
from reviews.reports.packet import Packet, packets_of

PAGE = 50  # plans; there are 33 districts


@dataclass(frozen=True)
class BeforeDecider:
    """A page of the plans under review."""

    page: Page
    packets: list[Packet]


def before_decider(
    fiscal_year: int, *, reader: User, page: str = "", only: Collection[int] | None = None
) -> BeforeDecider:
    """By district; `only` these plans. Three queries, but for texts that are not kept."""
    plans = readable_plans(reader).filter(cycle=fiscal_year, status__in=sorted(IN_REVIEW))
    if only is not None:
        plans = plans.filter(pk__in=only)
    ordered = stamped(plans).select_related(*BESIDE).order_by("district__name")
    shown = Paginator(ordered, PAGE).get_page(page)
    packets = packets_of(list(shown), document_of=document_of, keep=get_or_make)
    return BeforeDecider(shown, packets)


def held_approvals(fiscal_year: int, *, reader: User, at: datetime) -> QuerySet[Determination]:
    """Those that can still be called back, the first to leave first."""
    return (
        Determination.objects.filter(plan__cycle=fiscal_year, leaves_at__gt=at)
        .filter(plan__in=readable_plans(reader))
        .select_related("plan__district", "plan__cycle", "decided_by")
        .order_by("leaves_at", "plan__district__name")
    )


def readers_of(packets: Iterable[Packet], roles: Iterable[Role]) -> dict[int, list[str]]:
    """Who holds one of these roles, by name, for each district of the plans. One query."""
    districts = [packet.plan.district_id for packet in packets]
    found = User.objects.filter(
        gets_letters(),
        memberships__district__in=districts,
        memberships__role__in=sorted(roles),
        memberships__ended_at=None,
    ).order_by("name")
    names: dict[int, list[str]] = {district: [] for district in districts}
    for district, name in found.values_list("memberships__district", "name").distinct():
        names[district].append(name)
    return names
