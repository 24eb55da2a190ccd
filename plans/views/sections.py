"""The sections of the editor: a form where there is one row, a list where there are many."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft, read_anew
from plans.documents.kinds import IN_DOCUMENT, LISTED, SINGLE, Kind
from plans.documents.kinds import KINDS as BY_KEY
from plans.forms.drafting import DraftForm
from plans.forms.sections import SECTION_FORMS
from plans.models import BudgetLine, StakeholderEngagement
from plans.permissions import may_edit, may_record_vote
from plans.reading.access import draft_or_404
from plans.reading.document import budget_by_strategy
from plans.reading.files import files_of
from plans.reading.meant import meant_in
from plans.reading.rendered import draft_part
from plans.reading.served import serving
from plans.reading.sums import totals_of
from plans.reports.published import published_beside
from plans.rules.words import listing
from plans.sections import SECTIONS, SectionKey
from plans.views.adding_here import Adding, added_words, adding_in
from plans.views.amending import panel_of
from plans.views.answering import (
    answer_findings,
    answer_list,
    answer_script,
    answer_signed_since,
    asked_form,
    saved_form,
)
from plans.views.editor import (
    budget_share,
    budget_words,
    editor_context,
    findings_of,
    next_section,
    row_urls,
    section_url,
)
from plans.views.history import form_with_taken, history_url
from plans.views.refusals import says_refusal
from plans.views.saving import (
    TO_FIX,
    form_id,
    give_back,
    saved_at_anchor,
    seen_signatures,
    shown_again,
    unread_in,
)
from plans.workflow import VOTE_IS_OPEN, StepNotAllowed

STORED_AS = {kind.section: key for key, kind in SINGLE.items()}
LISTINGS = {
    kind.section: f"plans/_{kind.within}_list.html" for kind in LISTED.values() if kind.children
}
LISTS = {key: f"plans/_{key.value}.html" for key in LISTINGS}
TEMPLATES = {
    key: f"plans/section_{key.value}.html"
    for key in (
        SectionKey.PROFILE,
        SectionKey.NEEDS,
        *(kind.section for kind in IN_DOCUMENT.values() if kind.is_list),
    )
}


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def section(request: SignedInRequest, slug: str, fiscal_year: int, key: str) -> HttpResponse:
    if key not in SECTIONS:
        raise Http404
    draft, here = draft_or_404(request, slug, fiscal_year), SectionKey(key)
    if here == SectionKey.SIGNATURES:
        return redirect("plans:signatures", slug, fiscal_year)
    if request.method == "POST":
        return _save(request, draft, here)
    if not _may_write(request, draft, here):
        return redirect("plans:read", slug, fiscal_year)
    if request.htmx and here in LISTINGS and "list" in request.GET:
        return answer_list(request, _list_context(request, draft, here), LISTS[here])
    if request.htmx:
        return answer_findings(request, draft, here)
    row = _row(draft, here)
    if row is None:
        return _show(request, draft, here, form=None, row=None)
    form, taken = form_with_taken(request, draft, _kind(here), row, _row_id(draft, here, row))
    return _show(request, draft, here, form=form, row=row, taken=taken)


def _save(request: SignedInRequest, draft: Draft, here: SectionKey) -> HttpResponse:
    if here not in SECTION_FORMS:
        raise Http404
    form = SECTION_FORMS[here](request.POST, draft=draft)
    before = _row(draft, here) if form.offers else None
    try:
        saved = _saved(request, draft, here, form, before)
    except services.SignedSince:
        return _ask_signed_since(request, draft, here, form)
    except StepNotAllowed as refusal:
        return give_back(request, draft, [form], str(refusal))
    if request.htmx and not saved.conflicts:
        return answer_script(request, [saved_form(form_id("", None), form, before, saved)])
    if saved.conflicts or form.pressed("both"):
        return _ask(request, draft, here, form, saved)
    if form.to_fix:
        return redirect(section_url(draft, here) + TO_FIX)
    if "next" not in request.POST:
        return redirect(section_url(draft, here) + saved_at_anchor(form_id("", None)))
    messages.success(request, f"{SECTIONS[here].title}: saved.")
    return redirect(section_url(draft, next_section(here)))


def _ask(
    request: SignedInRequest, draft: Draft, here: SectionKey, form: DraftForm, saved: services.Saved
) -> HttpResponse:
    """The page again, as it is stored now, with what was typed where it waits to be chosen."""
    now = read_anew(draft.plan)
    stored = _row(now, here) or {}
    if request.htmx:
        page = [asked_form(form_id("", None), form, stored, saved, now)]
        return answer_script(request, page)
    again, conflict = shown_again(form, stored, saved, now)
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    return _show(request, now, here, form=again, row=stored, conflict=conflict, status=status)


def _ask_signed_since(
    request: SignedInRequest, draft: Draft, here: SectionKey, form: DraftForm
) -> HttpResponse:
    now = read_anew(draft.plan)
    if request.htmx:
        return answer_signed_since(request, now, form_id("", None))
    stored = _row(now, here) or {}
    again, _ = shown_again(form, stored, None, now)
    status = HTTPStatus.CONFLICT
    return _show(request, now, here, form=again, row=stored, status=status, is_signed_since=True)


def _saved(
    request: SignedInRequest,
    draft: Draft,
    here: SectionKey,
    form: DraftForm,
    before: dict[str, Any] | None,
) -> services.Saved:
    act: dict[str, Any] = {"plan_id": draft.plan.pk, "by": request.user, "at": timezone.now()}
    act |= vars(form.typed(before))
    try:
        if here != SectionKey.BOARD_APPROVAL:
            return services.Saved(
                services.save_section(model=form.model, seen=seen_signatures(request), **act)
            )
        row = services.save_board_approval(**act)
    except services.StaleRow as stale:
        if here == SectionKey.BOARD_APPROVAL:
            draft.plan.board_approval = stale.row
        return stale.saved
    draft.plan.board_approval = row  # what is found out about the vote, it says of this
    return services.Saved(row)


def _show(
    request: SignedInRequest,
    draft: Draft,
    here: SectionKey,
    *,
    form: DraftForm | None,
    row: dict[str, Any] | None,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> HttpResponse:
    context = {
        **editor_context(request, draft, here, row=row),
        "carried": panel_of(draft, here),
        "form": form,
        "unread": unread_in([form] if form else []),
        "conflict": None,
        "is_asked": status == HTTPStatus.CONFLICT,
        "to_fix": form.to_fix if form else 0,
        "form_id": form_id("", None),
        **more,
    }
    if row is not None and (row_id := _row_id(draft, here, row)):
        context["history_url"] = history_url(draft, _kind(here), row_id)
    context |= _list_of(draft, here, adding_in(request, draft, here))
    if here == SectionKey.NEEDS:
        context["published"] = published_beside(draft)
    return render(request, TEMPLATES.get(here, "plans/section_form.html"), context, status=status)


def _list_context(request: SignedInRequest, draft: Draft, here: SectionKey) -> dict[str, Any]:
    """What a script swaps in of the page of a list."""
    return (
        editor_context(request, draft, here)
        | _list_of(draft, here, adding_in(request, draft, here))
        | {"added": added_words(request, draft)}
    )


def _list_of(draft: Draft, here: SectionKey, adding: Adding | None = None) -> dict[str, Any]:
    """What the page of a list shows beside the document's own parts."""
    if here == SectionKey.BUDGET:
        return {
            "listing": _listing(draft, "plans/_budget_lines.html", lambda: _lines(draft)),
            "share": budget_share(draft.document),
            "meter_label": budget_words(draft.document),
            "over": -draft.document.left_to_budget,
            "unread_lines": draft.document.unread("allocation"),
        }
    if here in LISTINGS:
        rows = {"document": draft.document, "served": serving(draft.document), "adding": adding}
        if adding and adding.kind_key == "target":  # its form stands within
            meant = meant_in(draft.document, findings_of(draft))
            drawn = render_to_string(LISTINGS[here], rows | {"meant": meant})
        else:
            drawn = _listing(draft, LISTINGS[here], lambda: rows)
        return {"listing": drawn, "adding": adding}
    if here == SectionKey.ATTACHMENTS:
        return {"files": files_of(draft)}
    if here == SectionKey.ENGAGEMENT:
        groups = dict(StakeholderEngagement.Group.choices)
        return {
            "groups_asked": listing(
                [group.name.lower() for group in draft.document.stakeholder_groups]
                or ["the key stakeholders"]
            ),
            "meant": meant_in(draft.document, findings_of(draft)),
            "engagement": [
                {"part": part, "group": groups.get(part.group, "")}
                for part in draft.document.engagement
            ],
        }
    return {}


