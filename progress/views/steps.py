"""The steps of a progress report, each asked on a page before it is taken."""

from http import HTTPStatus
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest, status_of
from districts.words import day
from plans.forms.handing_in import ActForm
from plans.workflow import StepNotAllowed
from progress import services
from progress.documents import PROGRESS
from progress.forms.acts import CertifyForm, CorrectForm, ReturnForm
from progress.models import ProgressReport
from progress.permissions import may_certify, may_judge, may_prepare, may_read_draft
from progress.reading.access import (
    own_report_or_404,
    plan_url,
    readable_or_404,
    standing_or_404,
)
from progress.reading.findings import lines_of
from progress.reading.labels import IMPLEMENTATION, label_of
from progress.services.progress import KIND
from progress.views.refusals import says_refusal
from progress.workflow import EDITABLE, ReportStep

CERTIFYING = "sign_plan"  # the rate limit’s name in the settings: a password is tried here too


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def close(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    report = own_report_or_404(request, slug, fiscal_year, period)
    if not may_prepare(request.user, report.plan):
        raise PermissionDenied("The plan coordinator and the fiscal officer close the report.")
    if report.status not in EDITABLE:
        raise StepNotAllowed(
            f"This report is {report.get_status_display().lower()} now, so it cannot be closed."
        )
    if request.method == "POST":
        try:
            version = services.close(
                kind=KIND, report_id=report.pk, by=request.user, at=timezone.now()
            )
        except services.NotReady:
            return _close_page(request, report, status=HTTPStatus.CONFLICT)
        messages.success(
            request,
            f"Version {version.number} is closed. The superintendent is asked to certify it.",
        )
        return redirect(_page_of(report))
    return _close_page(request, report)


def _close_page(
    request: SignedInRequest, report: ProgressReport, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    document = KIND.document_of(report)
    found = KIND.findings(document, eastern_day(timezone.now()))
    lines = lines_of(found, document, at=_page_of(report, "progress:write"))
    context = {
        **_context(request, report),
        "stops": [line for line in lines if line.finding.stops],
        "warnings": [line for line in lines if not line.finding.stops],
        "number": report.versions.count() + 1,
    }
    return render(request, "progress/report_close.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@says_refusal
def certify(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    report = own_report_or_404(request, slug, fiscal_year, period)
    if not may_certify(request.user, report.plan):
        raise PermissionDenied("The superintendent certifies the report.")
    if request.method != "POST":
        return _certify_page(request, report, None)
    form = CertifyForm(request.POST, signer=request.user)
    if not ratelimit.consume(request, action=CERTIFYING, user=request.user):
        return _certify_page(request, report, form, is_throttled=True)
    if not form.is_valid():
        return _certify_page(request, report, form)
    ratelimit.clear(request, action=CERTIFYING, user=request.user)
    services.certify(
        kind=KIND,
        report_id=report.pk,
        sha256=form.cleaned_data["sha256"],
        by=request.user,
        at=timezone.now(),
        key=form.cleaned_data["key"],
    )
    messages.success(request, "Certified. The Department has the report.")
    return redirect(_page_of(report))


def _certify_page(
    request: SignedInRequest,
    report: ProgressReport,
    form: CertifyForm | None,
    *,
    is_throttled: bool = False,
) -> HttpResponse:
    services.ask_step(report, ReportStep.CERTIFY)
    version = services.current_version(report)
    if version is None or version.signatures.exists():
        raise StepNotAllowed(
            "The report is not closed for certification: the plan coordinator or the fiscal officer"
            " closes it first."
        )
    if why := services.why_not_theirs(KIND, report, version, request.user):
        raise StepNotAllowed(why)
    context: dict[str, Any] = {
        **_context(request, report),
        "version": version,
        "document": PROGRESS.document_of(version),
        "implementation": IMPLEMENTATION,
        "intent": services.intent_of(KIND, report, version),
        "form": form or CertifyForm(signer=request.user, initial={"sha256": version.sha256}),
        "is_throttled": is_throttled,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK
    if is_throttled:
        status = HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "progress/report_certify.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def accept(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    report = _to_judge(request, slug, fiscal_year, period)
    form = ActForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.accept(
            kind=KIND,
            report_id=report.pk,
            by=request.user,
            at=timezone.now(),
            key=form.cleaned_data["key"],
        )
        messages.success(request, "Accepted. The district has a letter that says so.")
        return redirect(_page_of(report))
    services.ask_step(report, ReportStep.ACCEPT)
    return _ask(
        request,
        report,
        form,
        act="Accept",
        verb="Accept the report",
        back_words="Not yet",
        title=f"Accept {report.plan.district.name}’s {KIND.name_of(report)}?",
        body="The district has a letter that says so. Its figures hold already, since they were"
        " certified.",
        more="What turns out to be wrong later, the district corrects by a new report.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def send_back(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    report = _to_judge(request, slug, fiscal_year, period)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.return_report(
            kind=KIND,
            report_id=report.pk,
            by=request.user,
            at=timezone.now(),
            key=form.cleaned_data["key"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, "Returned. The district has a letter with your reason.")
        return redirect("progress:reports", slug, fiscal_year)
    services.ask_step(report, ReportStep.RETURN)
    return _ask(
        request,
        report,
        form,
        act="Return",
        verb="Return the report",
        back_words="Not yet",
        title=f"Return {report.plan.district.name}’s {KIND.name_of(report)}?",
        body="It goes back to the district with your reason. They change it, close it, and have it"
        " certified again.",
        more="What was certified stays on record and holds until then.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def correct(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    report = own_report_or_404(request, slug, fiscal_year, period)
    if not may_prepare(request.user, report.plan):
        raise PermissionDenied("The plan coordinator and the fiscal officer correct a report.")
    form = CorrectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        services.supersede(
            kind=KIND,
            report_id=services.about_which(KIND, report, key),
            by=request.user,
            at=timezone.now(),
            key=key,
            reason=form.cleaned_data["reason"],
        )
        messages.success(
            request,
            "A new report is open, as a copy of the one before. That one stays readable, and its"
            " figures hold until the new one is certified.",
        )
        return redirect("progress:write", slug, fiscal_year, period)
    services.ask_step(report, ReportStep.SUPERSEDE)
    return _ask(
        request,
        report,
        form,
        act="Correct",
        verb="Start a correction",
        back_words="Leave it as it is",
        title=f"Correct the {KIND.name_of(report)}?",
        body="A new report starts as a copy of this one. You change what is wrong, and somebody"
        " else certifies it. The Department has a letter with your reason.",
        more="This one stays readable. Its figures hold until the new one is certified.",
    )


def _to_judge(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> ProgressReport:
    """The report, if somebody of the Department reads it, and judging it is theirs at all."""
    report = standing_or_404(request, slug, fiscal_year, period)
    readable_or_404(request, report)
    if not may_judge(request.user, report.plan):
        raise PermissionDenied("A reviewer of this plan or the program manager judges the report.")
    return report


def _page_of(report: ProgressReport, name: str = "progress:report") -> str:
    return reverse(name, args=[report.plan.district.slug, report.plan.cycle_id, report.period])


def _context(request: SignedInRequest, report: ProgressReport) -> dict[str, Any]:
    return {
        "report": report,
        "plan": report.plan,
        "plan_url": plan_url(request, report.plan),
        "name": KIND.name_of(report),
        "back": _page_of(report),
        "due_words": f"due {day(KIND.due_on(report.plan, report.period))}",
        "label": label_of(
            report.status, is_department=not may_read_draft(request.user, report.plan)
        ),
    }


def _ask(
    request: SignedInRequest, report: ProgressReport, form: ActForm, **context: str
) -> HttpResponse:
    context_ = {**_context(request, report), "form": form, **context}
    return render(request, "progress/report_ask.html", context_, status=status_of(form))
