"""The budget as a grid: many lines on one page, saved as one act, by a script or by one button."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft, read_anew
from plans.forms.bringing import BringInForm
from plans.forms.grid import GridLineForm, lineages_in, prefix_of
from plans.reading.access import draft_or_404
from plans.reading.budget_sums import purses_of, tables_of
from plans.reading.findings import FindingLine
from plans.sections import SectionKey
from plans.views.adding import may_write_row
from plans.views.answering import TO_A_SCRIPT, answer_signed_since
from plans.views.editor import editor_context, findings_of, rail_context, row_urls
from plans.views.grid_answers import answer_saved
from plans.views.grid_rows import A_PAGE, CELLS, Offered, Sent, page_of, rows_of, template_row
from plans.views.kinds import KINDS
from plans.views.refusals import says_refusal
from plans.views.saving import (
    TO_FIX,
    give_back,
    saved_at_anchor,
    seen_signatures,
)
from plans.workflow import StepNotAllowed

LINE, FORM_ID = KINDS["line"], "grid"


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def grid(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    draft = draft_or_404(request, slug, fiscal_year)
    if request.method == "POST":
        return _save(request, draft)
    if not may_write_row(request, draft, LINE):
        return redirect("plans:read", slug, fiscal_year)
    if request.htmx:
        return _answer_sums(request, draft)
    return _show(request, draft)


def grid_url(draft: Draft, page: str = "") -> str:
    url = reverse("plans:lines", args=[draft.plan.district.slug, draft.plan.cycle_id])
    return f"{url}?page={page}" if page.isdecimal() else url


def _save(request: SignedInRequest, draft: Draft) -> HttpResponse:
    forms = _forms(request, draft)
    sent, at = Sent(forms), timezone.now()
    try:
        done = services.save_lines(
            plan_id=draft.plan.pk,
            **_asked(request, draft, forms),
            seen=seen_signatures(request),
            by=request.user,
            at=at,
        )
    except services.SignedSince:
        now = read_anew(draft.plan)
        if request.htmx:
            return answer_signed_since(request, now, FORM_ID)
        return _show(request, now, sent, status=HTTPStatus.CONFLICT, is_signed_since=True)
    except services.LinesRefused as refused:
        sent = Sent(forms, faults=refused.faults)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _show(request, read_anew(draft.plan), sent, status=status)
    except StepNotAllowed as refusal:
        return give_back(request, draft, forms.values(), str(refusal))
    sent = Sent(forms, done)
    if request.htmx:
        return answer_saved(request, draft, sent, at=at)
    return _go_on(request, draft, sent)


def _go_on(request: SignedInRequest, draft: Draft, sent: Sent) -> HttpResponse:
    """All is saved: the page again, or to what is asked or could not be read."""
    done, page = sent.done, request.GET.get("page", "")
    if done is not None and done.is_asked:
        return _show(request, read_anew(draft.plan), sent, status=HTTPStatus.CONFLICT)
    if any(form.pressed("both") for form in sent.forms.values()):
        now, status = read_anew(draft.plan), HTTPStatus.UNPROCESSABLE_ENTITY
        return _show(request, now, sent, status=status)
    to_fix = any(form.to_fix for form in sent.forms.values())
    return redirect(grid_url(draft, page) + (TO_FIX if to_fix else saved_at_anchor(FORM_ID)))


# What came back ----------------------------------------------------------------------------------


def _forms(request: SignedInRequest, draft: Draft) -> dict[UUID, GridLineForm]:
    """Of each line that came back, but for new ones in which nothing was typed."""
    made = (
        GridLineForm(request.POST, draft=draft, prefix=prefix_of(lineage))
        for lineage in lineages_in(request.POST)
    )
    forms = {form.lineage: form for form in made if form.is_meant or not form.is_new}
    copied = _copied(request, draft, forms)
    return forms if copied is None else {**forms, copied.lineage: copied}


def _copied(
    request: SignedInRequest, draft: Draft, forms: Mapping[UUID, GridLineForm]
) -> GridLineForm | None:
    """The copy of a line, under the lineage that its button brought, so that twice is one."""
    of, _, to = request.POST.get("copy", "").partition(" ")
    for lineage, new in zip(_uuids(of), _uuids(to), strict=False):
        if (form := forms.get(lineage)) is not None:
            copy = {
                prefix_of(new) + key.removeprefix(prefix_of(lineage)): form.data[key]
                for key in form.data
                if key.startswith(prefix_of(lineage)) and not key.endswith(("-was", "-version"))
            }
            return GridLineForm(_Fields(copy), draft=draft, prefix=prefix_of(new))
    return None


class _Fields(dict):
    """Fields of a form, of which each came once."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


def _asked(
    request: SignedInRequest, draft: Draft, forms: Mapping[UUID, GridLineForm]
) -> dict[str, Any]:
    """What `save_lines` is asked for."""
    removed = set(_uuids(" ".join(request.POST.getlist("remove"))))
    stored = {UUID(each["lineage"]): each for each in draft.rows["line"]}
    edits = [
        services.LineEdit(lineage, form.typed(stored.get(lineage)), is_new=form.is_new)
        for lineage, form in forms.items()
        if lineage not in removed
    ]
    return {
        "edits": edits,
        "removed": [
            services.LineRemoval(lineage, form.filled_from or {}, form.reason)
            for lineage, form in forms.items()
            if lineage in removed and not form.is_new
        ],
        "brought_back": list(_uuids(" ".join(request.POST.getlist("back")))),
        "order": _order(request),
    }


