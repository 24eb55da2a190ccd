"""Where a plan is, what is owed on it and by when: a district's home, and one plan's own page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.calendar import eastern_day
from districts.models import Allocation, District, standing_of
from districts.roles import Role
from plans import services
from plans.documents import Draft
from plans.models import Cycle, Plan
from plans.permissions import may_edit, may_start, open_steps
from plans.rules.progress import percent_complete
from plans.views.access import draft_or_404
from plans.views.editor import findings_of, lines_of, section_url, states_of
from plans.workflow import Status, StepNotAllowed, label_for

STAGES = ["Opened", "Draft", "Signatures", "Submitted", "Department review", "Decision"]
STAGE_OF = {
    Status.DRAFT: 1,
    Status.RETURNED: 1,
    Status.SUBMITTED: 3,
    Status.UNDER_REVIEW: 4,
    Status.RECOMMENDED: 4,
    Status.APPROVED: 6,
    Status.WITHHELD: 5,
    Status.WITHDRAWN: 1,
}


@dataclass(frozen=True)
class Stage:
    title: str
    text: str
    state: str  # done, now or nothing yet


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A district's newest open year; the Department's people go to their own work."""
    standing = standing_of(request.user)
    if not standing.in_districts:
        return _department_home(standing)
    if len(standing.in_districts) > 1 and "district" not in request.GET:
        districts = District.objects.filter(pk__in=list(standing.in_districts)).order_by("name")
        return render(request, "plans/home_choose.html", {"districts": districts})
    chosen = Q(slug=request.GET["district"]) if "district" in request.GET else Q()
    district = get_object_or_404(District, chosen, pk__in=list(standing.in_districts))
    cycle = _newest_open_cycle(district, eastern_day(timezone.now()))
    if cycle is None:
        return render(request, "plans/home_nothing.html", {"district": district})
    return _overview(request, district, cycle)


def _department_home(standing: Any) -> HttpResponse:
    if standing.at_department == {Role.SYSADMIN}:
        return redirect("districts:list")
    if standing.at_department:
        return redirect("reviews:queue")
    raise Http404


def _newest_open_cycle(district: District, today: date) -> Cycle | None:
    """The latest cycle that is open and for which the district is designated."""
    return (
        Cycle.objects.open_on(today)
        .filter(
            fiscal_year__in=[
                year
                for first, last in district.designations.values_list(
                    "first_fiscal_year", "last_fiscal_year"
                )
                for year in range(first, last + 1)
            ]
        )
        .order_by("-fiscal_year")
        .first()
    )


