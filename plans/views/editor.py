"""What every page of the editor shows around its form: where one is, and what is still missing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from plans.documents import Draft, PlanDocument
from plans.documents.cache import get_or_make
from plans.documents.kinds import KINDS, SINGLE
from plans.documents.naming import name_of
from plans.permissions import may_edit
from plans.reading.due import due_of
from plans.reading.findings import FindingLine
from plans.reading.meant import FIELD_WORDS
from plans.reading.reasons import reasons_for
from plans.reading.removed import removed_in, what_an_edit_voids
from plans.reading.shared import remarks_in
from plans.revision_workflow import LABELS, RevisionStatus
from plans.rules import Finding, attachment_findings, board_approval_findings, check
from plans.rules.carried import NUMBER as NOT_READ
from plans.rules.progress import Progress, SectionState, complete_of, section_states
from plans.rules.reasons import mark_of
from plans.sections import SECTIONS, SectionKey
from plans.views.links import finding_url, reason_url
from plans.workflow import label_for

STORED_AS = {kind.section: key for key, kind in SINGLE.items()}
NAV_CLASSES = {Progress.DONE: "done", Progress.ATTENTION: "warn", Progress.LOCKED: "lock"}


@dataclass(frozen=True)
class NavEntry:
    """A line of the section navigator."""

    title: str
    words: str
    icon: str
    css: str
    url: str
    is_here: bool
    children: list["NavEntry"] = field(default_factory=list)


def findings_of(draft: Draft) -> list[Finding]:
    """All findings over the draft, its files and its board's vote, those that stop it first.

    Found once for each state of the text and each day: a fifth of what a page of the editor costs.
    """
    vote = draft.plan.board_approval
    today = eastern_day(timezone.now())
    found = [
        *get_or_make(
            f"findings/{draft.plan.pk}",
            made_from=f"{draft.plan.stamp}/{today}",
            make=lambda: [
                *check(draft.document, today),
                *attachment_findings(draft.document, draft.found),
            ],
        ),
        *board_approval_findings(vote.approved_on, vote.planned_on, today, as_typed=vote.as_typed),
    ]
    return sorted(found, key=lambda finding: not finding.stops)


def states_of(draft: Draft, findings: Iterable[Finding]) -> list[SectionState]:
    vote = draft.plan.board_approval
    return section_states(
        draft.document,
        findings,
        board_approved_on=vote.approved_on,
        board_planned_on=vote.planned_on,
        board_is_unread=bool(vote.as_typed),
        signatures=draft.plan.signature_count,
    )


def lines_of(draft: Draft, findings: Iterable[Finding]) -> list[FindingLine]:
    found = list(findings)
    said = reasons_for(draft.plan, found).by_mark
    return [
        FindingLine(
            finding,
            finding_url(draft.plan, finding),
            where_of(draft, finding),
            reason=said[mark].text
            if not finding.stops and (mark := mark_of(finding)) in said
            else "",
            reason_url=reason_url(draft.plan, finding),
        )
        for finding in found
    ]


def where_of(draft: Draft, finding: Finding) -> str:
    """“Strategy 9: Evidence base”: the row and the field, so that no two links read alike."""
    place = finding.place or STORED_AS.get(SectionKey(finding.section), "")
    where = SECTIONS[SectionKey(finding.section)].title
    if finding.place and finding.row_id:
        where = name_of(KINDS[finding.place], finding.row_id, draft.rows)
    if finding.rule == NOT_READ:
        return f"{where}: what was carried"
    words = FIELD_WORDS.get((place, finding.field))
    return f"{where}: {words}" if words else where


def section_url(draft: Draft, key: SectionKey) -> str:
    """Signatures are on a page of their own, outside the editor."""
    here = [draft.plan.district.slug, draft.plan.cycle_id]
    if key == SectionKey.SIGNATURES:
        return reverse("plans:signatures", args=here)
    return reverse("plans:section", args=[*here, key.value])


def first_to_do(states: Iterable[SectionState]) -> SectionKey:
    """Where “Continue the plan” leads: the first section that is not complete, else the first."""
    keys = [state.key for state in states if state.counts and state.state != Progress.DONE]
    return keys[0] if keys else SectionKey.COVER


def budget_share(document: PlanDocument) -> float:
    """Budgeted dollars as a fraction of the allocation, for a bar."""
    to_budget = document.money.of_the_allocation
    return document.budgeted / to_budget if to_budget else 0


def budget_words(document: PlanDocument) -> str:
    return f"Budgeted: {budget_share(document):.0%} of the allocation"


def next_section(key: SectionKey) -> SectionKey:
    """The section after this one; after the last, the signatures themselves."""
    keys = list(SECTIONS)
    return keys[min(keys.index(key) + 1, len(keys) - 1)]


def row_url(draft: Draft, kind: str, row_id: int, name: str = "row") -> str:
    document = draft.document
    return reverse(
        f"plans:{name}", args=[document.district.slug, document.fiscal_year, kind, row_id]
    )


def row_urls(draft: Draft, kind: str) -> Callable[[int], str]:
    """The addresses of many rows of a kind, of which only the number differs."""
    before, after = row_url(draft, kind, 0).rsplit("0", 1)
    return lambda row_id: f"{before}{row_id}{after}"


def editor_context(
    request: SignedInRequest,
    draft: Draft,
    key: SectionKey,
    *,
    place: str = "",
    row: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Navigator, findings here and elsewhere, and the title bar. No query of its own."""
    plan, today = draft.plan, eastern_day(timezone.now())
    row_id = row["id"] if row and place else None
    findings = findings_of(draft)
    states = states_of(draft, findings)
    done, asked = complete_of(states)
    return {
        **rail_context(draft, findings, key, row_id=row_id),
        "draft": draft,
        "document": draft.document,
        "section": SECTIONS[key],
        "navigator": navigator(
            draft,
            states,
            key,
            _strategies(draft, findings, row_id if place == "strategy" else None)
            if key == SectionKey.STRATEGIES
            else [],
        ),
        "sections_done": done,
        "sections_all": asked,
        "label": LABELS[RevisionStatus.DRAFT]
        if plan.is_revised_now
        else label_for(plan.status, is_department=False),
        "due": due_of(plan, today),
        "today": today,
        "may_edit": may_edit(request.user, plan) and plan.is_open_in(key),
        "voids": None if key == SectionKey.BOARD_APPROVAL else what_an_edit_voids(plan),
        "is_signed_since": False,
        "removed": removed_in(plan, key),
        "remarks": remarks_in(plan, key),
        "saved_at": parse_datetime(row["saved_at"]) if row and row.get("saved_at") else None,
        "overview_url": plan.get_absolute_url(),
        "section_url": section_url(draft, key),
        "next_url": section_url(draft, next_section(key)),
    }