def _order(request: SignedInRequest) -> services.Order | None:
    """The lines of the page as they stand there, after one was moved by its button or copied."""
    now, was = (list(_uuids(request.POST.get(name, ""))) for name in ("order", "order-was"))
    for button, step in (("up", -1), ("down", 1)):
        for lineage in _uuids(request.POST.get(button, "")):
            if lineage in now and 0 <= (to := now.index(lineage) + step) < len(now):
                now.remove(lineage)
                now.insert(to, lineage)
    of, _, to_copy = request.POST.get("copy", "").partition(" ")
    for lineage, new in zip(_uuids(of), _uuids(to_copy), strict=False):
        if lineage in now:
            now.insert(now.index(lineage) + 1, new)
    return services.Order(now, was) if now else None


def _uuids(said: str) -> Iterator[UUID]:
    for each in said.split():
        with suppress(ValueError):
            yield UUID(each)


# What is shown -----------------------------------------------------------------------------------


def _to_cells(draft: Draft, context: dict[str, Any]) -> dict[str, Any]:
    """What is found of a line, in the rail's context, leads to its cell of the grid."""
    places = {row["id"]: (at, row["lineage"]) for at, row in enumerate(draft.rows["line"])}
    has_pages = len(places) > A_PAGE

    def to_cell(line: FindingLine) -> FindingLine:
        finding = line.finding
        if finding.place != LINE.key or finding.field not in CELLS:
            return line
        at, lineage = places[finding.row_id or 0]
        page = grid_url(draft, str(at // A_PAGE + 1) if has_pages else "")
        return replace(line, url=f"{page}#id_{prefix_of(UUID(lineage))}-{finding.field}")

    return {name: [to_cell(line) for line in context[name]] for name in ("here", "elsewhere")}


def _answer_sums(request: SignedInRequest, draft: Draft) -> HttpResponse:
    """What the budget adds up to and what the rules find, now: a script asks after a save."""
    rail = rail_context(draft, findings_of(draft), SectionKey.BUDGET)
    context = {
        **rail,
        **_to_cells(draft, rail),
        "purses": purses_of(draft.document),
        "tables": tables_of(draft),
        "oob": True,
    }
    page = render_to_string("plans/_grid_sums.html", context, request)
    page += render_to_string("plans/_found.html", context, request)
    return HttpResponse(page, headers=TO_A_SCRIPT)


def _show(
    request: SignedInRequest,
    draft: Draft,
    sent: Sent | None = None,
    *,
    status: int = HTTPStatus.OK,
    is_signed_since: bool = False,
) -> HttpResponse:
    page = page_of(draft, request.GET.get("page"))
    rows = rows_of(draft, page, sent)
    done, faults = (sent.done, sent.faults) if sent else (None, ())
    on_page = [row.lineage for row in rows if row.version]
    editor = editor_context(request, draft, SectionKey.BUDGET)
    context = {
        **editor,
        **_to_cells(draft, editor),
        "is_signed_since": is_signed_since,
        "page": page,
        "rows": rows,
        "blank": template_row(draft),
        "offered": Offered(draft),
        "order": " ".join(row.lineage for row in rows if row.version or row.errors),
        "order_was": " ".join(on_page),
        "copies": {row.lineage: uuid4() for row in rows},
        "is_order_theirs": bool(done and done.is_order_theirs),
        "changed_since": _changed_since(draft, done),
        "faults": [(_where(rows, fault), fault.why) for fault in faults],
        "purses": purses_of(draft.document),
        "tables": tables_of(draft),
        "unread": [each for row in rows for each in row.unread],
        "to_fix": sum(len(row.errors) for row in rows),
        "is_asked": bool(done and done.is_asked),
        "form_id": FORM_ID,
        "bring_in_form": BringInForm(),
        "action": grid_url(draft, str(page.number) if page.has_other_pages() else ""),
        "saved_at": _last_saved(draft),
        "own_url": row_urls(draft, "line"),
    }
    return render(request, "plans/grid.html", context, status=status)


def _changed_since(draft: Draft, done: services.SavedLines | None) -> list[tuple[str, str]]:
    """Lines that were to be removed and stay: which, and who has changed them."""
    rows = {UUID(each["lineage"]): each for each in draft.rows["line"]}
    return [
        (rows[lineage]["description"], saved.by.name if saved.by else "Somebody")
        for lineage, saved in (done.changed_since if done else {}).items()
        if lineage in rows
    ]


def _where(rows: Iterable[Any], fault: services.LineFault) -> str:
    number = next((row.number for row in rows if row.lineage == str(fault.lineage)), "A line")
    return f"{number}, {fault.field.replace('_', ' ')}" if fault.field else number


def _last_saved(draft: Draft) -> datetime | None:
    moments = [parse_datetime(said) for each in draft.rows["line"] if (said := each["saved_at"])]
    return max(filter(None, moments), default=None)
