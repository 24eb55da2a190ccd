"""Revising an approved plan: its page, and each of the district's acts, asked before it is done."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest, refuse, status_of
from plans import services
from plans.documents import PlanDocument, draft_document, stored_document
from plans.forms.handing_in import ActForm
from plans.forms.revising import StartRevisionForm, WithdrawRevisionForm
from plans.models import Plan, PlanRevision
from plans.permissions import may_edit, may_submit_revision
from plans.reading.access import own_plan_or_404
from plans.reading.revised import lines_of_changes
from plans.reports.revisions import latest_revision, record_of_revisions
from plans.revision_workflow import (
    EDITABLE,
    LABELS,
    OPEN,
    RevisionStatus,
    RevisionStep,
    revision_target,
)
from plans.rules.revision import judged, needs_decision
from plans.sections import SECTIONS, SectionKey
from plans.services.revising import open_revision, why_not_handed_in, why_too_late
from plans.views.refusals import says_refusal
from plans.workflow import Status, StepNotAllowed, label_for, said_to_district

PAGE = "plans:revision"
WRITERS = "The plan coordinator and the fiscal officer revise the plan."
SUBMITTERS = "The superintendent and the plan coordinator hand a revision in, or withdraw it."


@require_safe
@says_refusal()
def revision(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The last revision of the plan, what it changes and what comes next; and the record of all."""
    plan = own_plan_or_404(request, slug, fiscal_year)
    now, latest = timezone.now(), latest_revision(plan)
    if plan.status != Status.APPROVED and latest is None:
        raise StepNotAllowed(
            f"A revision changes an approved plan; this one is {said_to_district(plan.status)} now."
        )
    is_open = latest is not None and latest.status in OPEN
    too_late = why_too_late(plan, at=now)
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "revision": latest,
        "is_open": is_open,
        "may_start": plan.status == Status.APPROVED
        and not is_open
        and not too_late
        and may_edit(request.user, plan),
        "too_late": too_late,
        "last_day": plan.cycle.last_revision_on,
        "record": record_of_revisions(plan, but=(RevisionStep.REVIEW,)),
        **(_of_latest(request, plan, latest) if latest else {}),
    }
    return render(request, "plans/revision.html", context)


def _of_latest(request: SignedInRequest, plan: Plan, latest: PlanRevision) -> dict[str, Any]:
    before = stored_document(latest.changes_version)
    after = _text_of(plan, latest, before)
    changes = judged(before, after)
    is_written = plan.is_revised_now
    closed = services.current_version(plan) if is_written else None
    blocks = why_not_handed_in(latest, closed, at=timezone.now()) if closed else []
    needs = needs_decision(changes)
    submits = may_submit_revision(request.user, plan)
    may_act = plan.status == Status.APPROVED and latest.status in OPEN
    return {
        "revision_label": LABELS[RevisionStatus(latest.status)],
        "parts": [
            (SECTIONS[SectionKey(key)].title, key, plan.is_open_in(key) and is_written)
            for key in latest.section_keys
        ],
        "lines": lines_of_changes(changes, before, after),
        "needs": needs,
        "is_written": is_written,
        "closed": closed,
        "blocks": blocks,
        "may_edit": is_written and may_edit(request.user, plan),
        "may_record": is_written and bool(changes) and not needs and may_edit(request.user, plan),
        "may_hand_in": is_written and closed is not None and not blocks and submits,
        "may_withdraw": may_act and submits,
    }


