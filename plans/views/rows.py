"""One row of a plan: add it, write it, remove it. Each has its own address and version."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from plans.documents import Draft, read_anew
from plans.documents.kinds import LISTED
from plans.documents.naming import called
from plans.forms.conflicts import Conflict
from plans.forms.drafting import DraftForm
from plans.permissions import may_edit
from plans.reading.access import draft_or_404
from plans.views.amending import panel_of, remove_words
from plans.views.editor import editor_context, row_url, section_url
from plans.views.kinds import KINDS, Kind, kind_or_404
from plans.views.refusals import says_refusal
from plans.views.saving import (
    TO_FIX,
    answer_script,
    answer_script_signed_since,
    form_id,
    give_back,
    saved_at_anchor,
    saved_form,
    seen_signatures,
    shown_again,
    unread_in,
)
from plans.workflow import StepNotAllowed

ON_THE_PAGE_OF = {"strategy": "milestone"}  # rows whose forms stand on another row's page
GONE = (
    "Somebody removed it while you were writing. What you typed is below: add it again to keep it."
)


@dataclass(frozen=True)
class SentForm:
    """The form of one row as it came back: the page's own, or of a row that stands on its page."""

    kind: Kind
    row_id: int
    form: DraftForm
    saved: services.Saved | None = None  # none: not saved yet, or the row is gone


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
    if not _may_write(request, draft, kind):
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
            seen=seen_signatures(request),
            by=request.user,
            at=timezone.now(),
        )
    except services.SignedSince:
        return _show_new(
            request,
            read_anew(draft.plan),
            kind,
            form,
            parent_id=parent_id,
            is_signed_since=True,
            status=HTTPStatus.CONFLICT,
        )
    except services.RowGone:
        return give_back(request, draft, [form], _parent_gone(kind), status=HTTPStatus.NOT_FOUND)
    except StepNotAllowed as refusal:
        return give_back(request, draft, [form], str(refusal))
    if form.to_fix:
        return redirect(_own_page(draft, kind, row) + TO_FIX)
    messages.success(request, f"{kind.title}: saved.")
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
    if not _may_write(request, draft, kind):
        return redirect("plans:read", slug, fiscal_year)
    form = kind.form.of_row(stored, draft=draft)
    return _show(request, draft, kind, form, stored)


def _save(request: SignedInRequest, draft: Draft, kind: Kind, row_id: int) -> HttpResponse:
    """Save every form that is on the page, in one act."""
    sent = _sent(request, draft, kind, row_id)
    try:
        saved = services.save_rows(
            plan_id=draft.plan.pk,
            edits=[_edit(draft, each) for each in sent],
            seen=seen_signatures(request),
            by=request.user,
            at=timezone.now(),
        )
    except services.SignedSince:
        return _ask_signed_since(request, draft, sent)
    except StepNotAllowed as refusal:
        return give_back(request, draft, [each.form for each in sent], str(refusal))
    sent = [replace(each, saved=one) for each, one in zip(sent, saved, strict=True)]
    own, *others = sent
    if own.saved is None:
        return _gone(request, draft, own, [each.form for each in others])
    if request.htmx:
        return _answer_script(request, draft, kind, sent)
    if any(_is_asked(each) for each in sent):
        return _ask(request, draft, sent)
    return _go_on(request, draft, kind, sent, own.saved.row)


def _go_on(
    request: SignedInRequest, draft: Draft, kind: Kind, sent: Sequence[SentForm], row: Any
) -> HttpResponse:
    """All is saved: where the button that was pressed leads, or to what could not be read."""
    if any(each.form.to_fix for each in sent):
        return redirect(request.path + TO_FIX)
    if "add" in request.POST and kind.key in ON_THE_PAGE_OF:
        return redirect(row_url(draft, ON_THE_PAGE_OF[kind.key], row.pk, "row_add_to"))
    if "stay" in request.POST:
        return redirect(request.path + saved_at_anchor(form_id(kind.key, row.pk)))
    messages.success(request, f"{kind.title}: saved.")
    return redirect(_after_save(draft, kind, row))


