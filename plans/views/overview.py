"""Where a plan is, what is owed on it and by when: a district's home, and one plan's own page."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.calendar import eastern_day, fiscal_year_of
from districts.gaps import gaps_in, with_holders
from districts.models import District, Standing, User, standing_of
from districts.requests import SignedInRequest
from districts.roles import Role
from districts.words import until
from notices.pages import Page, path_of
from plans import services
from plans.documents import Draft
from plans.documents.rows import PlanWithState
from plans.models import Cycle, Plan
from plans.permissions import (
    SIGNERS,
    capacities_of,
    may_edit,
    may_record_vote,
    may_settle_comments,
    may_share,
    may_start,
    open_steps,
)
from plans.reading.access import draft_or_404
from plans.reading.allocated import new_allocation
from plans.reading.amendment import tally_of
from plans.reading.due import due_of, due_on
from plans.reading.life import (
    activity,
    stages,
    waits_for_signature,
    who_can,
    why,
    with_whom,
)
from plans.reading.shared import open_remarks, readers_of
from plans.reports.history import History, history_of
from plans.reports.left import YearLeft, years_left
from plans.reports.money import money_of_plan
from plans.reports.years import Year, allocation_of, years_of
from plans.rules.progress import percent_complete
from plans.services.letters import page_of
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
from plans.views.since import since_it_was_closed
from plans.workflow import (
    EDITABLE,
    HELD_TO,
    QUESTIONS_STAND,
    VOTE_IS_OPEN,
    WAITS_FOR_DISTRICT,
    WITH_DEPARTMENT,
    Label,
    Status,
    Step,
    StepNotAllowed,
    label_for,
)

NOT_STARTED = Label("Not started", "", "empty")


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """A district's newest open year; the Department's people go to their own work."""
    standing = standing_of(request.user)
    if not standing.in_districts:
        return _department_home(request, standing)
    if len(standing.in_districts) > 1 and "district" not in request.GET:
        return render(
            request,
            "plans/home_choose.html",
            {"districts": _each_with_its_plan(request.user, standing)},
        )
    asked = request.GET.get("district", "").replace("\0", "")  # the one character nothing holds
    theirs = with_holders(District.objects.filter(pk__in=list(standing.in_districts)))
    if "district" in request.GET:
        theirs = theirs.filter(slug=asked)
    district = get_object_or_404(theirs)
    today = eastern_day(timezone.now())
    years = years_of(district)
    open_years = [
        year
        for year in years
        if year.is_open(today) and (year.status or district.retired_at is None)
    ]
    if not open_years:
        off = district.retired_at and services.why_it_may_not_file(district, fiscal_year_of(today))
        context = {
            "district": district,
            "off": off,
            "gaps": gaps_in(district),
            "years_left": years_left(district, today),
        }
        return render(request, "plans/home_nothing.html", context)
    return _overview(request, district, years, _most_pressing(open_years))


def _each_with_its_plan(
    user: User, standing: Standing
) -> list[tuple[District, Plan | None, Label]]:
    """Each of one's districts with the plan that its home opens, and where that is."""
    ids = list(standing.in_districts)
    newest_first = Plan.objects.filter(district__in=ids).select_related("cycle").order_by("-cycle")
    plans: dict[int, Plan] = {}
    for plan in newest_first:
        if plan.district_id not in plans or plan.status in WAITS_FOR_DISTRICT:
            plans[plan.district_id] = plan
    return [
        (
            each,
            plan,
            label_for(plan.status, is_department=False, writes=may_edit(user, plan))
            if plan
            else NOT_STARTED,
        )
        for each in District.objects.filter(pk__in=ids).order_by("name")
        for plan in [plans.get(each.pk)]
    ]


def _department_home(request: SignedInRequest, standing: Standing) -> HttpResponse:
    if standing.at_department == {Role.SYSADMIN}:
        return redirect("districts:list")
    if standing.at_department:
        return redirect(path_of(Page("queue")))
    return render(request, "districts/no_role.html")


