"""The letter of a decision as a PDF: set by the worker from the text that was frozen."""

from http import HTTPStatus

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from plans import services
from plans.models import Plan
from plans.reading.access import visible_plan_or_404
from plans.services import NoWorker, Pdf, PdfState
from reviews.models import Determination
from reviews.reading.letter_paper import letter_paper
from reviews.views.findings import page_of


@never_cache
@require_safe
def decision_pdf(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Opening the page asks for it: it is short, and the same letter is made once a day."""
    plan, decided = _letter_or_404(request, slug, fiscal_year)
    found = _asked(plan, decided)
    if request.headers.get("HX-Request") and request.GET.get("seen") == found.state.value:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    seen = urlencode({"seen": found.state.value})
    context = {
        "plan": plan,
        "decided": decided,
        "pdf": found,
        "back": page_of(request, plan),
        "look_url": f"{request.path}?{seen}",
    }
    return render(request, "reviews/decision_pdf.html", context)


@require_safe
def decision_pdf_file(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponseBase:
    plan, decided = _letter_or_404(request, slug, fiscal_year)
    found = services.passing_pdf(decided, services.hash_of(letter_paper(plan, decided)))
    if found.state is not PdfState.READY:
        return redirect("reviews:decision_pdf", slug, fiscal_year)
    return FileResponse(
        default_storage.open(found.name, "rb"),
        as_attachment=True,  # never shown inside our own pages
        filename=f"{slug}-FY{fiscal_year}-decision-letter.pdf",
        content_type="application/pdf",
    )


def _letter_or_404(
    request: SignedInRequest, slug: str, fiscal_year: int
) -> tuple[Plan, Determination]:
    """For the district and the Department, once the letter has left."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    told = Determination.objects.filter(plan=plan).told(timezone.now())
    decided = (
        told.select_related("version", "frozen_letter__template").defer("version__document").first()
    )
    if decided is None:
        raise Http404
    return plan, decided


def _asked(plan: Plan, decided: Determination) -> Pdf:
    """What became of it. One that failed is not asked for again until that is forgotten."""
    paper = letter_paper(plan, decided)
    found = services.passing_pdf(decided, services.hash_of(paper))
    if found.state is not PdfState.NOT_ASKED:
        return found
    try:
        asked = services.ask_for_pdf(paper, of=decided)
    except NoWorker:
        return found
    return services.passing_pdf(decided, asked)
