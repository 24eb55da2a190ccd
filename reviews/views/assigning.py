"""Giving a plan to its two reviewers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from districts.requests import SignedInRequest, status_of
from districts.roles import Role
from plans.forms.attempts import attempt
from plans.models import Plan
from plans.workflow import IN_HAND
from reviews import services
from reviews.forms import AssignForm
from reviews.forms.assigning import ThirdForm
from reviews.permissions import may_assign
from reviews.reports.packet import Packet
from reviews.reports.reviewers import reviewers_holding
from reviews.reports.revisions import has_revision_waiting
from reviews.views.access import packet_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def plan_assign(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    if not may_assign(request.user):
        raise PermissionDenied
    if request.method != "POST" and not _takes_reviewers(packet.plan):
        return redirect("reviews:plan", slug, fiscal_year)
    form = AssignForm(
        request.POST or None,
        initial={one.reviews_as: one.person for one in packet.reviewers},
        program_reviewers=reviewers_holding(Role.PROGRAM_REVIEWER, district=packet.plan.district),
        fiscal_reviewers=reviewers_holding(Role.FISCAL_REVIEWER, district=packet.plan.district),
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            form,
            lambda: services.assign(
                plan_id=packet.plan.pk,
                program_reviewer_id=form.cleaned_data["program_reviewer"].pk,
                fiscal_reviewer_id=form.cleaned_data["fiscal_reviewer"].pk,
                key=form.cleaned_data["key"],
                by=request.user,
                at=timezone.now(),
            ),
        )
    ):
        messages.success(
            request,
            f"{packet.plan.district} is with {form.cleaned_data['program_reviewer']} and "
            f"{form.cleaned_data['fiscal_reviewer']}. A letter goes to whoever is new.",
        )
        return redirect("reviews:plan", slug, fiscal_year)
    return _show(request, packet, form, _third_form(request, packet, None))


@require_POST
def plan_third(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Who gives the third review of an educational reform district (R36)."""
    packet = packet_or_404(request, slug, fiscal_year)
    if not may_assign(request.user):
        raise PermissionDenied
    form = _third_form(request, packet, request.POST)
    if form.is_valid() and attempt(
        form,
        lambda: services.name_third(
            plan_id=packet.plan.pk,
            reviewer_id=form.cleaned_data["third"].pk if form.cleaned_data["third"] else None,
            by=request.user,
            at=timezone.now(),
        ),
    ):
        named = form.cleaned_data["third"] or "Any program manager"
        messages.success(
            request, f"{named} gives the third review of {packet.plan.district}’s plan."
        )
        return redirect("reviews:plan", slug, fiscal_year)
    return _show(request, packet, form, form)


def _third_form(request: SignedInRequest, packet: Packet, data: QueryDict | None) -> ThirdForm:
    return ThirdForm(
        data,
        initial={"third": packet.third.person if packet.third else None},
        managers=reviewers_holding(Role.PROGRAM_MANAGER, district=packet.plan.district),
        auto_id="third-%s",
    )


def _show(
    request: SignedInRequest, packet: Packet, form: AssignForm | ThirdForm, third: ThirdForm
) -> HttpResponse:
    context = {"packet": packet, "plan": packet.plan, "form": form, "third": third}
    context["first"] = None if form is third else form
    return render(request, "reviews/plan_assign.html", context, status=status_of(form))


def _takes_reviewers(plan: Plan) -> bool:
    return plan.status in IN_HAND or has_revision_waiting(plan)
