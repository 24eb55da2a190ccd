"""Where a plan is, what is owed on it and by when: a district's home, and one plan's own page."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.calendar import eastern_day
from districts.models import Allocation, District, User, standing_of
from districts.requests import SignedInRequest
from districts.roles import Role
from districts.templatetags.alliance import days_from
from plans import services
from plans.documents import Draft
from plans.models import Cycle, Plan, Signature
from plans.permissions import (
    SIGNERS,
    capacities_of,
    may_edit,
    may_record_vote,
    may_start,
    open_steps,
)
from plans.rules.progress import percent_complete
from plans.services.drafting import VOTE_IS_OPEN
from plans.views.access import draft_or_404
from plans.views.editor import (
    budget_share,
    budget_words,
    findings_of,
    first_to_do,
    lines_of,
    navigator,
    section_url,
    states_of,
)
from plans.views.life import happenings, stages, waits_for_signature, who_can, why, with_whom
from plans.workflow import EDITABLE, Label, Status, Step, StepNotAllowed, label_for

NOT_STARTED = Label("Not started", "", "empty")
SOON = 14  # calendar days from which a deadline is marked


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """A district's newest open year; the Department's people go to their own work."""
    standing = standing_of(request.user)
    if not standing.in_districts:
        return _department_home(request, standing)
    if len(standing.in_districts) > 1 and "district" not in request.GET:
        districts = District.objects.filter(pk__in=list(standing.in_districts)).order_by("name")
        return render(request, "plans/home_choose.html", {"districts": districts})
    asked = request.GET.get("district", "").replace("\0", "")  # the one character nothing holds
    chosen = Q(slug=asked) if "district" in request.GET else Q()
    district = get_object_or_404(District, chosen, pk__in=list(standing.in_districts))
    cycles = _open_cycles(district, eastern_day(timezone.now()))
    if not cycles:
        return render(request, "plans/home_nothing.html", {"district": district})
    return _overview(request, district, _most_pressing(district, cycles))


def _department_home(request: SignedInRequest, standing: Any) -> HttpResponse:
    if standing.at_department == {Role.SYSADMIN}:
        return redirect("districts:list")
    if standing.at_department:
        return redirect("reviews:queue")
    return render(request, "districts/no_role.html")


def _open_cycles(district: District, today: date) -> list[Cycle]:
    """The cycles that are open and for which the district is designated, newest first."""
    years = [
        year
        for first, last in district.designations.values_list(
            "first_fiscal_year", "last_fiscal_year"
        )
        for year in range(first, last + 1)
    ]
    return list(Cycle.objects.open_on(today).filter(pk__in=years).order_by("-fiscal_year"))


def _most_pressing(district: District, cycles: list[Cycle]) -> Cycle:
    """The oldest year whose plan is the district's to write or cure, else the newest open one."""
    pressing = EDITABLE | {Status.WITHHELD}
    with_the_district = (
        Plan.objects.filter(district=district, cycle__in=cycles, status__in=pressing)
        .order_by("cycle")
        .values_list("cycle", flat=True)
        .first()
    )
    return next((cycle for cycle in cycles if cycle.pk == with_the_district), cycles[0])