@require_safe
def overview(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    standing = standing_of(request.user)
    district = get_object_or_404(District, slug=slug)
    if not standing.in_district(district.pk):
        if standing.is_department:
            return redirect("reviews:plan", slug, fiscal_year)
        raise Http404
    cycle = get_object_or_404(Cycle, pk=fiscal_year)
    return _overview(request, district, cycle)


@require_POST
def start(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    district = get_object_or_404(
        District, slug=slug, pk__in=list(standing_of(request.user).in_districts)
    )
    get_object_or_404(Cycle, pk=fiscal_year)
    try:
        plan = services.start_plan(
            district_id=district.pk, fiscal_year=fiscal_year, by=request.user, at=timezone.now()
        )
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("home")
    return redirect("plans:overview", slug, plan.cycle_id)


def _overview(request: HttpRequest, district: District, cycle: Cycle) -> HttpResponse:
    plans = list(Plan.objects.filter(district=district).order_by("-cycle").select_related("cycle"))
    plan = next((each for each in plans if each.cycle_id == cycle.pk), None)
    today = eastern_day(timezone.now())
    context: dict[str, Any] = {
        "district": district,
        "cycle": cycle,
        "today": today,
        "days_left": (cycle.plan_due_on - today).days,
        "other_plans": [
            (each, label_for(each.status, is_department=False)) for each in plans if each != plan
        ],
        "stages": _stages(cycle, None, []),
        "plan": None,
    }
    if plan is None:
        context |= {
            "may_start": may_start(request.user, district) and cycle.opens_on <= today,
            "last_year": next(
                (
                    each
                    for each in plans
                    if each.cycle_id == cycle.pk - 1 and each.status == Status.APPROVED
                ),
                None,
            ),
            "allocation": _allocation(district, cycle),
        }
        return render(request, "plans/plan_overview.html", context)
    draft = draft_or_404(request, district.slug, cycle.pk)
    return render(request, "plans/plan_overview.html", {**context, **_of_plan(request, draft)})


def _allocation(district: District, cycle: Cycle) -> Allocation | None:
    """The final allocation where there is one, else the preliminary."""
    return (
        Allocation.objects.filter(district=district, fiscal_year=cycle.pk).order_by("stage").first()
    )


def _of_plan(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    plan = draft.plan
    findings = findings_of(draft) if plan.is_editable else []
    states = states_of(draft, findings)
    events = list(plan.events.select_related("taken_by").order_by("-pk"))
    steps = open_steps(request.user, plan)
    return {
        "plan": plan,
        "document": draft.document,
        "label": label_for(plan.status, is_department=False),
        "stages": _stages(plan.cycle, plan, events),
        "owed": lines_of(draft, findings),
        "stops": sum(finding.stops for finding in findings),
        "warnings": sum(not finding.stops for finding in findings),
        "percent": percent_complete(states),
        "states": states,
        "first_section_url": section_url(draft, states[0].key),
        "events": [event for event in events if _shows_to_district(event)],
        "steps": {step.value for step in steps},
        "may_edit": may_edit(request.user, plan) and plan.is_editable,
        "changes": list(plan.required_changes.order_by("number")),
        "versions": list(plan.versions.defer("document").order_by("-number")),
        "who": WHO_CAN[Status(plan.status)],
    }


def _shows_to_district(event: Any) -> bool:
    """A recommendation never shows to a district."""
    return Status.RECOMMENDED not in (event.target,)


WHO_CAN = {
    Status.DRAFT: [
        ("Edit", "plan coordinator, fiscal officer"),
        ("Sign", "superintendent and board chair, once it is closed for signature"),
        ("Submit", "superintendent or plan coordinator, once both have signed"),
    ],
    Status.RETURNED: [
        ("Answer and edit", "plan coordinator, fiscal officer"),
        ("Sign", "superintendent and board chair, once it is closed for signature"),
        ("Submit again", "superintendent or plan coordinator, once every change is answered"),
    ],
    Status.SUBMITTED: [
        ("Take it back", "superintendent or plan coordinator, until review starts"),
        ("Assign reviewers", "the Department"),
    ],
    Status.UNDER_REVIEW: [("Review", "the Department’s reviewers"), ("Decide", "the Commissioner")],
    Status.RECOMMENDED: [("Review", "the Department’s reviewers"), ("Decide", "the Commissioner")],
    Status.APPROVED: [("Read", "everyone in the district")],
    Status.WITHHELD: [("Release", "the Commissioner")],
    Status.WITHDRAWN: [("Read", "everyone in the district")],
}


def _stages(cycle: Cycle, plan: Plan | None, events: list[Any]) -> list[Stage]:
    """The life of a plan as a row of stages: done, now, still to come."""
    opened = f"{plan.started_at:%B %-d, %Y}" if plan else f"From {cycle.opens_on:%B %-d, %Y}"
    texts = [
        opened,
        "With the district",
        "Superintendent and board chair",
        f"Due {cycle.plan_due_on:%B %-d, %Y}",
        f"By {cycle.reviews_complete_on:%B %-d, %Y}",
        f"Commissioner, by {cycle.decisions_on:%B %-d, %Y}",
    ]
    now = _stage_now(plan)
    if plan and plan.submitted_at:
        texts[3] = f"{plan.submitted_at.astimezone(timezone.get_current_timezone()):%B %-d, %Y}"
    return [
        Stage(title, text, "done" if place < now else "now" if place == now else "")
        for place, (title, text) in enumerate(zip(STAGES, texts, strict=True))
    ]


def _stage_now(plan: Plan | None) -> int:
    if plan is None:
        return 0
    now = STAGE_OF[Status(plan.status)]
    return 2 if now == 1 and getattr(plan, "is_closed", False) else now
