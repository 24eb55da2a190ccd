"""One row of a plan, written on its own page. Each has its own address and version."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.reports.offers import Offer
from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft, read_anew
from plans.documents.kinds import LISTED
from plans.documents.naming import called
from plans.forms.conflicts import Conflict
from plans.forms.drafting import DraftForm
from plans.reading.access import draft_or_404
from plans.views.adding import may_write_row, parent_gone, show_new, stored_or_404, stored_row
from plans.views.adding_here import ADDED_HERE, GO_ON, HERE, adding_url, go_on_here
from plans.views.amending import panel_of, remove_words
from plans.views.answering import (
    answer_findings,
    answer_script,
    answer_signed_since,
    asked_form,
    saved_form,
)
from plans.views.beside import USE, beside_of, figures_url, say_figure, with_figure
from plans.views.editor import editor_context, row_url
from plans.views.history import Taken, form_with_taken, history_url
from plans.views.kinds import KINDS, Kind, kind_or_404
from plans.views.moving import MOVE, move_asked, moved
from plans.views.refusals import says_refusal
from plans.views.row_addresses import ON_THE_PAGE_OF, add_url, after_save, parent_of
from plans.views.saving import (
    TO_FIX,
    form_id,
    give_back,
    saved_at_anchor,
    seen_signatures,
    shown_again,
    unread_in,
)
from plans.workflow import StepNotAllowed

STAYS = {"stay", "mine", "theirs", USE}  # buttons after which the page is the same one
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
    figure: Offer | None = None  # that was published, and fills fields of the form


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def row(
    request: SignedInRequest, slug: str, fiscal_year: int, kind_key: str, row_id: int
) -> HttpResponse:
    draft, kind = draft_or_404(request, slug, fiscal_year), kind_or_404(kind_key)
    if request.method == "POST":
        return _save(request, draft, kind, row_id)
    stored = stored_or_404(draft, kind, row_id)
    if not may_write_row(request, draft, kind):
        return redirect("plans:read", slug, fiscal_year)
    if request.htmx:
        beside = beside_of(draft, kind.key, row_id)
        of_row = None if "in" in request.GET else row_id  # its form may stand in its list
        return answer_findings(request, draft, kind.section, row_id=of_row, beside=beside)
    form, taken = form_with_taken(request, draft, LISTED[kind.key], stored, row_id)
    return _show(request, draft, kind, form, stored, taken=taken)


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
        return _answer_script(request, draft, sent)
    if any(_is_asked(each) for each in sent):
        return _ask(request, draft, sent)
    if any(each.form.pressed("both") for each in sent):
        return _ask(request, draft, sent, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _go_on(request, draft, kind, sent, own.saved.row)


def _go_on(
    request: SignedInRequest, draft: Draft, kind: Kind, sent: Sequence[SentForm], row: Any
) -> HttpResponse:
    """All is saved: where the button that was pressed leads, or to what could not be read."""
    stays_at = moved(request, draft, move_asked(request)) if MOVE in request.POST else ""
    if any(each.form.to_fix for each in sent):
        return redirect(request.path + TO_FIX)
    if MOVE in request.POST:
        return redirect(request.path + stays_at)
    if {GO_ON, HERE} & request.POST.keys() and kind.key in ADDED_HERE:
        return go_on_here(request, draft, kind, row)
    if "add" in request.POST and kind.key in ON_THE_PAGE_OF:
        return redirect(adding_url(draft, ON_THE_PAGE_OF[kind.key], row.pk))
    if "another" in request.POST:
        return redirect(add_url(draft, kind, parent_of(kind, row)))
    if USE in request.POST and kind.key == "target":
        say_figure(request, sent[0].figure, row)
    if STAYS & request.POST.keys():
        return redirect(request.path + saved_at_anchor(form_id(kind.key, row.pk)))
    messages.success(request, f"{kind.title}: saved.")
    return redirect(after_save(draft, kind, row))


def _sent(request: SignedInRequest, draft: Draft, kind: Kind, row_id: int) -> list[SentForm]:
    """The page's own form, then each other that came back with it."""
    data: QueryDict = request.POST
    figure = None
    if USE in request.POST and kind.key == "target":
        data, figure = with_figure(request, draft)
    sent = [SentForm(kind, row_id, kind.form(data, draft=draft), figure=figure)]
    other = ON_THE_PAGE_OF.get(kind.key)
    if other is not None:
        for number in _numbers(request, other):
            form = KINDS[other].form(request.POST, draft=draft, prefix=f"{other}-{number}")
            sent.append(SentForm(KINDS[other], number, form))
    return sent


