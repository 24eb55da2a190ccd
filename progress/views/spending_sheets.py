"""An expenditure report as a spreadsheet: downloaded, and brought in after a look at it."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest
from districts.services.sheets import Unusable
from districts.services.tables import Difference, Kind, Preview
from plans.forms.drafting import write_carried
from plans.services.merging import digest_of
from plans.workflow import StepNotAllowed
from progress.documents.spending import CodePart, ExpenditureDocument
from progress.forms.spending import SheetForm
from progress.permissions import may_prepare
from progress.services.spending import codes_of_year
from progress.services.spending_sheet import (
    HEADER,
    preview_of,
    report_as_csv,
    report_as_workbook,
)
from progress.views.refusals import says_refusal
from progress.views.spending_access import Opened, report_or_404
from progress.views.spending_steps import PREPARES

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def download(
    request: SignedInRequest, slug: str, fiscal_year: int, period: str, kind: str
) -> HttpResponse:
    opened = report_or_404(request, slug, fiscal_year, period)
    code = opened.plan.district.edsight_code
    if kind == "csv":
        text = report_as_csv(opened.document, district_code=code)
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        raw = report_as_workbook(opened.document, district_code=code)
        response = HttpResponse(raw, content_type=XLSX_TYPE)
    else:
        raise Http404
    name = f"{slug}-FY{fiscal_year}-{opened.document.as_of.isoformat()}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, name)  # noqa: FBT003
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def bring_in(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    """Ask for a file, and show what it would change; that page sends it to be saved."""
    opened = report_or_404(request, slug, fiscal_year, period)
    if not may_prepare(request.user, opened.plan):
        raise PermissionDenied(PREPARES)
    if not opened.is_draft:
        raise StepNotAllowed("This report is certified, so no file can be brought into it.")
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return _ask_for_a_file(request, opened, form, status)
    file = form.cleaned_data["file"]
    known = dict(codes_of_year(fiscal_year).values_list("code", "name"))
    try:
        preview = preview_of(
            file.read(),
            opened.document,
            district_code=opened.plan.district.edsight_code,
            known_codes=known,
        )
    except Unusable as unusable:
        form.add_error("file", str(unusable))
        return _ask_for_a_file(request, opened, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _show(request, opened, preview, file.name)


def _ask_for_a_file(
    request: SignedInRequest, opened: Opened, form: SheetForm, status: int
) -> HttpResponse:
    context = {
        "opened": opened,
        "plan": opened.plan,
        "report": opened.report,
        "form": form,
        "columns": HEADER,
    }
    return render(request, "progress/spending_bring_in.html", context, status=status)


def _show(
    request: SignedInRequest, opened: Opened, preview: Preview, file_name: str
) -> HttpResponse:
    """What is new, changed and at fault; the rest is counted. Nothing is written."""
    shown = [one for one in preview.differences if one.kind != Kind.UNCHANGED]
    context = {
        "opened": opened,
        "plan": opened.plan,
        "report": opened.report,
        "preview": preview,
        "shown": shown,
        "file_name": file_name,
        "fields": list(_as_sent(opened.document, preview).items()),
        "after": _after(opened.document, preview),
    }
    return render(request, "progress/spending_preview.html", context)


def _as_sent(document: ExpenditureDocument, preview: Preview) -> dict[str, str]:
    """What the page of the report would send: each cell to bring in, filled from what is here."""
    here = {(code.funding_source, code.object_code): code for code in document.codes}
    sent: dict[str, str] = {}
    carried: dict[str, dict[str, str]] = {}
    added: dict[Any, str] = {}
    for one in preview.to_bring_in:
        code = here.get(one.key)
        prefix = f"code-{code.id}" if code else added.setdefault(one.key, f"new-{len(added)}")
        sent[f"{prefix}-{one.column.name}"] = str(one.there)
        if code is not None:
            carried.setdefault(prefix, {})[one.column.name] = _digest(code, one)
        else:
            sent[f"{prefix}-funding_source"], sent[f"{prefix}-object_code"] = one.key
    return sent | {f"{prefix}-was": write_carried(was) for prefix, was in carried.items()}


def _digest(code: CodePart, one: Difference) -> str:
    name = one.column.name
    return digest_of(getattr(code, name), code.as_typed.get(name))


def _after(document: ExpenditureDocument, preview: Preview) -> dict[str, int]:
    """What the report would add up to."""
    sums = {"obligated": document.obligated, "expended": document.expended}
    for one in preview.to_bring_in:
        if one.column.is_summed:
            sums[one.column.name] += one.there - (one.here or 0)
    return sums | {"balance": document.authorized.total - sums["expended"]}
