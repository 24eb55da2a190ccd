"""The district's own steps, each asked on a page before it is taken."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from districts.words import deadline, eastern
from plans import services
from plans.documents import stored_document
from plans.forms.handing_in import ActForm, ReopenForm, WithdrawForm
from plans.models import Plan, PlanVersion
from plans.permissions import SIGNERS, may_take
from plans.reading.access import own_plan_or_404
from plans.reading.as_before import left_in_draft
from plans.reports.attachments import found_in_files
from plans.rules import Finding, attachment_findings, board_approval_findings, check
from plans.services.letters import RECEIPT_GOES_TO, people_of
from plans.services.steps import what_blocks_submission
from plans.views.refusals import says_refusal
from plans.workflow import TRANSITIONS, Part, Status, Step, label_for, target_of


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def submit(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = _plan_of_step(request, slug, fiscal_year, Step.SUBMIT)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            services.submit(plan_id=plan.pk, by=request.user, at=timezone.now(), key=key)
        except services.Blocked:
            return _submit_page(request, plan, form, status=HTTPStatus.CONFLICT)
        submitted_at, number = plan.events.values_list("taken_at", "version__number").get(key=key)
        messages.success(
            request,
            f"Submitted {eastern(submitted_at)}. "
            f"Version {number} is frozen. The Department has it.",
        )
        for finding in _about_the_vote(plan):
            messages.warning(request, finding.sentence)
        return redirect(plan)
    _starts_here(plan, Step.SUBMIT)
    services.refuse_unless_it_may_file(plan)
    return _submit_page(
        request,
        plan,
        form,
        status=status_of(form),
    )


def _submit_page(
    request: SignedInRequest, plan: Plan, form: ActForm, *, status: int
) -> HttpResponse:
    version = services.current_version(plan)
    since = services.since_closing(plan, version, at=timezone.now()) if version else None
    context = {
        "version": version,
        "told": since.told if since else [],
        "as_before": left_in_draft(plan) if plan.status == Status.RETURNED else [],
        "blocks": what_blocks_submission(plan, version, since),
        "warnings": [*_warnings_of(plan, version), *_about_the_vote(plan)],
        "receipt_to": people_of(plan, RECEIPT_GOES_TO),
        "goes_back": plan.status == Status.RETURNED
        and plan.assignments.current().reachable().exists(),
    }
    return _ask(request, plan, form, "plans/plan_submit.html", context, status=status)


def _warnings_of(plan: Plan, version: PlanVersion | None) -> list[Finding]:
    """A file that was found to be malicious since is told of too: it stops closing, and no more."""
    if version is None:
        return []
    document = stored_document(version)
    found = check(document, eastern_day(timezone.now()))
    return [
        *(finding for finding in found if not finding.stops),
        *attachment_findings(document, found_in_files(plan)),
    ]


def _about_the_vote(plan: Plan) -> list[Finding]:
    """What is to be said of the board's approval, which stands outside the signed text (R14)."""
    vote = plan.board_approval
    return board_approval_findings(vote.approved_on, vote.planned_on, eastern_day(timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def recall(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = _plan_of_step(request, slug, fiscal_year, Step.RECALL)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.recall(
            plan_id=plan.pk,
            by=request.user,
            at=timezone.now(),
            key=form.cleaned_data["key"],
        )
        messages.success(
            request, "Recalled. The plan is with you again, and is not handed in any more."
        )
        return redirect(plan)
    _starts_here(plan, Step.RECALL)
    stops = services.why_it_may_not_file(plan.district, plan.cycle_id)
    return _ask(
        request,
        plan,
        form,
        "plans/plan_ask.html",
        {
            "verb": "Recall the plan",
            "back_words": "Leave it with the Department",
            "title": f"Recall {plan.district}’s {plan.cycle} plan?",
            "body": "It comes back to you, and the Department does not have it any more. "
            "The closed version and its signatures stay until the text is edited.",
            "more": f"It cannot be handed in again. {stops}"
            if stops
            else f"It is then not handed in. {_when_due(plan)}",
        },
        status=status_of(form),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def withdraw(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = _plan_of_step(request, slug, fiscal_year, Step.WITHDRAW)
    form = WithdrawForm(request.POST or None, district=plan.district)
    if request.method == "POST" and form.is_valid():
        services.withdraw(
            plan_id=plan.pk,
            by=request.user,
            at=timezone.now(),
            key=form.cleaned_data["key"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(
            request, f"Withdrawn. Nothing follows from the FY{plan.cycle_id} plan; it is kept."
        )
        return redirect(plan)
    _starts_here(plan, Step.WITHDRAW)
    return _ask(
        request,
        plan,
        form,
        "plans/plan_ask.html",
        {
            "verb": "Withdraw the plan",
            "back_words": "Keep the plan",
            "is_bad": True,
            "title": f"Withdraw {plan.district}’s {plan.cycle} plan?",
            "body": f"This ends the plan for {plan.cycle}: it cannot be edited, signed or "
            "submitted any more. Nothing is deleted.",
            "more": "Only the superintendent can open it again, with a reason. No money may be "
            "spent without an approved plan (§ 10-262u(c)(2), 2024 edition).",
        },
        status=status_of(form),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def reopen(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = _plan_of_step(request, slug, fiscal_year, Step.REOPEN)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.reopen(
            plan_id=plan.pk,
            by=request.user,
            at=timezone.now(),
            key=form.cleaned_data["key"],
            reason=form.cleaned_data["reason"],
        )
        told = f"Opened again. The FY{plan.cycle_id} plan is a draft with you. {_what_stands(plan)}"
        messages.success(request, told.strip())
        return redirect(plan)
    _starts_here(plan, Step.REOPEN)
    services.refuse_unless_it_may_file(plan)
    return _ask(
        request,
        plan,
        form,
        "plans/plan_ask.html",
        {
            "verb": "Open the plan again",
            "back_words": "Leave it withdrawn",
            "title": f"Open {plan.district}’s {plan.cycle} plan again?",
            "body": "It becomes a draft with you, as it stood when it was withdrawn. "
            f"{_what_stands(plan)}The district’s people and the program managers have a letter "
            "with your reason.",
            "more": f"It is owed again, and its reminders go on. {_when_due(plan)}",
        },
        status=status_of(form),
    )


def _what_stands(plan: Plan) -> str:
    """Of a version that was closed, and not edited since: what was signed is signed still (R15)."""
    version = services.current_version(plan)
    if version is None:
        return ""
    signed = version.signatures.count()
    stands = f"with {signed} of {len(SIGNERS)} signatures" if signed else "not signed yet"
    return f"Version {version.number} stays closed, {stands}, until the text is edited. "


def _when_due(plan: Plan) -> str:
    is_past = timezone.now() > plan.closes_at()
    return f"It {'was' if is_past else 'is'} due {deadline(plan.due_on)}."


def _plan_of_step(request: SignedInRequest, slug: str, fiscal_year: int, step: Step) -> Plan:
    """The plan, if the step is this person's to take at all."""
    plan = own_plan_or_404(request, slug, fiscal_year)
    if not may_take(request.user, step, plan):
        whose = " or ".join(part.label for part in Part if part in TRANSITIONS[step].by)
        raise PermissionDenied(f"This step is for {whose}.")
    return plan


def _starts_here(plan: Plan, step: Step) -> None:
    """Refuse to ask about a step that the plan's status does not allow."""
    target_of(step, source=plan.status, before=Status.DRAFT)


def _ask(
    request: SignedInRequest,
    plan: Plan,
    form: ActForm,
    template: str,
    context: dict[str, Any],
    *,
    status: int,
) -> HttpResponse:
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "form": form,
        **context,
    }
    return render(request, template, context, status=status)