def _text_of(plan: Plan, latest: PlanRevision, before: PlanDocument) -> PlanDocument:
    """What is being written, by the district's own people; else what was handed in last."""
    if latest.status in EDITABLE:
        return draft_document(plan.pk)
    return stored_document(latest.version) if latest.version else before


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal(to=PAGE)
def start(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    if not may_edit(request.user, plan):
        raise PermissionDenied(WRITERS)
    form = StartRevisionForm(request.POST or None)
    if _done(request, form, services.start_revision, plan):
        messages.success(
            request, "The revision is open. The plan in force stays as it is until it is decided."
        )
        return redirect(PAGE, slug, fiscal_year)
    if request.method != "POST":
        services.refuse_start(plan, at=timezone.now())
    return _ask(
        request,
        plan,
        form,
        verb="Start the revision",
        title=f"Revise {plan.district}’s FY{plan.cycle_id} plan?",
        body="The plan stays approved, and what it says stays in force, until the revision is"
        " decided. A small move is recorded without a decision: the page of the revision says"
        " which change needs one, and why.",
        more="What needs a decision is closed for signature, signed by the superintendent and the"
        " board chair, and handed in to the Department by"
        f" {plan.cycle.last_revision_on:%B} {plan.cycle.last_revision_on.day},"
        f" {plan.cycle.last_revision_on.year}.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal(to=PAGE)
def hand_in(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    if not may_submit_revision(request.user, plan):
        raise PermissionDenied(SUBMITTERS)
    form = ActForm(request.POST or None)
    if _done(request, form, services.hand_in_revision, plan):
        messages.success(request, "The revision is handed in. The Department has it.")
        return redirect(PAGE, slug, fiscal_year)
    if request.method != "POST":
        found = _to_take(plan, RevisionStep.HAND_IN)
        version = services.current_version(plan)
        if reasons := why_not_handed_in(found, version, at=timezone.now()):
            raise services.Blocked(reasons)
    return _ask(
        request,
        plan,
        form,
        verb="Hand the revision in",
        title=f"Hand in the revision of {plan.district}’s FY{plan.cycle_id} plan?",
        body="The Department gets the version that both have signed, and a receipt goes to the"
        " superintendent, the plan coordinator and the board chair. What was approved stays in"
        " force until the revision is decided.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal(to=PAGE)
def record(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    if not may_edit(request.user, plan):
        raise PermissionDenied(WRITERS)
    form = ActForm(request.POST or None)
    if _done(request, form, services.record_revision, plan):
        messages.success(request, "Recorded. The change is in force, and the Department is told.")
        return redirect(PAGE, slug, fiscal_year)
    if request.method != "POST":
        _to_take(plan, RevisionStep.RECORD)
    return _ask(
        request,
        plan,
        form,
        verb="Record the change",
        title=f"Record this change of {plan.district}’s FY{plan.cycle_id} plan?",
        body="Nothing in it needs a decision. It is in force at once, as a version of its own, and"
        " a letter tells the Department.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal(to=PAGE)
def withdraw(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    if not may_submit_revision(request.user, plan):
        raise PermissionDenied(SUBMITTERS)
    form = WithdrawRevisionForm(request.POST or None)
    if _done(request, form, services.withdraw_revision, plan):
        messages.success(request, "The revision is withdrawn. The plan reads as it is in force.")
        return redirect(PAGE, slug, fiscal_year)
    if request.method != "POST":
        _to_take(plan, RevisionStep.WITHDRAW)
    return _ask(
        request,
        plan,
        form,
        verb="Withdraw the revision",
        title=f"Withdraw the revision of {plan.district}’s FY{plan.cycle_id} plan?",
        body="The plan reads again as it is in force, and what was written in the revision is gone"
        " from it. Versions that were closed stay on record.",
        is_bad=True,
    )


def _to_take(plan: Plan, step: RevisionStep) -> PlanRevision:
    """The revision that is open.

    Raises:
        StepNotAllowed: there is none, or the step does not start from where it is.
    """
    found = open_revision(plan)
    revision_target(step, source=found.status)
    return found


def _done(request: SignedInRequest, form: ActForm, verb: Callable[..., object], plan: Plan) -> bool:
    """Whether what was posted was done. What is missing is said above what was typed."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        verb(plan_id=plan.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
    except services.NotReady as refusal:
        for finding in refusal.stops:
            refuse(form, finding.sentence)
        return False
    except services.Blocked as refusal:
        for reason in refusal.reasons:
            refuse(form, reason)
        return False
    return True


def _ask(request: SignedInRequest, plan: Plan, form: ActForm, **context: Any) -> HttpResponse:
    said = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "form": form,
        "back_words": "Not now",
        **context,
    }
    return render(request, "plans/plan_ask.html", said, status=status_of(form))
