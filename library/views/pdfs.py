"""The PDF of a public plan: set from the public text by the worker that sets a version’s."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from library.models import Publication
from library.reading.pages import shown
from library.reading.paper import public_paper
from library.views.reading import publication_or_404
from plans import services
from plans.services import NoWorker, Pdf, PdfState


@login_not_required
@never_cache
@require_safe
def pdf(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Opening the page asks for it: a stranger has no form to send, and one paper is made once."""
    publication = publication_or_404(slug, fiscal_year)
    found = _asked(publication)
    if request.headers.get("HX-Request") and request.GET.get("seen") == found.state.value:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    seen = urlencode({"seen": found.state.value})
    context = shown(publication) | {"pdf": found, "look_url": f"{request.path}?{seen}"}
    return render(request, "library/pdf.html", context)


@login_not_required
@require_safe
def pdf_file(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponseBase:
    publication = publication_or_404(slug, fiscal_year)
    found = services.passing_pdf(publication, services.hash_of(public_paper(publication)))
    if found.state is not PdfState.READY:
        return redirect("library:pdf", slug, fiscal_year)
    return FileResponse(
        default_storage.open(found.name, "rb"),
        as_attachment=True,  # never shown inside our own pages
        filename=f"{slug}-FY{fiscal_year}-plan-public.pdf",
        content_type="application/pdf",
    )


def _asked(publication: Publication) -> Pdf:
    """What became of it. One that failed is not asked for again until that is forgotten."""
    paper = public_paper(publication)
    found = services.passing_pdf(publication, services.hash_of(paper))
    if found.state is not PdfState.NOT_ASKED:
        return found
    try:
        asked = services.ask_for_pdf(paper, of=publication)
    except NoWorker:
        return found
    return services.passing_pdf(publication, asked)
