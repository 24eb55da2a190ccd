"""The steps of an expenditure report: start, close, certify, accept, return, correct."""

from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from districts.requests import SignedInRequest, status_of
from plans.forms.handing_in import ActForm
from plans.reading.access import visible_plan_or_404
from plans.workflow import StepNotAllowed
from progress import services
from progress.calendar import EXPENDITURE_PERIODS
from progress.documents.spending import EXPENDITURE, object_codes
from progress.forms.acts import CertifyForm, CorrectForm, ReturnForm
from progress.permissions import may_prepare
from progress.services.filing import about_which
from progress.services.spending import EXPENDITURE_KIND
from progress.views.refusals import says_refusal
from progress.views.spending_access import Opened, report_or_404
from progress.views.spending_grid import groups_of, read_rows
from progress.views.spending_page import report_page
from progress.workflow import ReportStep

SIGNING = "sign_plan"  # the rate limit's name in the settings: one for whatever is signed
PREPARES = "The fiscal officer and the plan coordinator write this report."


@require_POST
@says_refusal
def start(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    plan = visible_plan_or_404(request, slug, fiscal_year)
    if period not in EXPENDITURE_PERIODS:
        raise Http404
    if not may_prepare(request.user, plan):
        raise PermissionDenied(PREPARES)
    services.start(
        kind=EXPENDITURE_KIND, plan_id=plan.pk, period=period, by=request.user, at=timezone.now()
    )
    messages.success(request, "Started, with the approved amounts. Nothing is reported yet.")
    return redirect("progress:spending_report", slug, fiscal_year, period)


@require_POST
@says_refusal
def close(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    opened = report_or_404(request, slug, fiscal_year, period)
    if not may_prepare(request.user, opened.plan):
        raise PermissionDenied(PREPARES)
    try:
        version = services.close(
            kind=EXPENDITURE_KIND, report_id=opened.report.pk, by=request.user, at=timezone.now()
        )
    except services.NotReady as refusal:
        messages.error(request, str(refusal))
        return report_page(request, opened, status=HTTPStatus.CONFLICT)
    messages.success(
        request,
        f"Version {version.number} is closed. The superintendent has a letter, and certifies it.",
    )
    return redirect("progress:spending_report", slug, fiscal_year, period)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@says_refusal
def certify(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    opened = report_or_404(request, slug, fiscal_year, period)
    if not opened.may_certify:
        raise PermissionDenied("The superintendent certifies this report.")
    if request.method != "POST":
        return _certify_page(request, opened, None)
    form = CertifyForm(request.POST, signer=request.user)
    if not ratelimit.consume(request, action=SIGNING, user=request.user):
        return _certify_page(request, opened, form, is_throttled=True)
    if not form.is_valid():
        return _certify_page(request, opened, form)
    ratelimit.clear(request, action=SIGNING, user=request.user)
    services.certify(
        kind=EXPENDITURE_KIND,
        report_id=opened.report.pk,
        sha256=form.cleaned_data["sha256"],
        by=request.user,
        at=timezone.now(),
        key=form.cleaned_data["key"],
    )
    messages.success(request, "Certified. Its figures hold from now on, and the Department has it.")
    return redirect("progress:spending_report", slug, fiscal_year, period)


def _certify_page(
    request: SignedInRequest,
    opened: Opened,
    form: CertifyForm | None,
    *,
    is_throttled: bool = False,
) -> HttpResponse:
    """The frozen figures, and the sentence that is signed."""
    report, version = opened.report, opened.closed
    if version is None:
        raise StepNotAllowed(
            "There is no closed version of this report to certify now. The fiscal officer or the"
            " plan coordinator closes it."
        )
    if why := services.why_not_theirs(EXPENDITURE_KIND, report, version, request.user):
        raise StepNotAllowed(why)
    document = EXPENDITURE.document_of(version)
    status = HTTPStatus.OK if form is None else HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "opened": opened,
        "plan": opened.plan,
        "report": report,
        "document": document,
        "groups": list(groups_of(read_rows(document), object_codes())),
        "version": version,
        "intent": services.intent_of(EXPENDITURE_KIND, report, version),
        "form": form or CertifyForm(signer=request.user, initial={"sha256": version.sha256}),
        "is_throttled": is_throttled,
    }
    return render(
        request,
        "progress/spending_certify.html",
        context,
        status=HTTPStatus.TOO_MANY_REQUESTS if is_throttled else status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def accept(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    opened = _to_judge(request, slug, fiscal_year, period)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.accept(
            kind=EXPENDITURE_KIND,
            report_id=opened.report.pk,
            by=request.user,
            at=timezone.now(),
            key=form.cleaned_data["key"],
        )
        messages.success(request, "Accepted. The district has a letter.")
        return redirect("progress:spending_report", slug, fiscal_year, period)
    services.ask_step(opened.report, ReportStep.ACCEPT)
    said = {
        "act": "Accept",
        "verb": "Accept the report",
        "body": "The report stands as it is, and the district gets a letter. A correction is a new"
        " report of the district’s, with its reason.",
    }
    return _ask(request, opened, form, said)


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def give_back(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    opened = _to_judge(request, slug, fiscal_year, period)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.return_report(
            kind=EXPENDITURE_KIND,
            report_id=opened.report.pk,
            by=request.user,
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, "Returned. The district has a letter with your reason.")
        return redirect("progress:spending", slug, fiscal_year)
    services.ask_step(opened.report, ReportStep.RETURN)
    said = {
        "act": "Return",
        "verb": "Return the report",
        "body": "The district edits it, and it is closed and certified again. What was certified"
        " holds until then. The district gets a letter with your reason.",
    }
    return _ask(request, opened, form, said)


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def correct(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    opened = report_or_404(request, slug, fiscal_year, period)
    if not may_prepare(request.user, opened.plan):
        raise PermissionDenied(PREPARES)
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.supersede(
            kind=EXPENDITURE_KIND,
            report_id=about_which(EXPENDITURE_KIND, opened.report, form.cleaned_data["key"]),
            by=request.user,
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(
            request, "A correction is started, with the figures of the report before it."
        )
        return redirect("progress:spending_report", slug, fiscal_year, period)
    services.ask_step(opened.report, ReportStep.SUPERSEDE)
    said = {
        "act": "Correct",
        "verb": "Start a correction",
        "body": "A new report takes the place of this one, and starts with its figures. This one is"
        " kept with your reason, and its figures hold until the new one is certified.",
    }
    return _ask(request, opened, form, said)


def _to_judge(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> Opened:
    opened = report_or_404(request, slug, fiscal_year, period)
    if not opened.may_judge:
        raise PermissionDenied("The plan’s reviewers and the program manager judge this report.")
    return opened


def _ask(request: SignedInRequest, opened: Opened, form: Any, said: dict[str, str]) -> HttpResponse:
    plan, report = opened.plan, opened.report
    context = {
        **said,
        "plan": plan,
        "report": report,
        "form": form,
        "title": f"{said['act']} {plan.district.name}’s {EXPENDITURE_KIND.name_of(report)}?",
        "back_words": "Not now",
        "back": reverse(
            "progress:spending_report", args=[plan.district.slug, plan.cycle_id, report.period]
        ),
    }
    return render(request, "progress/spending_ask.html", context, status=status_of(form))
