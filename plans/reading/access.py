"""The first question of every view here: which plan, and may they see it? If not, 404."""

from django.http import Http404

from districts.models import standing_of
from districts.requests import SignedInRequest
from plans.documents import Draft, draft_of
from plans.documents.rows import plan_with_state
from plans.models import Plan, PlanVersion
from plans.permissions import may_read_draft, may_read_version, may_see
from plans.reports.opened import opened_plan
from plans.reports.versions import latest_standing, version_numbered


def draft_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Draft:
    """The draft, for the district's own people. Of a plan that others see, the draft is not theirs.

    So it is asked whether they may read it, and not first whether they see that it is there.
    """
    if not standing_of(request.user).in_districts:  # it is for nobody else to read
        raise Http404
    plan = plan_with_state(slug, fiscal_year)
    if plan is None or not may_read_draft(request.user, plan):
        raise Http404
    return draft_of(plan)


def own_plan_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Plan:
    """The plan's row alone, for the district's own people."""
    plan = opened_plan(slug, fiscal_year)
    if plan is None or not may_read_draft(request.user, plan):
        raise Http404
    return plan


def visible_plan_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Plan:
    """The plan's row alone, for whoever may know of it: its district, and the Department."""
    plan = opened_plan(slug, fiscal_year)
    if plan is None or not may_see(request.user, plan):
        raise Http404
    return plan


def text_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Draft | PlanVersion:
    """What a person reads of a plan: the draft where it is theirs and being written, else what was
    handed in last, as revised since."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    if not (may_read_draft(request.user, plan) and plan.is_editable):
        version = latest_standing(plan)
        if version is not None:
            return version
    return draft_or_404(request, slug, fiscal_year)  # 404 for the Department


def version_or_404(
    request: SignedInRequest, slug: str, fiscal_year: int, number: int
) -> PlanVersion:
    """A version, without its text: the district's own of any, the Department of those that came."""
    version = version_numbered(slug, fiscal_year, number)
    if version is not None:
        came_in = version.was_handed_in
        if may_read_version(request.user, version.plan, was_handed_in=came_in):
            return version
    raise Http404