def _sent(request: SignedInRequest, draft: Draft, kind: Kind, row_id: int) -> list[SentForm]:
    """The page's own form, then each other that came back with it."""
    sent = [SentForm(kind, row_id, kind.form(request.POST, draft=draft))]
    other = ON_THE_PAGE_OF.get(kind.key)
    if other is not None:
        for number in _numbers(request, other):
            form = KINDS[other].form(request.POST, draft=draft, prefix=f"{other}-{number}")
            sent.append(SentForm(KINDS[other], number, form))
    return sent


def _edit(draft: Draft, sent: SentForm) -> services.RowEdit:
    typed = sent.form.typed(_stored(draft, sent.kind, sent.row_id))
    return services.RowEdit(sent.form.model, sent.row_id, typed)


def _numbers(request: SignedInRequest, kind_key: str) -> list[int]:
    """The rows of a kind whose forms came back, by the hidden field each carries."""
    name = re.compile(rf"{kind_key}-([0-9]{{1,18}})-was")
    return [int(found[1]) for found in map(name.fullmatch, request.POST) if found]


def _ask_signed_since(
    request: SignedInRequest, draft: Draft, sent: Sequence[SentForm]
) -> HttpResponse:
    if request.htmx:
        return answer_script_signed_since(request, read_anew(draft.plan))
    return _ask(request, draft, sent, is_signed_since=True)


def _is_asked(sent: SentForm) -> bool:
    """A form that nobody had typed in is not missed where its row was removed meanwhile."""
    return sent.form.is_touched if sent.saved is None else bool(sent.saved.conflicts)


def _answer_script(
    request: SignedInRequest, draft: Draft, kind: Kind, sent: Sequence[SentForm]
) -> HttpResponse:
    now = read_anew(draft.plan)
    page = [
        saved_form(form_id(each.kind.key, each.row_id), each.form, stored, each.saved, now)
        for each in sent
        if each.saved and (stored := _stored(now, each.kind, each.row_id))
    ]
    return answer_script(request, now, kind.section, page)


def _ask(
    request: SignedInRequest,
    draft: Draft,
    sent: Sequence[SentForm],
    *,
    is_signed_since: bool = False,
) -> HttpResponse:
    """The page again, as it is stored now, with a panel at each form that is in conflict.

    Where it was signed since the page was opened nothing was saved: it is as it was sent.
    """
    now = read_anew(draft.plan)
    own = sent[0]
    stored = _stored(now, own.kind, own.row_id)
    if stored is None:
        return _gone(request, now, own, [each.form for each in sent[1:]])
    form, conflict = shown_again(own.form, stored, own.saved, now)
    return _show(
        request,
        now,
        own.kind,
        form,
        stored,
        conflict=conflict,
        sent=sent[1:],
        is_signed_since=is_signed_since,
        status=HTTPStatus.CONFLICT,
    )


def _gone(
    request: SignedInRequest, draft: Draft, sent: SentForm, others: Sequence[DraftForm]
) -> HttpResponse:
    """Somebody removed the row: what was typed is shown again, ready to be added anew."""
    kind, form = sent.kind, sent.form
    typed = request.POST.get("parent", "")
    parent_id = int(typed) if typed.isdecimal() and len(typed) < 18 else None
    if kind.parent and parent_id not in [each["id"] for each in draft.rows[kind.parent]]:
        return give_back(request, draft, [form], _parent_gone(kind), status=HTTPStatus.NOT_FOUND)
    messages.error(request, GONE)
    return _show_new(
        request,
        draft,
        kind,
        form,
        parent_id=parent_id,
        typed_beside=[line for each in others for line in each.all_words()],
        status=HTTPStatus.CONFLICT,
    )


def _parent_gone(kind: Kind) -> str:
    """A budget line has no parent, yet may name a strategy that goes while it is saved."""
    return f"Its {kind.parent or 'strategy'} was removed while you were writing."