def _listing(draft: Draft, template: str, context: Callable[[], dict[str, Any]]) -> SafeString:
    """A list of rows, which says which of them and of their cells the findings mean today."""
    return draft_part(
        draft,
        template,
        lambda: context() | {"meant": meant_in(draft.document, findings_of(draft))},
        on=eastern_day(timezone.now()),
    )


def _lines(draft: Draft) -> dict[str, Any]:
    """The lines by strategy, each with the way to its form; lines without a strategy come last."""
    document = draft.document
    sources = dict(BudgetLine.FundingSource.choices)
    titles = {
        s.lineage: f"{s.number} · {s.title or 'Without a title'}" for s in document.strategies
    }
    groups: dict[str | None, dict[str, Any]] = {
        lineage: {"title": title, "lines": [], "parts": []}
        for lineage, title in [*titles.items(), (None, "Without a strategy")]
    }
    url = row_urls(draft, "line")
    for line in document.lines:
        group = groups[line.strategy]
        group["parts"].append(line)
        group["lines"].append(
            {
                "number": line.number,
                "part": line,
                "url": url(line.id or 0),
                "code": f"{line.object_code.code} {line.object_code.name}"
                if line.object_code
                else "",
                "area": f"{line.focus_area.number} {line.focus_area.short_name}"
                if line.focus_area
                else "",
                "source": sources.get(line.funding_source, "—"),
            }
        )
    for group in groups.values():
        group["totals"] = totals_of(group["parts"])
    return {
        "totals": budget_by_strategy(document).totals,
        "line_groups": [group for group in groups.values() if group["lines"]],
    }


