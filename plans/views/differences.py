"""What one text of a plan says otherwise than another: any two versions, the draft, last year's."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.models import standing_of
from districts.requests import SignedInRequest
from districts.words import day
from plans.documents import draft_of
from plans.documents.rows import PlanWithState, plan_with_state
from plans.permissions import may_edit, may_read_draft, may_see
from plans.reading.compared import (
    Compared,
    Text,
    compared,
    query_of,
    text_of_draft,
    text_of_version,
)
from plans.reading.differences import WITH_TEXT
from plans.reports.sides import DRAFT, Side, sides_of
from plans.sections import SECTIONS, SectionKey
from plans.workflow import label_for


@dataclass(frozen=True)
class Choice:
    """A text that can be chosen, and what it is called."""

    side: Side
    words: str  # in a list
    name: str  # in a sentence


@require_safe
def differences(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = plan_with_state(slug, fiscal_year)
    if plan is None or not may_see(request.user, plan):
        raise Http404
    choices = [_choice(side) for side in sides_of(request.user, plan)]
    if not choices:
        raise Http404
    before, after = _chosen(request, plan, choices)
    section = _section(request)
    found = _compare(plan, before, after) if before else None
    shown = [each for each in found.sections if section in (None, each.count.key)] if found else []
    context = {
        "plan": plan,
        "label": label_for(
            plan.status,
            is_department=standing_of(request.user).reads_as_department(plan.district_id),
            writes=may_edit(request.user, plan),
        ),
        "heading": _heading(before, after, section),
        "choices": choices,
        "before": before,
        "after": after,
        "short": found.short if found else None,
        "section": SECTIONS[section] if section else None,
        "sections": shown,
        "all_url": query_of(before.side.name, after.side.name) if before else "",
    }
    return render(request, "plans/differences.html", context)


def _chosen(
    request: SignedInRequest, plan: PlanWithState, choices: list[Choice]
) -> tuple[Choice | None, Choice]:
    """The two that are asked for, the older first, else those that a reader wants most."""
    before = _place(request, plan, choices, "before")
    after = _place(request, plan, choices, "after")
    if after is None:
        after = len(choices) - 1
    if before is None:
        return _before(choices[:after]), choices[after]
    return choices[min(before, after)], choices[max(before, after)]


def _place(
    request: SignedInRequest, plan: PlanWithState, choices: list[Choice], which: str
) -> int | None:
    """Of the text that is asked for, among those offered.

    Raises:
        Http404: there is no such text, or none that this person may read.
    """
    name, names = request.GET.get(which, ""), [each.side.name for each in choices]
    if not name:
        return None
    if name == DRAFT and name not in names and may_read_draft(request.user, plan):
        return len(names) - 1  # a version has its text by now
    if name not in names:
        raise Http404
    return names.index(name)


def _before(earlier: list[Choice]) -> Choice | None:
    """What was returned last, else what comes before it."""
    returned = [each for each in earlier if each.side.was_returned]
    return next(reversed(returned or earlier), None)


def _section(request: SignedInRequest) -> SectionKey | None:
    asked = request.GET.get("section")
    if not asked:
        return None
    if asked not in WITH_TEXT:
        raise Http404
    return SectionKey(asked)


def _heading(before: Choice | None, after: Choice, section: SectionKey | None) -> str:
    what = f"What changed in {SECTIONS[section].title}" if section else "What changed"
    return f"{what} from {before.name} to {after.name}" if before else what


def _compare(plan: PlanWithState, before: Choice, after: Choice) -> Compared:
    return compared(_text(plan, before.side), _text(plan, after.side))


def _text(plan: PlanWithState, side: Side) -> Text:
    return text_of_version(side.version) if side.version else text_of_draft(draft_of(plan))


def _choice(side: Side) -> Choice:
    if side.version is None:
        return Choice(side, "The draft as it stands now", "the draft")
    number = side.version.number
    if side.is_of_last_year:
        name = f"the FY{side.fiscal_year} plan"
        return Choice(side, f"The FY{side.fiscal_year} plan as approved, version {number}", name)
    became = ", returned" if side.was_returned else ", handed in" if side.was_handed_in else ""
    words = f"Version {number}, closed {day(side.version.closed_at)}{became}"
    return Choice(side, words, f"version {number}")
