"""One row of a plan: add it, write it, remove it. Each has its own address and version."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft
from plans.forms.drafting import DraftForm
from plans.forms.rows import MilestoneForm
from plans.permissions import may_edit
from plans.reading.access import draft_or_404
from plans.views.editor import editor_context, row_url, section_url
from plans.views.kinds import KINDS, Kind, kind_or_404
from plans.views.refusals import says_refusal
from plans.views.saved import clashed, form_id, saved
from plans.views.stale import clash_of
from plans.views.unsaved import unsaved
from plans.workflow import StepNotAllowed

GONE = (
    "Somebody removed it while you were writing. What you typed is below: add it again to keep it."
)


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def row_add(
    request: SignedInRequest,
    slug: str,
    fiscal_year: int,
    kind_key: str,
    parent_id: int | None = None,
) -> HttpResponse:
    draft, kind = draft_or_404(request, slug, fiscal_year), kind_or_404(kind_key)
    if bool(kind.parent) != (parent_id is not None):
        raise Http404
    if request.method == "POST":
        return _add(request, draft, kind, parent_id)
    if kind.parent:
        _stored_or_404(draft, KINDS[kind.parent], parent_id)
    if not _may_write(request, draft):
        return redirect("plans:read", slug, fiscal_year)
    form = kind.form({}, draft=draft)
    return _show_new(request, draft, kind, form, parent_id=parent_id)


def _add(request: SignedInRequest, draft: Draft, kind: Kind, parent_id: int | None) -> HttpResponse:
    form = kind.form(request.POST, draft=draft)
    values, as_typed = form.values()
    if kind.parent:
        values[f"{kind.parent}_id"] = parent_id
    try:
        row = services.add_row(
            plan_id=draft.plan.pk,
            model=form.model,
            values=values,
            as_typed=as_typed,
            lineage=_lineage(request),
            by=request.user,
            at=timezone.now(),
        )
    except services.RowGone:
        return unsaved(request, draft, form, _parent_gone(kind), status=HTTPStatus.NOT_FOUND)
    except StepNotAllowed as refusal:
        return unsaved(request, draft, form, str(refusal))
    if "another" in request.POST:
        return redirect(request.path)
    return redirect(_after_save(draft, kind, row))


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def row(
    request: SignedInRequest, slug: str, fiscal_year: int, kind_key: str, row_id: int
) -> HttpResponse:
    draft, kind = draft_or_404(request, slug, fiscal_year), kind_or_404(kind_key)
    if request.method == "POST":
        return _save(request, draft, kind, row_id)
    stored = _stored_or_404(draft, kind, row_id)
    if not _may_write(request, draft):
        return redirect("plans:read", slug, fiscal_year)
    form = kind.form.of_row(stored, draft=draft)
    return _show(request, draft, kind, form, stored)


def _save(request: SignedInRequest, draft: Draft, kind: Kind, row_id: int) -> HttpResponse:
    form = kind.form(request.POST, draft=draft)
    values, as_typed = form.values()
    typed = request.POST.get("version", "")
    try:
        kept = services.save_row(
            plan_id=draft.plan.pk,
            model=form.model,
            row_id=row_id,
            version=int(typed) if typed.isdecimal() and len(typed) < 9 else 0,
            values=values,
            as_typed=as_typed,
            by=request.user,
            at=timezone.now(),
        )
    except services.StaleRow as stale:
        stored = _stored_or_404(draft, kind, row_id)
        clash = clash_of(form, stale.row, draft)
        if request.htmx:
            return clashed(request, stale.row, clash, place=kind.key)
        return _show(request, draft, kind, form, stored, clash=clash, status=HTTPStatus.CONFLICT)
    except services.RowGone:
        return _gone(request, draft, kind, form)
    except StepNotAllowed as refusal:
        return unsaved(request, draft, form, str(refusal))
    if request.htmx:
        return saved(request, draft, kind.section, kept, place=kind.key)
    if "stay" in request.POST:
        return redirect(request.path)
    return redirect(_after_save(draft, kind, kept))


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def row_remove(
    request: SignedInRequest, slug: str, fiscal_year: int, kind_key: str, row_id: int
) -> HttpResponse:
    draft, kind = draft_or_404(request, slug, fiscal_year), kind_or_404(kind_key)
    if request.method == "POST":
        services.remove_row(
            plan_id=draft.plan.pk,
            model=kind.form.model,
            row_id=row_id,
            by=request.user,
            at=timezone.now(),
        )
        return redirect(section_url(draft, kind.section))
    stored = _stored_or_404(draft, kind, row_id)
    if not _may_write(request, draft):
        return redirect("plans:read", slug, fiscal_year)
    context = {
        **editor_context(request, draft, kind.section, place=kind.key, row=stored),
        "kind": kind,
        "what": _called(draft, kind, stored),
        "consequence": CONSEQUENCES.get(kind.key, "Only this is removed."),
        "action": request.path,
        "back": row_url(draft, kind.key, row_id),
    }
    return render(request, "plans/row_remove.html", context)


def _gone(request: SignedInRequest, draft: Draft, kind: Kind, form: DraftForm) -> HttpResponse:
    """Somebody removed the row: what was typed is shown again, ready to be added anew."""
    typed = request.POST.get("parent", "")
    parent_id = int(typed) if typed.isdecimal() and len(typed) < 18 else None
    if kind.parent and parent_id not in [each["id"] for each in draft.rows[kind.parent]]:
        return unsaved(request, draft, form, _parent_gone(kind), status=HTTPStatus.NOT_FOUND)
    messages.error(request, GONE)
    return _show_new(request, draft, kind, form, parent_id=parent_id, status=HTTPStatus.CONFLICT)


def _parent_gone(kind: Kind) -> str:
    """A budget line has no parent, yet may name a strategy that goes while it is saved."""
    return f"Its {kind.parent or 'strategy'} was removed while you were writing."


CONSEQUENCES = {
    "objective": "Its performance targets are removed with it.",
    "strategy": "Its milestones are removed with it. Its budget lines stay, without a strategy.",
}


def _show(
    request: SignedInRequest,
    draft: Draft,
    kind: Kind,
    form: DraftForm,
    stored: dict[str, Any],
    *,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    clash = more.get("clash")
    context = {
        **editor_context(request, draft, kind.section, place=kind.key, row=stored),
        "kind": kind,
        "what": _called(draft, kind, stored),
        "form": form,
        "version": clash.version if clash else stored["version"],
        "form_id": form_id(kind.key, stored["id"]),
        "parent_id": stored.get(f"{kind.parent}_id", ""),
        "clash": None,
        "remove_url": row_url(draft, kind.key, stored["id"], "row_remove"),
        "milestones": _milestones(draft, stored) if kind.key == "strategy" else None,
        "milestone_add_url": row_url(draft, "milestone", stored["id"], "row_add_to")
        if kind.key == "strategy"
        else "",
        **more,
    }
    return render(request, "plans/row_form.html", context, status=status)


def _show_new(
    request: SignedInRequest,
    draft: Draft,
    kind: Kind,
    form: DraftForm,
    *,
    parent_id: int | None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    plan = draft.plan
    address = [plan.district.slug, plan.cycle_id, kind.key]
    context = {
        **editor_context(request, draft, kind.section),
        "kind": kind,
        "form": form,
        "lineage": uuid.uuid4(),
        "add_url": reverse("plans:row_add_to", args=[*address, parent_id])
        if parent_id
        else reverse("plans:row_add", args=address),
    }
    return render(request, "plans/row_add.html", context, status=status)


def _milestones(draft: Draft, strategy: dict[str, Any]) -> list[dict[str, Any]]:
    """The strategy's milestones, each a small form of its own."""
    return [
        {
            "number": number,
            "form": MilestoneForm.of_row(row, draft=draft, auto_id=f"id_milestone{row['id']}_%s"),
            "version": row["version"],
            "form_id": form_id("milestone", row["id"]),
            "parent_id": strategy["id"],
            "url": row_url(draft, "milestone", row["id"]),
            "remove_url": row_url(draft, "milestone", row["id"], "row_remove"),
        }
        for number, row in enumerate(
            (m for m in draft.rows["milestone"] if m["strategy_id"] == strategy["id"]), start=1
        )
    ]