def _may_write(request: SignedInRequest, draft: Draft, here: SectionKey) -> bool:
    if here == SectionKey.BOARD_APPROVAL:
        is_open = draft.plan.status in VOTE_IS_OPEN
        return is_open and may_record_vote(request.user, draft.plan)
    return may_edit(request.user, draft.plan) and draft.plan.is_open_in(here)


def _row(draft: Draft, here: SectionKey) -> dict[str, Any] | None:
    """The section's one row as stored; none for a section that is only a list."""
    if here == SectionKey.BOARD_APPROVAL:
        vote = draft.plan.board_approval
        return {
            "id": None,
            "approved_on": vote.approved_on,
            "planned_on": vote.planned_on,
            "as_typed": vote.as_typed,
            "version": vote.version,
            "saved_at": vote.saved_at.isoformat() if vote.saved_at else None,
        }
    if here not in STORED_AS:
        return None
    key = STORED_AS[here]
    rows = draft.rows[key]
    return rows[0] if rows else _unsaved(SINGLE[key])


def _kind(here: SectionKey) -> Kind:
    return BY_KEY[STORED_AS.get(here, "vote")]


def _row_id(draft: Draft, here: SectionKey, row: dict[str, Any]) -> int:
    """As history knows it; of a row that was never saved there is none."""
    return draft.plan.pk if here == SectionKey.BOARD_APPROVAL else row["id"] or 0


def _unsaved(kind: Kind) -> dict[str, Any]:
    """The row of a section that there was not yet when the plan was started: nothing in it."""
    column = kind.model._meta.get_field
    nothing = {field.name: column(field.name).get_default() for field in kind.fields}  # type: ignore[union-attr]
    return {"id": None, "version": 1, "as_typed": {}, "saved_at": None, **nothing}