def _most_pressing(open_years: list[Year]) -> Year:
    """The oldest year whose plan is the district's to write or cure, else the newest open one."""
    return next(
        (year for year in reversed(open_years) if year.status in WAITS_FOR_DISTRICT), open_years[0]
    )


@require_safe
def overview(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    standing = standing_of(request.user)
    district = get_object_or_404(with_holders(District.objects.all()), slug=slug)
    if not standing.in_district(district.pk):
        if standing.is_department:
            return redirect(path_of(Page("review", (slug, fiscal_year))))
        raise Http404
    years = years_of(district)
    cycle = next((year for year in years if year.fiscal_year == fiscal_year), None)
    if cycle is None:
        raise Http404
    return _overview(request, district, years, cycle)


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
    messages.success(request, f"The FY{plan.cycle_id} plan is started.")
    return redirect("plans:overview", slug, plan.cycle_id)


def _overview(
    request: SignedInRequest, district: District, years: list[Year], cycle: Year
) -> HttpResponse:
    today = eastern_day(timezone.now())
    context = {
        "district": district,
        "gaps": gaps_in(district),
        "cycle": cycle,
        "today": today,
        "due": due_on("Due", cycle.due_on, today, is_of_plan=True),
        "other_years": _other_years(years, cycle, today),
        "reports_on": [
            (year.fiscal_year, path_of(Page("reports", (district.slug, year.fiscal_year))))
            for year in years
            if year.status in HELD_TO
        ],
        "may_not_file": _may_not_file(district, cycle),
        "cannot_come_back": _cannot_come_back(district, cycle),
        "years_left": _years_left(district, years, today),
    }
    if cycle.status:
        draft = draft_or_404(request, district.slug, cycle.fiscal_year)
        context |= _of_plan(request, draft, today)
    else:
        last_year = any(
            year.fiscal_year == cycle.fiscal_year - 1 and year.status == Status.APPROVED
            for year in years
        )
        context |= _not_started(request, district, cycle, last_year=last_year, today=today)
    return render(request, "plans/plan_overview.html", context)


def _years_left(district: District, years: list[Year], today: date) -> list[YearLeft]:
    """Asked only of a district that takes part no longer, as far as the cycles go."""
    year = fiscal_year_of(today)
    if district.retired_at is None and any(
        one.is_designated and one.fiscal_year >= year for one in years
    ):
        return []
    return years_left(district, today)


def _may_not_file(district: District, cycle: Year) -> str:
    """Why nothing can be filed, while there is something to file (R02)."""
    if cycle.status is not None and cycle.status not in EDITABLE:
        return ""
    return services.why_it_may_not_file(
        district, cycle.fiscal_year, is_designated=cycle.is_designated
    )


def _cannot_come_back(district: District, cycle: Year) -> str:
    """Why a plan that the Department has, once recalled or returned, could not be handed in."""
    if cycle.status not in WITH_DEPARTMENT:
        return ""
    return services.why_it_may_not_file(
        district, cycle.fiscal_year, is_designated=cycle.is_designated
    )


def _other_years(years: list[Year], cycle: Year, today: date) -> list[tuple[int, Label]]:
    """Every other year that has a plan, or is open for one, with where it stands."""
    return [
        (
            year.fiscal_year,
            label_for(year.status, is_department=False) if year.status else NOT_STARTED,
        )
        for year in years
        if year != cycle and (year.status or year.is_open(today))
    ]


def _not_started(
    request: SignedInRequest, district: District, cycle: Year, *, last_year: bool, today: date
) -> dict[str, Any]:
    allocation = allocation_of(district, cycle.fiscal_year)
    return {
        "plan": None,
        "changes": [],
        "events": [],
        "stages": stages(cycle, None),
        "may_start": may_start(request.user, district) and cycle.opens_on <= today,
        "last_year": last_year,
        "money": allocation or {"amount": None, "stage": None, "source": "", "source_on": None},
    }


def _next_act(
    user: User,
    plan: PlanWithState,
    history: History,
    steps: list[Step],
    *,
    stands: bool,
    is_moved: bool,
) -> tuple[str, str] | None:
    """The one thing that brings the plan on now and is this person's: its page and its words.

    What does not stand as it was closed is neither signed nor submitted: it is closed again.
    """
    drafts, is_signed = may_edit(user, plan), plan.signature_count == len(SIGNERS)
    may_sign = waits_for_signature(plan) and capacities_of(user, plan)
    acts = [
        (plan.unanswered_count and drafts, "plans:changes", "Answer the changes"),
        (stands and may_sign and not history.is_signed_by(user.pk), "plans:sign", "Sign the plan"),
        (drafts and not plan.closed_at, "plans:close", "Close for signature"),
        (drafts and is_moved, "plans:close", "Close for signature again"),
        (stands and is_signed and Step.SUBMIT in steps, "plans:submit", "Submit the plan"),
    ]
    return next(((name, words) for is_theirs, name, words in acts if is_theirs), None)


def _of_plan(request: SignedInRequest, draft: Draft, today: date) -> dict[str, Any]:
    """What is said of a plan that was started. One query besides the draft's own, and two more
    where the Department's lists have changed since it was closed.
    """
    plan, document = draft.plan, draft.document
    findings = findings_of(draft) if plan.is_editable else []
    states = states_of(draft, findings)
    history = history_of(plan)
    closed = history.closed if plan.is_editable else None
    since = since_it_was_closed(draft, closed.sha256, at=timezone.now()) if closed else None
    binds = [one.sentence for one in since.moved if one.binds] if since else []
    stops_now = sum(finding.stops for finding in findings)
    stands = not (since.why_not if since else stops_now)
    stops = stops_now + plan.unanswered_count + len(binds)
    steps = open_steps(request.user, plan)
    return {
        "plan": plan,
        "due": due_of(plan, today),
        "document": document,
        "money": document.money,
        "share": budget_share(document),
        "meter_label": budget_words(document),
        "over": -document.left_to_budget,
        "unread_lines": document.unread("allocation"),
        "label": label_for(plan.status, is_department=False, writes=may_edit(request.user, plan)),
        "stages": stages(plan.cycle, plan),
        "with_whom": with_whom(plan, history, stands=stands),
        "closed": closed,
        "binds": binds,
        "stands": stands,
        "owed": lines_of(draft, findings),
        "unanswered": plan.unanswered_count,
        "stops": stops,
        # One button leads. Once the plan is closed it is never this one: an edit voids signatures.
        "writing_leads": bool(stops and not plan.closed_at and not plan.unanswered_count),
        "warnings": sum(not finding.stops for finding in findings),
        "percent": percent_complete(states),
        "section_links": navigator(draft, states),
        "first_section_url": section_url(draft, first_to_do(states)),
        "tally": tally_of(draft),
        "last_year_is": plan.cycle_id - 1,
        "events": activity(history),
        "why": why(plan.status, history.steps),
        "steps": {step.value for step in steps},
        "may_edit": may_edit(request.user, plan) and plan.is_editable,
        "waits_for_signature": waits_for_signature(plan),
        "next_act": _next_act(
            request.user, plan, history, steps, stands=stands, is_moved=bool(binds)
        )
        if plan.is_editable
        else None,
        "differs": new_allocation(document, history, started_at=plan.started_at)
        if plan.is_editable
        else None,
        "readers": readers_of(plan),
        "remarks": open_remarks(plan),
        "may_share": may_share(request.user, plan),
        "may_settle": may_settle_comments(request.user, plan),
        "may_record_vote": may_record_vote(request.user, plan) and plan.status in VOTE_IS_OPEN,
        "time_asked": history.time_asked,
        "changes": history.changes,
        "questions": history.waiting if plan.status in QUESTIONS_STAND else [],
        "conditions": [(each, until(each.due_on, today)) for each in history.conditions],
        "year_money": money_of_plan(plan) if plan.status in HELD_TO else None,
        "versions": history.closings,
        "who_can": who_can(Status(plan.status)),
        "decision_url": path_of(page_of(plan, "decision")),
        "came_to_url": path_of(page_of(plan, "came_to")),
    }
