"""Taking a row or a file out of a draft, and the way back."""

import uuid
from http import HTTPStatus
from itertools import chain
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts.requests import SignedInRequest
from districts.words import money
from plans import services
from plans.documents import Draft, read_anew
from plans.documents.kinds import KINDS, LISTED, Kind
from plans.documents.naming import Called, along_with, called
from plans.forms.handing_in import RetireForm
from plans.models import Attachment, Removal
from plans.permissions import may_edit
from plans.reading.access import draft_or_404
from plans.reading.removed import as_line, what_an_edit_voids
from plans.reports.removed import removed_from
from plans.rules.words import listing
from plans.services import called_as
from plans.views.editor import editor_context, row_url, section_url
from plans.views.refusals import says_refusal
from plans.views.saving import SEEN_SIGNATURES, seen_signatures
from plans.workflow import label_for

A_PAGE = 25  # of what was removed


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def row_remove(
    request: SignedInRequest, slug: str, fiscal_year: int, kind_key: str, row_id: int
) -> HttpResponse:
    if kind_key not in LISTED:
        raise Http404
    draft, kind = draft_or_404(request, slug, fiscal_year), LISTED[kind_key]
    stored = next((row for row in draft.rows[kind.key] if row["id"] == row_id), None)
    back = row_url(draft, kind.key, row_id)
    return _ask_or_remove(request, draft, kind, stored, row_id=row_id, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def attachment_remove(
    request: SignedInRequest, slug: str, fiscal_year: int, lineage: uuid.UUID
) -> HttpResponse:
    draft, kind = draft_or_404(request, slug, fiscal_year), KINDS["attachment"]
    file = get_object_or_404(Attachment, plan=draft.plan, lineage=lineage)
    stored = next((row for row in draft.rows[kind.key] if row["id"] == file.pk), None)
    back = section_url(draft, kind.section)
    return _ask_or_remove(request, draft, kind, stored, row_id=file.pk, back=back)


def _ask_or_remove(
    request: SignedInRequest,
    draft: Draft,
    kind: Kind,
    stored: dict[str, Any] | None,
    *,
    row_id: int,
    back: str,
) -> HttpResponse:
    """The question, by what goes; and once it is answered, the page it went from."""
    form, status = _why(request, draft, kind, stored), HTTPStatus.OK
    if request.method == "POST":
        try:
            return _remove(request, draft, kind, stored, row_id=row_id, form=form)
        except services.SignedSince:
            status, draft = HTTPStatus.CONFLICT, read_anew(draft.plan)
        except services.NoReason:
            status, form = HTTPStatus.UNPROCESSABLE_ENTITY, RetireForm(request.POST)
    if stored is None:
        raise Http404
    if not draft.plan.is_open_in(kind.section) or not _may_write(request, draft):
        return redirect("plans:read", draft.plan.district.slug, draft.plan.cycle_id)
    what = called(kind, row_id, draft.rows)
    name, did = _in_a_sentence(what), "Retire" if form else "Remove"
    page = editor_context(request, draft, kind.section, place=kind.key, row=stored)
    context = {
        **page,
        "what": what.name,
        "did": did,
        "question": f"{did} {listing([name, *what.each_along])}?",
        "verb": f"{did} {name}",
        "form": form,
        "body": " ".join(filter(None, [what.title, _consequence(draft, kind, row_id)])),
        "more": "It is kept, and can be brought back whole while the plan can be edited.",
        "action": request.path,
        "back": back,
        "hidden": {SEEN_SIGNATURES: page["voids"].seen if page["voids"] else ""},
        "is_signed_since": status == HTTPStatus.CONFLICT,
    }
    return render(request, "plans/row_remove.html", context, status=status)


def _remove(
    request: SignedInRequest,
    draft: Draft,
    kind: Kind,
    stored: dict[str, Any] | None,
    *,
    row_id: int,
    form: RetireForm | None,
) -> HttpResponse:
    reason = form.cleaned_data["reason"] if form and form.is_valid() else ""
    removal = services.remove_row(
        plan_id=draft.plan.pk,
        model=kind.model,  # type: ignore[arg-type]
        row_id=row_id,
        reason=reason,
        seen=seen_signatures(request),
        by=request.user,
        at=timezone.now(),
    )
    if removal is not None:
        _say_removed(request, removal)
    return redirect(_where_it_was(draft, kind, stored))


def _why(
    request: SignedInRequest, draft: Draft, kind: Kind, stored: dict[str, Any] | None
) -> RetireForm | None:
    """Asked where the row, or one that goes along, was in last year's plan."""
    if stored is None:
        return None
    along = along_with(kind, stored["id"], draft.rows).values()
    if not any(row.get("carried") for row in [stored, *chain.from_iterable(along)]):
        return None
    return RetireForm(request.POST if request.method == "POST" else None)


def _in_a_sentence(what: Called) -> str:
    """“strategy 9”; what has no number is named by its own words: “the file “Minutes””."""
    return what.name.lower() if what.number else f"the file “{what.title}”"


def _consequence(draft: Draft, kind: Kind, row_id: int) -> str:
    """What is not plain from the names of what goes."""
    lines = along_with(kind, row_id, draft.rows).get("line", [])
    if lines:
        total = money(sum(line["amount"] or 0 for line in lines))
        return (
            f"The budget loses {total} with {'this line' if len(lines) == 1 else 'these lines'}."
            " To keep a line, give it another strategy first."
        )
    if kind.key == "attachment":
        return "A version that was closed with it still has the file."
    return ""


def _say_removed(request: SignedInRequest, removal: Removal) -> None:
    did = "Retired" if removal.reason else "Removed"
    words = f"{did}: {called_as(removal).whole}."
    link = '{} <a href="#removed-{}">It can be brought back</a>'
    messages.info(request, format_html(link, words, removal.pk))


def _where_it_was(draft: Draft, kind: Kind, stored: dict[str, Any] | None) -> str:
    if kind.parent == "strategy" and stored:
        return row_url(draft, kind.parent, stored["strategy_id"])
    return section_url(draft, kind.section)


@require_POST
@says_refusal()
def bring_back(
    request: SignedInRequest, slug: str, fiscal_year: int, removal_id: int
) -> HttpResponse:
    draft = draft_or_404(request, slug, fiscal_year)
    try:
        removal = services.bring_back(
            plan_id=draft.plan.pk,
            removal_id=removal_id,
            seen=seen_signatures(request),
            by=request.user,
            at=timezone.now(),
        )
    except Removal.DoesNotExist:
        raise Http404 from None
    except (services.NotBroughtBack, services.NoRoom, services.SignedSince) as refusal:
        messages.error(request, str(refusal))
        return redirect(_removed_url(draft))
    messages.success(request, f"Brought back: {called_as(removal).whole}.")
    kind, row = KINDS[removal.kind], removal.rows[0]["fields"]
    return redirect(_where_it_was(draft, kind, {"strategy_id": row.get("strategy")}))


@require_safe
def removed(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """All that was removed and not brought back, a page at a time."""
    draft = draft_or_404(request, slug, fiscal_year)
    page = Paginator(removed_from(draft.plan), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": draft.plan,
        "label": label_for(draft.plan.status, is_department=False),
        "may_edit": _may_write(request, draft),
        "voids": what_an_edit_voids(draft.plan),
        "page": page,
        "lines": [as_line(each) for each in page],
    }
    return render(request, "plans/removed.html", context)


def _may_write(request: SignedInRequest, draft: Draft) -> bool:
    return may_edit(request.user, draft.plan) and draft.plan.is_editable


def _removed_url(draft: Draft) -> str:
    return reverse("plans:removed", args=[draft.plan.district.slug, draft.plan.cycle_id])
