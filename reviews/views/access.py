"""The first question of every view here: which plan, and may they see it? If not, 404."""

from django.http import Http404

from districts.requests import SignedInRequest
from plans.documents.cache import document_of, get_or_make
from plans.models import Plan
from reviews.permissions import readable_plans
from reviews.reports.packet import NothingHandedIn, Packet, read_packet


def packet_or_404(
    request: SignedInRequest, slug: str, fiscal_year: int, *, number: int | None = None
) -> Packet:
    """The plan as handed in. Of a draft nothing is shown, not even that it is one."""
    plans = readable_plans(request.user).filter(district__slug=slug, cycle=fiscal_year)
    try:
        return read_packet(plans, number=number, document_of=document_of, keep=get_or_make)
    except (Plan.DoesNotExist, NothingHandedIn):
        raise Http404 from None
