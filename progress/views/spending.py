"""An expenditure report: its page, and saving it."""

import re
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from plans.forms.conflicts import Conflict, conflict_over
from plans.services import Saved
from progress.documents.spending import CodePart, LinePart
from progress.forms.spending import CodeForm, LineForm, NewCodeForm
from progress.models import CodeSpending, LineSpending
from progress.permissions import may_prepare
from progress.services.spending import Edit, NewCode, save_spending
from progress.views.refusals import says_refusal
from progress.views.spending_access import Opened, report_or_404
from progress.views.spending_grid import CodeRow, Made, Stored, rows_with_forms
from progress.views.spending_page import new_code_form, report_page

CARRIES = re.compile(r"(code|line)-([0-9]{1,18})-was")
NEW = re.compile(r"(new-[0-9]{1,3})-object_code")
Sent = dict[tuple[type[Any], int], Any]  # the form of each row that came back
Came = dict[tuple[type[Any], int], Saved | None]


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def report(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    opened = report_or_404(request, slug, fiscal_year, period)
    if request.method == "POST":
        return _save(request, opened)
    return report_page(request, opened)


def _save(request: SignedInRequest, opened: Opened) -> HttpResponse:
    """Every form of the page, in one act. What cannot be read is kept as it was typed."""
    slug, year, period = opened.plan.district.slug, opened.plan.cycle_id, opened.report.period
    if not may_prepare(request.user, opened.plan):
        raise PermissionDenied("The fiscal officer and the plan coordinator write this report.")
    sent, new = _sent(request), _new(request, opened)
    lacking = next((form for form in new if not form.chosen), None)
    if lacking is not None and opened.may_write:
        return _ask_for_a_code(request, opened, sent, lacking)
    saved = save_spending(
        report_id=opened.report.pk,
        edits=[Edit(model, row, form.typed()) for (model, row), form in sent.items()],
        new=[_new_code(form) for form in new if form.chosen],
        by=request.user,
        at=timezone.now(),
    )
    came: Came = dict(zip(sent, saved, strict=True))
    if any(one is not None and one.conflicts for one in came.values()):
        now = report_or_404(request, slug, year, period)
        rows = _rows(now, sent, came)
        return report_page(request, now, rows=rows, status=HTTPStatus.CONFLICT)
    unread = sum(form.to_fix for form in sent.values())
    if unread:
        fields = "field" if unread == 1 else "fields"
        messages.warning(
            request, f"Saved. {unread} {fields} could not be read and is kept as typed."
        )
    else:
        messages.success(request, "Saved.")
    return redirect("progress:spending_report", slug, year, period)


def _sent(request: SignedInRequest) -> Sent:
    """The forms of the rows that came back, by the hidden field each carries."""
    sent: Sent = {}
    for kind, number in (found.groups() for found in map(CARRIES.fullmatch, request.POST) if found):
        prefix = f"{kind}-{number}"
        if kind == "code":
            sent[CodeSpending, int(number)] = CodeForm(request.POST, prefix=prefix)
        else:
            sent[LineSpending, int(number)] = LineForm(request.POST, prefix=prefix)
    return sent


def _new(request: SignedInRequest, opened: Opened) -> list[NewCodeForm]:
    """The object codes to add: those that anything was typed for."""
    prefixes = [found[1] for found in map(NEW.fullmatch, request.POST) if found]
    return [
        new_code_form(request.POST, opened, prefix=prefix)
        for prefix in prefixes
        if NewCodeForm(request.POST, codes=[], prefix=prefix).is_meant
    ]


def _new_code(form: NewCodeForm) -> NewCode:
    typed = form.typed()
    source = typed.values.pop("funding_source", "") or "allocation"
    code = typed.values.pop("object_code", "")
    return NewCode(source, code, typed)


def _ask_for_a_code(
    request: SignedInRequest, opened: Opened, sent: Sent, lacking: NewCodeForm
) -> HttpResponse:
    """Nothing was saved: figures came without the object code that they are of."""
    lacking.add_error("object_code", "Choose the object code that these figures are of.")
    rows = _rows(opened, sent, {})
    return report_page(
        request, opened, rows=rows, new=lacking, status=HTTPStatus.UNPROCESSABLE_ENTITY
    )


def _rows(opened: Opened, sent: Sent, came: Came) -> list[CodeRow]:
    """The forms made again: as stored, with what was sent where it must show."""
    stored = Stored.of(opened.rows)

    def make_code(code: CodePart) -> Made:
        key = (CodeSpending, code.id or 0)
        return _again(sent.get(key), came.get(key), lambda **more: stored.code_form(code, **more))

    def make_line(line: LinePart) -> Made:
        key = (LineSpending, line.id or 0)
        return _again(sent.get(key), came.get(key), lambda **more: stored.line_form(line, **more))

    lines = [number for model, number in sent if model is LineSpending]
    return rows_with_forms(opened.document, make_code, make_line, came_back=lines)


def _again(sent: Any, saved: Saved | None, make: Any) -> Made:
    """The form as it is stored now, or as it was sent where nothing was saved; a conflict with its
    panel."""
    if sent is None:
        return make(), None
    if saved is None:
        keep = [name for name in sent.fields if sent.came_back(name)]
        form = make(typed=sent, keep=keep)
        form.was |= sent.filled_from or {}
        return form, None
    form = make(typed=sent, keep=saved.conflicts)
    if not saved.conflicts:
        return form, None
    by = saved.by.name if saved.by else "Somebody"
    conflict: Conflict = conflict_over(form, make(), saved.conflicts, by=by, at=saved.at)
    return form, conflict
