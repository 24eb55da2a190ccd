"""A new row of a plan: written on a page of its own, and stored once something of it is saved.

A script saves it as soon as somebody typed, and from then on at the address of the row.
"""

import uuid
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft, read_anew
from plans.forms.drafting import DraftForm
from plans.permissions import may_edit
from plans.reading.access import draft_or_404
from plans.views.adding_here import ADDED_HERE, GO_ON, HERE, go_on_here
from plans.views.answering import answer_script, answer_signed_since, saved_form
from plans.views.editor import editor_context, row_url
from plans.views.kinds import KINDS, Kind, kind_or_404
from plans.views.refusals import says_refusal
from plans.views.row_addresses import add_url, after_save, own_page
from plans.views.saving import (
    TO_FIX,
    form_id,
    give_back,
    seen_signatures,
)
from plans.workflow import StepNotAllowed

NEW = "new"  # the form of a row that is not stored yet


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
        stored_or_404(draft, KINDS[kind.parent], parent_id)
    if not may_write_row(request, draft, kind):
        return redirect("plans:read", slug, fiscal_year)
    form = kind.form({}, draft=draft)
    return show_new(request, draft, kind, form, parent_id=parent_id)


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
            seen=seen_signatures(request),
            goes_on=bool(request.htmx or request.POST.get("goes-on")),
            by=request.user,
            at=timezone.now(),
        )
    except services.SignedSince:
        if request.htmx:
            return answer_signed_since(request, read_anew(draft.plan), NEW)
        return show_new(
            request,
            read_anew(draft.plan),
            kind,
            form,
            parent_id=parent_id,
            is_signed_since=True,
            status=HTTPStatus.CONFLICT,
        )
    except services.RowGone:
        return give_back(request, draft, [form], parent_gone(kind), status=HTTPStatus.NOT_FOUND)
    except StepNotAllowed as refusal:
        return give_back(request, draft, [form], str(refusal))
    if request.htmx:
        page = [saved_form(form_id(kind.key, row.pk), form, None, services.Saved(row))]
        return answer_script(request, page, new_at=row_url(draft, kind.key, row.pk))
    return _go_on(request, draft, kind, form, row)


def _go_on(
    request: SignedInRequest, draft: Draft, kind: Kind, form: DraftForm, row: Any
) -> HttpResponse:
    if form.to_fix:
        return redirect(own_page(draft, kind, row) + TO_FIX)
    if {GO_ON, HERE} & request.POST.keys() and kind.key in ADDED_HERE:
        return go_on_here(request, draft, kind, row)
    messages.success(request, f"{kind.title}: saved.")
    if "another" in request.POST:
        return redirect(request.path)
    return redirect(after_save(draft, kind, row))


def show_new(
    request: SignedInRequest,
    draft: Draft,
    kind: Kind,
    form: DraftForm,
    *,
    parent_id: int | None,
    typed_beside: Sequence[tuple[str, str]] = (),
    is_signed_since: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **editor_context(request, draft, kind.section),
        "kind": kind,
        "form": form,
        "lineage": _lineage(request) or uuid.uuid4(),
        "is_signed_since": is_signed_since,
        "typed_beside": typed_beside,
        "add_url": add_url(draft, kind, parent_id),
    }
    return render(request, "plans/row_add.html", context, status=status)


def parent_gone(kind: Kind) -> str:
    """A budget line has no parent, yet may name a strategy that goes while it is saved."""
    return f"Its {kind.parent or 'strategy'} was removed while you were writing."


def stored_or_404(draft: Draft, kind: Kind, row_id: int | None) -> dict[str, Any]:
    stored = stored_row(draft, kind, row_id)
    if stored is None:
        raise Http404
    return stored


def stored_row(draft: Draft, kind: Kind, row_id: int | None) -> dict[str, Any] | None:
    return next((each for each in draft.rows[kind.key] if each["id"] == row_id), None)


def may_write_row(request: SignedInRequest, draft: Draft, kind: Kind) -> bool:
    return may_edit(request.user, draft.plan) and draft.plan.is_open_in(kind.section)


def _lineage(request: SignedInRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("lineage", ""))
    except ValueError:
        return None