@require_safe
def overview(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    standing = standing_of(request.user)
    district = get_object_or_404(District, slug=slug)
    if not standing.in_district(district.pk):
        if standing.is_department:
            return redirect("reviews:plan", slug, fiscal_year)
        raise Http404
    cycle = get_object_or_404(Cycle, pk=fiscal_year)
    return _overview(request, district, cycle)


@require_POST
def start(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
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


def _overview(request: SignedInRequest, district: District, cycle: Cycle) -> HttpResponse:
    plans = list(Plan.objects.filter(district=district).order_by("-cycle"))
    started = any(plan.cycle_id == cycle.pk for plan in plans)
    today = eastern_day(timezone.now())
    days_left = (cycle.plan_due_on - today).days
    context = {
        "district": district,
        "cycle": cycle,
        "today": today,
        "due_words": days_from(cycle.plan_due_on, today),
        "due_tone": "bad" if days_left < 0 else "warn" if days_left <= SOON else "",
        "other_years": _other_years(district, cycle, plans, today),
    }
    if started:
        draft = draft_or_404(request, district.slug, cycle.pk)
        context |= _of_plan(request, draft)
    else:
        last_year = [
            plan
            for plan in plans
            if plan.cycle_id == cycle.pk - 1 and plan.status == Status.APPROVED
        ]
        context |= _not_started(request, district, cycle, last_year=bool(last_year), today=today)
    return render(request, "plans/plan_overview.html", context)


def _other_years(
    district: District, cycle: Cycle, plans: list[Plan], today: date
) -> list[tuple[int, Label]]:
    """Every other year that has a plan, or is open for one, with where it stands."""
    years = {each.pk: NOT_STARTED for each in _open_cycles(district, today)}
    years |= {plan.cycle_id: label_for(plan.status, is_department=False) for plan in plans}
    return [(year, years[year]) for year in sorted(years, reverse=True) if year != cycle.pk]


def _not_started(
    request: SignedInRequest, district: District, cycle: Cycle, *, last_year: bool, today: date
) -> dict[str, Any]:
    allocation = (
        Allocation.objects.filter(district=district, fiscal_year=cycle.pk).order_by("stage").first()
    )
    return {
        "plan": None,
        "changes": [],
        "events": [],
        "stages": stages(cycle, None),
        "may_start": may_start(request.user, district) and cycle.opens_on <= today,
        "last_year": last_year,
        "money": allocation or {"amount": None, "stage": None, "source": "", "source_on": None},
    }


def _next_act(user: User, plan: Any, steps: list[Step]) -> tuple[str, str] | None:
    """The one thing that brings the plan on now and is this person's: its page and its words."""
    drafts, is_signed = may_edit(user, plan), plan.signature_count == len(SIGNERS)
    acts = [
        (plan.unanswered_count and drafts, "plans:changes", "Answer the changes"),
        (_may_sign(user, plan), "plans:sign", "Sign the plan"),
        (drafts and not plan.closed_at, "plans:close", "Close for signature"),
        (is_signed and Step.SUBMIT in steps, "plans:submit", "Submit the plan"),
    ]
    return next(((name, words) for is_theirs, name, words in acts if is_theirs), None)


def _may_sign(user: User, plan: Any) -> bool:
    """Whether this person's signature is what the closed version waits for."""
    if not (waits_for_signature(plan) and capacities_of(user, plan)):
        return False
    signed = Signature.objects.filter(version__plan=plan, version__edition=plan.edition)
    return not signed.filter(signed_by=user).exists()


def _of_plan(request: SignedInRequest, draft: Draft) -> dict[str, Any]:
    """What is said of a plan that was started. Six queries besides the draft's own."""
    plan, document = draft.plan, draft.document
    findings = findings_of(draft) if plan.is_editable else []
    states = states_of(draft, findings)
    events = list(plan.events.select_related("taken_by").order_by("-pk"))
    steps = open_steps(request.user, plan)
    return {
        "plan": plan,
        "document": document,
        "money": document.money,
        "share": budget_share(document),
        "meter_label": budget_words(document),
        "label": label_for(plan.status, is_department=False),
        "stages": stages(plan.cycle, plan),
        "with_whom": with_whom(plan),
        "owed": lines_of(draft, findings),
        "stops": sum(finding.stops for finding in findings),
        "warnings": sum(not finding.stops for finding in findings),
        "percent": percent_complete(states),
        "section_links": navigator(draft, states),
        "first_section_url": section_url(draft, first_to_do(states)),
        "events": happenings(events),
        "why": why(plan.status, events),
        "steps": {step.value for step in steps},
        "may_edit": may_edit(request.user, plan) and plan.is_editable,
        "waits_for_signature": waits_for_signature(plan),
        "next_act": _next_act(request.user, plan, steps) if plan.is_editable else None,
        "may_record_vote": may_record_vote(request.user, plan) and plan.status in VOTE_IS_OPEN,
        "changes": list(plan.required_changes.order_by("number")),
        "versions": list(plan.versions.defer("document").order_by("-number")),
        "who_can": who_can(Status(plan.status)),
    }