def _edit(draft: Draft, sent: SentForm) -> services.RowEdit:
    typed = sent.form.typed(stored_row(draft, sent.kind, sent.row_id))
    return services.RowEdit(sent.form.model, sent.row_id, typed)


def _numbers(request: SignedInRequest, kind_key: str) -> list[int]:
    """The rows of a kind whose forms came back, by the hidden field each carries."""
    name = re.compile(rf"{kind_key}-([0-9]{{1,18}})-was")
    return [int(found[1]) for found in map(name.fullmatch, request.POST) if found]


def _ask_signed_since(
    request: SignedInRequest, draft: Draft, sent: Sequence[SentForm]
) -> HttpResponse:
    if request.htmx:
        own = form_id(sent[0].kind.key, sent[0].row_id)
        return answer_signed_since(request, read_anew(draft.plan), own)
    return _ask(request, draft, sent, is_signed_since=True)


def _is_asked(sent: SentForm) -> bool:
    """A form that nobody had typed in is not missed where its row was removed meanwhile."""
    return sent.form.is_touched if sent.saved is None else bool(sent.saved.conflicts)


def _answer_script(
    request: SignedInRequest, draft: Draft, sent: Sequence[SentForm]
) -> HttpResponse:
    is_asked = any(each.saved and each.saved.conflicts for each in sent)
    now = read_anew(draft.plan) if is_asked else None
    page = []
    for each in sent:
        if each.saved is None:
            continue
        this = form_id(each.kind.key, each.row_id)
        stored = stored_row(now, each.kind, each.row_id) if now else None
        if now and stored:
            page.append(asked_form(this, each.form, stored, each.saved, now))
        else:
            before = stored_row(draft, each.kind, each.row_id)
            page.append(saved_form(this, each.form, before, each.saved))
    return answer_script(request, page)


def _ask(
    request: SignedInRequest,
    draft: Draft,
    sent: Sequence[SentForm],
    *,
    is_signed_since: bool = False,
    status: int = HTTPStatus.CONFLICT,
) -> HttpResponse:
    """The page again, as it is stored now, with a panel at each form that is in conflict.

    Where it was signed since the page was opened nothing was saved: it is as it was sent.
    """
    now = read_anew(draft.plan)
    own = sent[0]
    stored = stored_row(now, own.kind, own.row_id)
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
        status=status,
    )


def _gone(
    request: SignedInRequest, draft: Draft, sent: SentForm, others: Sequence[DraftForm]
) -> HttpResponse:
    """Somebody removed the row: what was typed is shown again, ready to be added anew."""
    kind, form = sent.kind, sent.form
    typed = request.POST.get("parent", "")
    parent_id = int(typed) if typed.isdecimal() and len(typed) < 18 else None
    if kind.parent and parent_id not in [each["id"] for each in draft.rows[kind.parent]]:
        return give_back(request, draft, [form], parent_gone(kind), status=HTTPStatus.NOT_FOUND)
    messages.error(request, GONE)
    return show_new(
        request,
        draft,
        kind,
        form,
        parent_id=parent_id,
        typed_beside=[line for each in others for line in each.all_words()],
        status=HTTPStatus.CONFLICT,
    )


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
    taken: Taken | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    milestones = _milestones(draft, stored, sent) if kind.key in ON_THE_PAGE_OF else None
    beside = [each["form"] for each in milestones or ()]
    context = {
        **editor_context(request, draft, kind.section, place=kind.key, row=stored),
        "carried": panel_of(draft, kind.section, of=(kind.key, stored["id"])),
        "beside": beside_of(draft, kind.key, stored["id"]),
        "figures_url": figures_url(draft),
        "kind": kind,
        "what": called(LISTED[kind.key], stored["id"], draft.rows).name,
        "form": form,
        "form_id": form_id(kind.key, stored["id"]),
        "parent_id": stored.get(f"{kind.parent}_id", ""),
        "conflict": conflict,
        "is_asked": status == HTTPStatus.CONFLICT,
        "is_signed_since": is_signed_since,
        "taken": taken,
        "history_url": history_url(draft, LISTED[kind.key], stored["id"]),
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


def _in_a_sentence(number: int, description: str) -> str:
    """“milestone 2, Coaches begin”."""
    return ", ".join(filter(None, [f"milestone {number}", description]))


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
                "id": row["id"],
                "number": number,
                "name": _in_a_sentence(number, row["description"]),
                "form": form,
                "conflict": conflict,
                "form_id": form_id(kind.key, row["id"]),
                "history_url": history_url(draft, LISTED[kind.key], row["id"]),
                "remove_url": row_url(draft, kind.key, row["id"], "row_remove"),
                "remove_words": remove_words(row),
            }
        )
    return milestones
