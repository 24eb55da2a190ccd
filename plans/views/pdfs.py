"""The PDF of a plan: asked for, waited for, and opened; of the draft, and of each version."""

import logging
import re
from http import HTTPStatus

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest
from plans import services
from plans.models import Plan, PlanVersion
from plans.reading.access import draft_or_404, own_plan_or_404, version_or_404
from plans.reading.paper import Json, draft_paper, version_paper
from plans.reports.versions import latest_standing

ASKED_METHODS = ["GET", "HEAD", "POST"]
READY = services.PdfState.READY
ON_ITS_WAY = {services.PdfState.ASKED, services.PdfState.BEGUN}
Place = tuple[str | int, ...]
A_HASH = re.compile(r"[0-9a-f]{64}")

logger = logging.getLogger(__name__)


@require_http_methods(ASKED_METHODS)
def draft_pdf(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Of the text as it stands when the PDF is asked for, whatever is written meanwhile.

    Of a plan that was handed in, and is not written now, that is no draft: it has its version's.
    """
    draft = draft_or_404(request, slug, fiscal_year)
    standing = None if draft.plan.is_editable else latest_standing(draft.plan)
    if standing is not None:
        return redirect("plans:version_pdf", slug, fiscal_year, standing.number)
    if request.method == "POST":
        return _ask(request, draft_paper(draft, at=timezone.now()), of=draft.plan)
    paper = _asked_for(request)
    pdf = services.draft_pdf(draft.plan, paper) if paper else None
    return _page(request, draft.plan, None, pdf)


@require_safe
def draft_pdf_file(
    request: SignedInRequest, slug: str, fiscal_year: int, paper: str
) -> HttpResponseBase:
    """By the hash of what it says: also while the draft is another by now, or is handed in."""
    plan = own_plan_or_404(request, slug, fiscal_year)
    if not A_HASH.fullmatch(paper):
        raise Http404
    return _file(services.draft_pdf(plan, paper), plan, "draft")


@require_http_methods(ASKED_METHODS)
def version_pdf(request: SignedInRequest, slug: str, fiscal_year: int, number: int) -> HttpResponse:
    version = version_or_404(request, slug, fiscal_year, number)
    if request.method == "POST":
        return _ask(request, version_paper(version), of=version)
    pdf = services.version_pdf(version, _asked_for(request))
    return _page(request, version.plan, version, pdf)


@require_safe
def version_pdf_file(
    request: SignedInRequest, slug: str, fiscal_year: int, number: int
) -> HttpResponseBase:
    version = version_or_404(request, slug, fiscal_year, number)
    return _file(services.version_pdf(version), version.plan, f"version-{number}")


def _asked_for(request: SignedInRequest) -> str:
    """The hash of the paper that the page waits for; nothing where it is none."""
    given = request.GET.get("text", "")
    return given if A_HASH.fullmatch(given) else ""


def _ask(request: SignedInRequest, paper: Json, *, of: Plan | PlanVersion) -> HttpResponse:
    try:
        asked = services.ask_for_pdf(paper, of=of)
    except services.NoWorker as refusal:
        messages.warning(request, str(refusal))
        return redirect(request.path)
    return redirect(f"{request.path}?{urlencode({'text': asked})}#pdf")  # where it says how far


def _page(
    request: SignedInRequest,
    plan: Plan,
    version: PlanVersion | None,
    pdf: services.Pdf | None,
) -> HttpResponse:
    """Our script asks what is new: nothing, while the state is what its page has seen."""
    pdf = pdf or services.Pdf(services.PdfState.NOT_ASKED)
    if request.htmx and request.GET.get("seen") == pdf.state.value:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    place: Place = (plan.district.slug, plan.cycle_id, *([version.number] if version else []))
    paper = _asked_for(request)
    asked = {"text": paper} if paper else {}
    context = {
        "plan": plan,
        "version": version,
        "pdf": pdf,
        "is_waited_for": bool(asked),
        "is_idle": pdf.state not in ON_ITS_WAY and not (version and pdf.state is READY),
        "read_url": reverse("plans:version" if version else "plans:read", args=place),
        "file_url": _address_of_file(pdf, version, (*place, *([] if version else [paper]))),
        "here_url": f"{request.path}?{urlencode(asked)}",
        "look_url": f"{request.path}?{urlencode(asked | {'seen': pdf.state.value})}",
    }
    return render(request, "plans/pdf.html", context)


def _address_of_file(pdf: services.Pdf, version: PlanVersion | None, place: Place) -> str:
    name = "plans:version_pdf_file" if version else "plans:draft_pdf_file"
    return reverse(name, args=place) if pdf.state is READY else ""


def _file(pdf: services.Pdf, plan: Plan, of: str) -> HttpResponseBase:
    if pdf.state is not READY:
        raise Http404
    return FileResponse(
        default_storage.open(pdf.name, "rb"),
        as_attachment=True,  # never shown inside our own pages
        filename=f"{plan.district.slug}-FY{plan.cycle_id}-plan-{of}.pdf",
        content_type="application/pdf",
    )
