"""Closing a plan for signature, its signatures, and signing."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft, read_anew, stored_document
from plans.forms.handing_in import SignForm
from plans.models import Plan, PlanVersion, Signature
from plans.permissions import SIGNERS, capacities_of, may_edit, open_steps
from plans.reading.access import draft_or_404, own_plan_or_404
from plans.reading.compared import SinceReturned, since_returned
from plans.reading.document import document_sections, reading_context
from plans.reading.removed import what_an_edit_voids
from plans.reports.asked import unanswered_of
from plans.reports.reasons import warnings_of
from plans.reports.versions import holders_of, returned_version, versions_of
from plans.rules.moved import Moved, moved_since
from plans.services.closing import intent_of
from plans.views.editor import findings_of, lines_of
from plans.views.refusals import says_refusal
from plans.views.saving import seen_signatures
from plans.workflow import Status, Step, StepNotAllowed, label_for, said_to_district

SIGNING = "sign_plan"  # the rate limit's name in the settings


@dataclass(frozen=True)
class Signer:
    """One of the two who sign: who could, and the signature once it is there."""

    capacity: str
    people: list[str]
    signature: Signature | None


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def close(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    draft = draft_or_404(request, slug, fiscal_year)
    plan = draft.plan
    if not may_edit(request.user, plan):
        raise PermissionDenied("The plan coordinator and the fiscal officer close the plan.")
    if not plan.is_editable:
        raise StepNotAllowed(
            f"This plan is {said_to_district(plan.status)} now, so it cannot be closed."
        )
    if request.method == "POST":
        try:
            closed = services.close_for_signature(
                plan_id=plan.pk,
                by=request.user,
                at=timezone.now(),
                number=_number_shown(request),
                seen=seen_signatures(request),
            )
        except (services.NotReady, services.SignedSince) as refusal:
            return _close_page(
                request,
                read_anew(plan),
                status=HTTPStatus.CONFLICT,
                is_signed_since=isinstance(refusal, services.SignedSince),
            )
        messages.success(request, f"Version {closed.number} is closed for signature.")
        return redirect("plans:signatures", slug, fiscal_year)
    if plan.closed_at and not _moved_since_closing(draft):
        return redirect("plans:signatures", slug, fiscal_year)
    services.refuse_unless_it_may_file(plan)
    return _close_page(request, draft, status=HTTPStatus.OK)


def _number_shown(request: SignedInRequest) -> int | None:
    """Of the version that the page said would be closed; none on a page of a former release."""
    number = request.POST.get("number", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 5 else None


def _moved_since_closing(draft: Draft) -> list[Moved]:
    """What the Department changed since the text was closed as it stands."""
    version = services.current_version(draft.plan)
    return moved_since(stored_document(version), draft.document) if version else []


def _close_page(
    request: SignedInRequest, draft: Draft, *, status: int, is_signed_since: bool = False
) -> HttpResponse:
    """Everything that is missing, each with its place; and if nothing is, what closing does."""
    plan = draft.plan
    findings = findings_of(draft)
    stops = [finding for finding in findings if finding.stops]
    warnings = [finding for finding in findings if not finding.stops]
    unanswered = list(unanswered_of(plan))
    moved = _moved_since_closing(draft) if plan.closed_at else []
    context = {
        "moved": [one.sentence for one in moved],
        "voids": what_an_edit_voids(plan),
        "is_signed_since": is_signed_since,
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "missing": len(stops) + len(unanswered),
        "stops": lines_of(draft, stops),
        "unanswered": unanswered,
        "warnings": lines_of(draft, warnings),
        "number": plan.versions.count() + 1,
        "signers": _signers(plan, None),
    }
    return render(request, "plans/plan_close.html", context, status=status)


@require_safe
def signatures(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    versions = list(versions_of(plan))
    current = next((each for each in versions if each.edition == plan.edition), None)
    signers = _signers(plan, current)
    since = (
        services.since_closing(plan, current, at=timezone.now())
        if current and plan.is_editable
        else None
    )
    context = {
        "plan": plan,
        "since": since,
        "label": label_for(plan.status, is_department=False, writes=may_edit(request.user, plan)),
        "current": current,
        "last": versions[0] if versions else None,
        "versions": versions,
        "signers": signers,
        "unanswered": unanswered_of(plan).count(),
        "is_signed": current is not None and all(signer.signature for signer in signers),
        **_what_is_theirs(request, plan, current, since),
    }
    return render(request, "plans/plan_signatures.html", context)


def _what_is_theirs(
    request: SignedInRequest, plan: Plan, current: PlanVersion | None, since: services.Since | None
) -> dict[str, bool]:
    """The buttons: what this person may do about the signatures now."""
    signed = [each.signed_by_id for each in current.signatures.all()] if current else []
    taken = {each.capacity for each in current.signatures.all()} if current else set()
    stands = since is None or not since.why_not
    drafts = plan.is_editable and may_edit(request.user, plan)
    return {
        "may_close": drafts and (current is None or not stands),
        "may_close_again": drafts and stands and since is not None and bool(since.moved),
        "may_sign": current is not None
        and stands
        and plan.is_editable
        and request.user.pk not in signed
        and bool(set(capacities_of(request.user, plan)) - taken),
        "may_submit": stands and Step.SUBMIT in open_steps(request.user, plan),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@says_refusal(to="plans:signatures")
def sign(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    capacities = capacities_of(request.user, plan)
    if not capacities:
        raise PermissionDenied("The superintendent and the board chair sign the plan.")
    if request.method == "POST":
        return _sign(request, plan, capacities)
    return _sign_page(request, plan, capacities, None)


def _sign(
    request: SignedInRequest, plan: Plan, capacities: list[Signature.Capacity]
) -> HttpResponse:
    form = SignForm(request.POST, signer=request.user)
    if not ratelimit.consume(request, action=SIGNING, user=request.user):
        return _sign_page(request, plan, capacities, form, is_throttled=True)
    if not form.is_valid():
        return _sign_page(request, plan, capacities, form)
    ratelimit.clear(request, action=SIGNING, user=request.user)
    signature = services.sign(
        plan_id=plan.pk,
        sha256=form.cleaned_data["sha256"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(
        request,
        f"You signed version {signature.version.number} "
        f"as {signature.get_capacity_display().lower()}.",
    )
    return redirect("plans:signatures", plan.district.slug, plan.cycle_id)


def _sign_page(
    request: SignedInRequest,
    plan: Plan,
    capacities: list[Signature.Capacity],
    form: SignForm | None,
    *,
    is_throttled: bool = False,
) -> HttpResponse:
    """The whole frozen text, and the sentence that is signed. No text: the state of things."""
    version = services.current_version(plan)
    signatures = {each.capacity: each for each in version.signatures.all()} if version else {}
    free = [capacity for capacity in capacities if capacity not in signatures]
    signed = {each.signed_by_id for each in signatures.values()}
    if version is None or not free or request.user.pk in signed or not plan.is_editable:
        return redirect("plans:signatures", plan.district.slug, plan.cycle_id)
    services.refuse_unless_it_may_file(plan)
    since = services.since_closing(plan, version, at=timezone.now())
    if since.why_not:
        return redirect("plans:signatures", plan.district.slug, plan.cycle_id)
    document = stored_document(version)
    context: dict[str, Any] = {
        "plan": plan,
        "told": since.told,
        "label": label_for(plan.status, is_department=False, writes=may_edit(request.user, plan)),
        "version": version,
        "intent": intent_of(plan, version, free[0]),
        "capacity": free[0].label.lower(),
        "form": form or SignForm(signer=request.user, initial={"sha256": version.sha256}),
        "is_throttled": is_throttled,
        "may_edit": False,
        "sections": document_sections(document),
        "since_returned": _since_returned(plan, version),
        "warnings": list(warnings_of(version)),
        **reading_context(document),
    }
    status = (
        HTTPStatus.TOO_MANY_REQUESTS
        if is_throttled
        else HTTPStatus.UNPROCESSABLE_ENTITY
        if form
        else HTTPStatus.OK
    )
    return render(request, "plans/plan_sign.html", context, status=status)


def _since_returned(plan: Plan, version: PlanVersion) -> SinceReturned | None:
    """Of a plan that is returned now."""
    returned = returned_version(plan) if plan.status == Status.RETURNED else None
    return since_returned(plan.cycle_id, returned, version) if returned else None


def _signers(plan: Plan, version: PlanVersion | None) -> list[Signer]:
    """Superintendent and board chair: who holds the role now, and who signed. One query."""
    people = holders_of(plan, SIGNERS)
    made = {each.capacity: each for each in version.signatures.all()} if version else {}
    return [
        Signer(role.label, people.get(role, []), made.get(capacity))
        for role, capacity in SIGNERS.items()
    ]