def _show(
    request: SignedInRequest,
    draft: Draft,
    kind: Kind,
    form: DraftForm,
    stored: dict[str, Any],
    *,
    conflict: Conflict | None = None,
    sent: Sequence[SentForm] = (),
    is_signed_since: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    milestones = _milestones(draft, stored, sent) if kind.key in ON_THE_PAGE_OF else None
    beside = [each["form"] for each in milestones or ()]
    context = {
        **editor_context(request, draft, kind.section, place=kind.key, row=stored),
        "carried": panel_of(draft, kind.section, of=(kind.key, stored["id"])),
        "kind": kind,
        "what": called(LISTED[kind.key], stored["id"], draft.rows).name,
        "form": form,
        "form_id": form_id(kind.key, stored["id"]),
        "parent_id": stored.get(f"{kind.parent}_id", ""),
        "conflict": conflict,
        "is_asked": status == HTTPStatus.CONFLICT,
        "is_signed_since": is_signed_since,
        "to_fix": sum(each.to_fix for each in [form, *beside]),
        "unread": unread_in([form, *beside]),
        "remove_url": row_url(draft, kind.key, stored["id"], "row_remove"),
        "remove_words": remove_words(stored),
        "milestones": milestones,
        "typed_of_gone": [
            line
            for each in sent
            if each.saved is None and each.form.is_touched
            for line in each.form.all_words()
        ],
    }
    template = "plans/row_form.html" if milestones is None else "plans/strategy_form.html"
    return render(request, template, context, status=status)


def _show_new(
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
    plan = draft.plan
    address = [plan.district.slug, plan.cycle_id, kind.key]
    context = {
        **editor_context(request, draft, kind.section),
        "kind": kind,
        "form": form,
        "lineage": _lineage(request) or uuid.uuid4(),
        "is_signed_since": is_signed_since,
        "typed_beside": typed_beside,
        "add_url": reverse("plans:row_add_to", args=[*address, parent_id])
        if parent_id
        else reverse("plans:row_add", args=address),
    }
    return render(request, "plans/row_add.html", context, status=status)


def _milestones(
    draft: Draft, strategy: dict[str, Any], sent: Sequence[SentForm]
) -> list[dict[str, Any]]:
    """The strategy's milestones, each with a form on the strategy's page."""
    kind, came_back = KINDS["milestone"], {each.row_id: each for each in sent}
    milestones = []
    rows = [each for each in draft.rows[kind.key] if each["strategy_id"] == strategy["id"]]
    for number, row in enumerate(rows, start=1):
        before, conflict = came_back.get(row["id"]), None
        if before is not None:
            form, conflict = shown_again(before.form, row, before.saved, draft)
        else:
            form = kind.form.of_row(row, draft=draft, prefix=f"{kind.key}-{row['id']}")
        milestones.append(
            {
                "number": number,
                "form": form,
                "conflict": conflict,
                "form_id": form_id(kind.key, row["id"]),
                "remove_url": row_url(draft, kind.key, row["id"], "row_remove"),
                "remove_words": remove_words(row),
            }
        )
    return milestones


def _own_page(draft: Draft, kind: Kind, row: Any) -> str:
    """The page where its form stands: a milestone's stands on its strategy's."""
    if kind.key in ON_THE_PAGE_OF.values():
        return _after_save(draft, kind, row).partition("#")[0]
    return row_url(draft, kind.key, row.pk)


def _after_save(draft: Draft, kind: Kind, row: Any) -> str:
    """A strategy goes on to its milestones, a milestone back to it, others to their list."""
    if kind.key == "strategy":
        return row_url(draft, "strategy", row.pk)
    if kind.key == "milestone":
        return row_url(draft, "strategy", row.strategy_id) + "#milestones"
    return section_url(draft, kind.section)


def _stored_or_404(draft: Draft, kind: Kind, row_id: int | None) -> dict[str, Any]:
    stored = _stored(draft, kind, row_id)
    if stored is None:
        raise Http404
    return stored


def _stored(draft: Draft, kind: Kind, row_id: int | None) -> dict[str, Any] | None:
    return next((each for each in draft.rows[kind.key] if each["id"] == row_id), None)


def _may_write(request: SignedInRequest, draft: Draft, kind: Kind) -> bool:
    return may_edit(request.user, draft.plan) and draft.plan.is_open_in(kind.section)


def _lineage(request: SignedInRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("lineage", ""))
    except ValueError:
        return None