def _after_save(draft: Draft, kind: Kind, row: Any) -> str:
    """A strategy goes on to its milestones, a milestone back to it, others to their list."""
    if kind.key == "strategy":
        return row_url(draft, "strategy", row.pk)
    if kind.key == "milestone":
        return row_url(draft, "strategy", row.strategy_id) + "#milestones"
    return section_url(draft, kind.section)


def _stored_or_404(draft: Draft, kind: Kind, row_id: int | None) -> dict[str, Any]:
    for stored in draft.rows[kind.key]:
        if stored["id"] == row_id:
            return stored
    raise Http404


def _called(draft: Draft, kind: Kind, stored: dict[str, Any]) -> str:
    """“Strategy 3”, or “Performance target 4.1” as the rules number it."""
    siblings, place = draft.rows[kind.key], ""
    if kind.parent:
        parent = f"{kind.parent}_id"
        siblings = [each for each in siblings if each[parent] == stored[parent]]
        place = f"{_place(draft.rows[kind.parent], stored[parent])}."
    return f"{kind.title} {place}{_place(siblings, stored['id'])}"


def _place(rows: list[dict[str, Any]], row_id: int) -> int:
    return [each["id"] for each in rows].index(row_id) + 1


def _may_write(request: SignedInRequest, draft: Draft) -> bool:
    return may_edit(request.user, draft.plan) and draft.plan.is_editable


def _lineage(request: SignedInRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("lineage", ""))
    except ValueError:
        return None