def rail_context(
    draft: Draft, findings: list[Finding], key: SectionKey, *, row_id: int | None = None
) -> dict[str, Any]:
    """What stands between here and submitting: of this section or row, then of the rest."""
    unanswered = draft.plan.unanswered_count
    here = [f for f in findings if f.section == key and row_id in (None, f.row_id)]
    elsewhere = [f for f in findings if f not in here and f.stops]
    return {
        "plan": draft.plan,
        "here": lines_of(draft, here),
        "here_stops": sum(finding.stops for finding in here),
        "here_warnings": sum(not finding.stops for finding in here),
        "elsewhere": lines_of(draft, elsewhere),
        "unanswered": unanswered,
        "changes_url": reverse(
            "plans:changes", args=[draft.plan.district.slug, draft.plan.cycle_id]
        ),
        "stops": sum(finding.stops for finding in findings) + unanswered,
    }


def navigator(
    draft: Draft,
    states: Iterable[SectionState],
    here: SectionKey | None = None,
    strategies: list[NavEntry] | None = None,
) -> list[NavEntry]:
    """Every section with its state in words, and, among the strategies, each of them."""
    on_strategy = any(entry.is_here for entry in strategies or [])
    return [
        NavEntry(
            title=state.title,
            words=state.words,
            icon=state.icon,
            css=NAV_CLASSES.get(state.state, "empty"),
            url=section_url(draft, state.key),
            is_here=state.key == here and not on_strategy,
            children=(strategies or []) if state.key == SectionKey.STRATEGIES else [],
        )
        for state in states
    ]


def _strategies(draft: Draft, findings: Iterable[Finding], here: int | None) -> list[NavEntry]:
    stopped = {(finding.place, finding.row_id) for finding in findings if finding.stops}
    unfinished = {
        strategy.id
        for strategy in draft.document.strategies
        if ("strategy", strategy.id) in stopped
        or any(("milestone", milestone.id) in stopped for milestone in strategy.milestones)
    }
    url = row_urls(draft, "strategy")
    return [
        NavEntry(
            title=f"{strategy.number} · {strategy.title or 'Without a title'}",
            words="needs attention" if strategy.id in unfinished else "complete",
            icon="warn" if strategy.id in unfinished else "done",
            css="warn" if strategy.id in unfinished else "done",
            url=url(strategy.id or 0),
            is_here=strategy.id == here,
        )
        for strategy in draft.document.strategies
    ]
