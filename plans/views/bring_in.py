"""Bringing lines into the budget from a spreadsheet, after a look at them; and the way out."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest
from districts.services.sheets import Unusable, read_sheet
from plans import services
from plans.documents import Draft, read_anew
from plans.forms.bringing import BringInForm
from plans.forms.budget_reading import (
    Kind,
    Preview,
    RawTable,
    edits_of,
    preview_of,
    table_of_sheet,
    table_of_text,
)
from plans.forms.budget_sheet import HEADER, LABELS, budget_workbook
from plans.permissions import may_edit
from plans.reading.access import draft_or_404
from plans.sections import SectionKey
from plans.views.adding import may_write_row
from plans.views.answering import TO_A_SCRIPT
from plans.views.editor import editor_context
from plans.views.grid import grid_url
from plans.views.grid_rows import A_PAGE
from plans.views.kinds import KINDS
from plans.views.refusals import says_refusal
from plans.views.saving import seen_signatures
from plans.workflow import StepNotAllowed

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 1_000  # lines of a preview
MOST_PASTED_SHOWN = 5_000  # characters
LINE = KINDS["line"]


@require_safe
def download(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    draft = draft_or_404(request, slug, fiscal_year)
    response = HttpResponse(budget_workbook(draft), content_type=XLSX_TYPE)
    name = f"{slug}-FY{fiscal_year}-budget.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name)  # noqa: FBT003
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def bring_in(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Ask for a file or for pasted rows, show what they would do, and do that once it is said."""
    draft = draft_or_404(request, slug, fiscal_year)
    if request.method != "POST":
        if not may_write_row(request, draft, LINE):
            return redirect("plans:read", slug, fiscal_year)
        return _ask(request, draft, BringInForm())
    if not may_edit(request.user, draft.plan):
        raise PermissionDenied
    if not draft.plan.is_open_in(LINE.section):
        raise StepNotAllowed("The budget cannot be written now, so nothing can be brought into it.")
    if "table" in request.POST:
        return _bring_in(request, draft)
    form = BringInForm(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, draft, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        preview = preview_of(_table(form), draft)
    except Unusable as unusable:
        form.add_error(None, str(unusable))
        return _ask(request, draft, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _show(request, draft, preview, pasted=form.cleaned_data["text"])


def _table(form: BringInForm) -> RawTable:
    """Raises: Unusable."""
    if file := form.cleaned_data["file"]:
        return table_of_sheet(read_sheet(file.read()))
    return table_of_text(form.cleaned_data["text"], form.cleaned_data["column"])


def _bring_in(request: SignedInRequest, draft: Draft) -> HttpResponse:
    """The lines that are ready, as one act, with the answers to what was asked about."""
    try:
        preview = preview_of(RawTable.of_json(request.POST["table"]), draft, request.POST)
    except Unusable as unusable:
        form = BringInForm()
        form.cleaned_data = {}
        form.add_error(None, str(unusable))
        return _ask(request, draft, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    stored = {each["lineage"]: each for each in draft.rows["line"]}
    again = {int(row) for row in request.POST.getlist("again") if row.isdecimal()}
    edits = edits_of(preview, stored, again)
    try:
        done = services.save_lines(
            plan_id=draft.plan.pk,
            edits=edits,
            seen=seen_signatures(request),
            by=request.user,
            at=timezone.now(),
        )
    except services.SignedSince:
        return _show(request, read_anew(draft.plan), preview, is_signed_since=True)
    except services.LinesRefused as refused:
        return _show(request, read_anew(draft.plan), preview, refused=refused)
    return _brought_in(request, draft, done, [edit.is_new for edit in edits].count(True))


def _brought_in(
    request: SignedInRequest, draft: Draft, done: services.SavedLines, added: int
) -> HttpResponse:
    now = read_anew(draft.plan)
    changed = sum(saved.is_changed for saved in done.saved.values()) - added
    messages.success(request, f"Brought in: {max(added, 0)} new and {max(changed, 0)} changed.")
    told = _told(now, done)
    for sentence in told:
        messages.warning(request, sentence)
    pages = -(-len(now.rows["line"]) // A_PAGE)
    url = grid_url(now, str(pages) if pages > 1 else "")
    if not request.htmx:
        return redirect(url)
    return HttpResponse(headers=TO_A_SCRIPT | {"Location": url})


def _told(draft: Draft, done: services.SavedLines) -> list[str]:
    """What a colleague changed meanwhile stands, and is told of by line and cell."""
    numbers = {line.lineage: line.number for line in draft.document.lines}
    told = [
        f"Line {numbers[str(lineage)]}, {LABELS[name].lower()}:"
        f" {saved.by.name if saved.by else 'somebody'} changed it meanwhile, so it stands as they"
        " left it."
        for lineage, saved in done.saved.items()
        for name in saved.conflicts
    ]
    if done.gone:
        told.append(f"{len(done.gone)} of the lines were removed meanwhile, and stay removed.")
    return told


# What is shown -----------------------------------------------------------------------------------


def _ask(
    request: SignedInRequest,
    draft: Draft,
    form: BringInForm,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = _context(request, draft) | {"form": form, "columns": HEADER}
    template = "plans/_bring_in_refused.html" if request.htmx else "plans/lines_bring_in.html"
    return _render(request, template, context, status)


def _show(
    request: SignedInRequest,
    draft: Draft,
    preview: Preview,
    *,
    is_signed_since: bool = False,
    refused: services.LinesRefused | None = None,
    pasted: str = "",
) -> HttpResponse:
    """What is new, changed, asked about and at fault; the rest is counted. Nothing is written."""
    shown = [line for line in preview.lines if line.kind != Kind.UNCHANGED]
    left = _left_after(draft, preview)
    context = _context(request, draft) | {
        "preview": preview,
        "shown": shown[:MOST_SHOWN],
        "not_shown": max(0, len(shown) - MOST_SHOWN),
        "unchanged": len(preview.of(Kind.UNCHANGED)),
        "asks": any(line.faults or line.kind == Kind.SAME for line in shown),
        "table": preview.table.as_json(),
        "pasted": pasted[:MOST_PASTED_SHOWN],
        "is_signed_since": is_signed_since,
        "refused": [fault.why for fault in refused.faults] if refused else [],
        "left": left,
        "over": -left if left is not None else 0,
    }
    is_told = is_signed_since or refused is not None
    template = "plans/_lines_preview.html" if request.htmx else "plans/lines_preview.html"
    return _render(request, template, context, HTTPStatus.CONFLICT if is_told else HTTPStatus.OK)


def _left_after(draft: Draft, preview: Preview) -> int | None:
    """What would be left of the current allocation; none where it is not loaded."""
    document = draft.document
    if document.money.amount is None:
        return None
    here = {line.lineage: line for line in document.lines}
    left = document.left_to_budget
    for line in preview.ready:
        stands = here.get(str(line.lineage))
        left -= _of_allocation(line.values, stands)
        left += (stands.amount or 0) if stands and stands.funding_source == "allocation" else 0
    return left


def _of_allocation(values: Mapping[str, Any], stands: Any) -> int:
    source = values.get("funding_source") or (stands.funding_source if stands else "allocation")
    amount = values.get("amount", stands.amount if stands else 0)
    return (amount or 0) if source == "allocation" else 0


def _context(request: SignedInRequest, draft: Draft) -> dict[str, Any]:
    return {**editor_context(request, draft, SectionKey.BUDGET), "grid_url": grid_url(draft)}


def _render(
    request: SignedInRequest, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    response = render(request, template, context, status=status)
    for name, value in (TO_A_SCRIPT if request.htmx else {}).items():
        response[name] = value
    return response
