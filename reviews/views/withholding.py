"""The funds of a plan: withheld on grounds, and released. Also of a plan never handed in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.models import User
from districts.requests import SignedInRequest, status_of
from districts.services import commissioners
from plans.forms.attempts import attempt
from plans.forms.handing_in import ActForm
from plans.models import Plan, PlanEvent, PlanVersion
from plans.permissions import may_take
from plans.reports.withheld import corrections_of
from plans.services.letters import DECISIONS_GO_TO, managers, people_of, reviewers_of
from plans.workflow import Step, label_for, steps_from
from reviews import services
from reviews.forms import ReleaseForm, WithholdForm
from reviews.permissions import is_commissioner, may_waive
from reviews.reports.handed_in import handed_in_version
from reviews.views.access import reviewed_plan_or_404


@dataclass(frozen=True)
class Leaving:
    """A letter that leaves with the act, and to whom."""

    what: str
    to: list[User]


@require_http_methods(["GET", "HEAD", "POST"])
def plan_withhold(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = _plan(request, slug, fiscal_year, Step.WITHHOLD)
    if request.method != "POST" and Step.WITHHOLD not in steps_from(plan.status):
        return _back(plan)
    now = timezone.now()
    form = WithholdForm(
        request.POST or None,
        initial={"answer_by": services.usual_answer_by(now)},
        district=plan.district,
        today=eastern_day(now),
        allocation=services.allocation_of(plan),
    )
    if form.is_bound and form.is_valid():
        terms, key = form.terms(), form.cleaned_data["key"]
        act = {"plan_id": plan.pk, "by": request.user, "at": now, "key": key}
        act |= {"reason": terms.words(plan.cycle_id), "amount": terms.amount}
        if attempt(form, lambda: services.withhold(**act)):
            messages.success(
                request, f"The funds of {_named(plan)} are withheld. Letters leave now."
            )
            return _back(plan)
    return _page(request, "reviews/plan_withhold.html", plan, form)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_release(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = _plan(request, slug, fiscal_year, Step.RELEASE)
    if request.method != "POST" and Step.RELEASE not in steps_from(plan.status):
        return _back(plan)
    last = plan.events.filter(step=Step.WITHHOLD).select_related("taken_by").last()
    form = ReleaseForm(request.POST or None, initial={"withheld": last.pk if last else None})
    if form.is_bound and form.is_valid():
        act = {"plan_id": plan.pk, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        if attempt(form, lambda: services.release(**act)):
            messages.success(
                request, f"The funds of {_named(plan)} are released. Letters leave now."
            )
            return _back(plan)
    return _page(request, "reviews/plan_release.html", plan, form, last=last)


def _plan(request: SignedInRequest, slug: str, fiscal_year: int, step: Step) -> Plan:
    """The plan, handed in or not: of a draft the page says no more than the queue does (R59)."""
    plan = reviewed_plan_or_404(request, slug, fiscal_year)
    if not may_take(request.user, step, plan):
        raise PermissionDenied("Funds are withheld and released by the Commissioner or a delegate.")
    return plan


def _page(
    request: SignedInRequest,
    template: str,
    plan: Plan,
    form: ActForm,
    *,
    last: PlanEvent | None = None,
) -> HttpResponse:
    why = services.why_not_theirs(request.user, plan)
    version = handed_in_version(plan)
    context = {
        "plan": plan,
        "form": form,
        "label": label_for(plan.status, is_department=True),
        "version": version,
        "back": page_before(plan, version),
        "last": last,
        "corrections": corrections_of(plan),
        "allocation": services.allocation_of(plan),
        "leaving": _leaving(plan, request.user),
        "why_not_theirs": why,
        "may_waive": bool(why) and may_waive(request.user, plan),
    }
    return render(request, template, context, status=status_of(form))


def _leaving(plan: Plan, by: User) -> list[Leaving]:
    """What leaves, as the service posts it."""
    inside = {person.pk: person for person in [*reviewers_of(plan), *managers(plan)]}
    copies: Iterable[User] = () if is_commissioner(by) else commissioners()
    found = [
        Leaving("To the district, with your words", people_of(plan, DECISIONS_GO_TO)),
        Leaving(
            "To its reviewers and the program managers",
            [person for pk, person in inside.items() if pk != by.pk],
        ),
        Leaving("A copy to the Commissioner, in whose name you decide", list(copies)),
    ]
    return [one for one in found if one.to]


def _named(plan: Plan) -> str:
    return f"{plan.district.name}’s FY{plan.cycle_id} plan"


def _back(plan: Plan) -> HttpResponse:
    return redirect(page_before(plan, handed_in_version(plan)))


def page_before(plan: Plan, version: PlanVersion | None) -> str:
    """The plan's page; of a plan that was never handed in there is none, so the queue."""
    if version is None:
        return f"{reverse('reviews:queue')}?fy={plan.cycle_id}"
    return reverse("reviews:plan", args=[plan.district.slug, plan.cycle_id])
