"""A public page: whether a fingerprint, or a file, is that of a plan that was handed in, or of the
Department's public copy of one."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from districts.requests import status_of
from notices.pages import Page, path_of
from plans.forms.verifying import VerifyForm
from plans.reports.filed import PublicCopy, filed_as, public_copies

ASKING = "verify_plan"  # a limit of ACCOUNT_RATE_LIMITS: so that nobody tries codes by the thousand


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """A link brings the fingerprint along. What is asked is looked up once it is sent,
    so that robots that follow links ask nothing; and nothing of it is kept."""
    if request.method != "POST":
        return _page(request, VerifyForm(initial={"code": request.GET.get("code", "")}))
    form = VerifyForm(request.POST, request.FILES)
    if not ratelimit.consume(request, action=ASKING):
        return _page(request, form, is_throttled=True)
    if not form.is_valid():
        return _page(request, form)
    return _page(request, VerifyForm(), sha256=form.sha256)


def _page_of(copy: PublicCopy) -> str:
    return path_of(Page("public_plan", (copy.slug, copy.fiscal_year)))


def _page(
    request: HttpRequest, form: VerifyForm, *, sha256: str = "", is_throttled: bool = False
) -> HttpResponse:
    filed = filed_as(sha256) if sha256 else []
    copies = public_copies(sha256) if sha256 and not filed else []
    context = {
        "form": form,
        "sha256": sha256,
        "filed": filed,
        "copies": [(each, _page_of(each)) for each in copies],
        "is_throttled": is_throttled,
    }
    status = HTTPStatus.TOO_MANY_REQUESTS if is_throttled else status_of(form)
    return render(request, "plans/verify.html", context, status=status)
