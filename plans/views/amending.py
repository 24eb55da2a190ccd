"""What becomes of each row that an amendment carries from last year's plan."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.requests import SignedInRequest
from plans import services
from plans.documents import Draft
from plans.documents.kinds import CARRIED, LISTED
from plans.documents.naming import called
from plans.permissions import may_edit
from plans.reading.access import draft_or_404
from plans.reading.amendment import Item, items_in, new_rows, tally_of
from plans.reading.removed import as_line, what_an_edit_voids
from plans.reports.form_changes import form_changes
from plans.reports.removed import removed_from
from plans.rules.words import count
from plans.sections import SECTIONS, SectionKey
from plans.views.editor import row_url, section_url
from plans.views.links import CARRIED as PANEL
from plans.views.refusals import says_refusal
from plans.views.saving import seen_signatures
from plans.workflow import label_for


@dataclass(frozen=True)
class Line:
    """An item with the ways to what can be done about it."""

    item: Item
    url: str
    retire_url: str
    baseline_url: str


@dataclass(frozen=True)
class Panel:
    """What a page says of the rows it carries; none of a plan that carried nothing."""

    last_year: int
    lines: list[Line]
    keep_url: str
    back: str  # of the page: a row by its kind and number, or nothing, which is the section's

    @property
    def unread(self) -> list[int]:
        return [line.item.pk for line in self.lines if line.item.is_unread]

    @property
    def read(self) -> int:
        return len(self.lines) - len(self.unread)


def panel_of(draft: Draft, section: SectionKey, *, of: tuple[str, int] | None = None) -> Panel:
    """In a revision of an approved plan it asks nothing: what was carried was read then."""
    plan = draft.plan
    here = [plan.district.slug, plan.cycle_id]
    items = [] if plan.is_revised_now else items_in(draft, section, of=of)
    return Panel(
        plan.cycle_id - 1,
        [_line(draft, item) for item in items],
        reverse("plans:keep", args=here),
        "-".join(map(str, of or ())),
    )


def _line(draft: Draft, item: Item) -> Line:
    key, number = item.kind.key, item.row_id
    if not item.kind.is_list:
        return Line(item, section_url(draft, item.kind.section), "", "")
    return Line(
        item,
        row_url(draft, key, number),
        row_url(draft, key, number, "row_remove"),
        reverse("plans:baseline", args=[draft.plan.district.slug, draft.plan.cycle_id, number])
        if item.offer
        else "",
    )


@dataclass(frozen=True)
class Section:
    """How far a section's carried rows are read, and where they are."""

    title: str
    read: int
    carried: int
    url: str


@require_safe
def amendment(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The whole amendment at a glance: what the form changed, what is read, retired and new."""
    draft = draft_or_404(request, slug, fiscal_year)
    plan = draft.plan
    retired = removed_from(plan).exclude(retired=None).distinct()
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "may_edit": may_edit(request.user, plan) and plan.is_editable,
        "voids": what_an_edit_voids(plan),
        "last_year": plan.cycle_id - 1,
        "changes": [(each, section_url(draft, each.section)) for each in form_changes(plan)],
        "tally": tally_of(draft),
        "sections": _sections(draft),
        "retired": [as_line(each) for each in retired],
        "new": [
            (called(kind, row["id"], draft.rows), row_url(draft, kind.key, row["id"]))
            for kind, row in new_rows(draft)
        ]
        if draft.rows["carried"]
        else [],
    }
    return render(request, "plans/amendment.html", context)


def _sections(draft: Draft) -> list[Section]:
    marked = {each["lineage"]: each["state"] for each in draft.rows["carried"]}
    found: dict[SectionKey, list[str]] = {}
    for kind in CARRIED.values():
        states = [
            marked[row["lineage"]] for row in draft.rows[kind.key] if row["lineage"] in marked
        ]
        found.setdefault(kind.section, []).extend(states)
    return [
        Section(
            SECTIONS[key].title,
            len(states) - states.count("unread"),
            len(states),
            f"{section_url(draft, key)}#{PANEL}",
        )
        for key, states in found.items()
        if states
    ]


@require_POST
@says_refusal()
def keep(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Keep the rows that the page showed as not yet read: one, or the rest of its section."""
    draft = draft_or_404(request, slug, fiscal_year)
    asked = [int(each) for each in request.POST.getlist("item") if _is_number(each)]
    kept = services.keep(plan_id=draft.plan.pk, items=asked, by=request.user, at=timezone.now())
    if kept:
        messages.success(request, f"Kept as they are: {count(len(kept), 'item')}.")
    else:
        messages.info(request, "Nothing there waited to be read any more.")
    return redirect(f"{_back(request, draft, asked)}#{PANEL}")


@require_POST
@says_refusal()
def baseline(request: SignedInRequest, slug: str, fiscal_year: int, row_id: int) -> HttpResponse:
    """Take last year's certified result as the baseline of a target."""
    draft = draft_or_404(request, slug, fiscal_year)
    target = services.begin_at_last_result(
        plan_id=draft.plan.pk,
        row_id=row_id,
        seen=seen_signatures(request),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, "The baseline is last year’s result now.")
    return redirect(row_url(draft, "target", target.pk))


def _is_number(said: str) -> bool:
    return said.isdecimal() and len(said) < 18


def _back(request: SignedInRequest, draft: Draft, asked: list[int]) -> str:
    """The page it was asked on: a row's, where the row is still there, or the section's."""
    kind_key, _, number = request.POST.get("back", "").partition("-")
    rows = draft.rows[kind_key] if kind_key in LISTED else []
    if _is_number(number) and int(number) in [row["id"] for row in rows]:
        return row_url(draft, kind_key, int(number))
    return section_url(draft, _section_of(draft, asked))


def _section_of(draft: Draft, asked: list[int]) -> SectionKey:
    lineages = {each["lineage"] for each in draft.rows["carried"] if each["id"] in asked}
    return next(
        (
            kind.section
            for kind in CARRIED.values()
            for row in draft.rows[kind.key]
            if row["lineage"] in lineages
        ),
        SectionKey.COVER,
    )


def remove_words(row: dict[str, Any]) -> str:
    """What is done to a row that is taken out: what last year's plan had is retired."""
    return "Retire" if row.get("carried") else "Remove"
