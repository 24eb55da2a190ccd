"""The first question of every view here: which plan, and may they see it? If not, 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from districts.requests import SignedInRequest
from plans.documents import Draft, read_draft
from plans.models import Plan
from plans.permissions import may_read_draft


def draft_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Draft:
    """The draft, for the district's own people. Of a plan that others see, the draft is not theirs.

    So it is asked whether they may read it, and not first whether they see that it is there.
    """
    try:
        draft = read_draft(slug, fiscal_year)
    except Plan.DoesNotExist:
        raise Http404 from None
    if not may_read_draft(request.user, draft.plan):
        raise Http404
    return draft


def own_plan_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Plan:
    """The plan's row alone, for the district's own people."""
    plan = get_object_or_404(
        Plan.objects.visible_to(request.user).select_related("district", "cycle"),
        district__slug=slug,
        cycle=fiscal_year,
    )
    if not may_read_draft(request.user, plan):
        raise Http404
    return plan
