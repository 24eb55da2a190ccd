"""One plan as it was handed in, with all that was said about it and what can be done now."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from districts.words import until
from plans.models import PlanVersion
from plans.permissions import REVIEWS, parts_of
from plans.reading.as_before import Answered, left_as_before
from plans.reading.compared import SinceReturned, since_returned
from plans.reading.differences import WITH_TEXT
from plans.reading.life import why
from plans.reading.rendered import version_sections
from plans.reports.money import money_of_plan
from plans.reports.versions import versions_numbered
from plans.reports.withheld import corrections_of
from plans.sections import SECTIONS, SectionKey
from plans.workflow import ASKED_ABOUT, HELD_TO, WITH_DEPARTMENT, Step, steps_from
from reviews.models import Determination
from reviews.permissions import WRITES_COMMENTS
from reviews.reports.deciders import deciders
from reviews.reports.former import former_decisions
from reviews.reports.letter_templates import frozen_letter_of
from reviews.reports.packet import Packet
from reviews.reports.said_lines import Change, Remark
from reviews.rules import since_closing
from reviews.views.access import packet_or_404
from reviews.views.activity import activity
from reviews.views.acts import (
    acts_for,
    call_back_at,
    comments_are_open,
    funds_step,
    is_held,
)
from reviews.views.following import correct_withholding_at, what_follows
from reviews.views.letter import paragraphs_of
from reviews.views.shared_draft import may_return, not_sent, why_not_sent
from reviews.views.steps_here import steps_here

PARTS = {"program_reviewer": "Program", "fiscal_reviewer": "Fiscal"}


@dataclass(frozen=True)
class PageSection:
    """A section of the text, with what was said about it."""

    key: str
    title: str
    body: str  # HTML of the frozen text; none for the board's vote, which stands beside it
    comments: list[Remark]
    changes: list[Change]

    @property
    def said(self) -> int:
        return len(self.comments) + len(self.changes)


@require_safe
def plan_review(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year, number=_number(request))
    now = timezone.now()
    today = eastern_day(now)
    parts = parts_of(request.user, packet.plan)
    is_open = Step.RETURN in steps_from(packet.plan.status)
    answered = _answered(packet)
    before = versions_numbered(packet.plan.pk, {each.version for each in answered})
    determination = getattr(packet.plan, "determination", None)
    former, corrections = _former(packet), corrections_of(packet.plan)
    decisions = [determination, *former] if determination else former
    context = {
        "packet": packet,
        "plan": packet.plan,
        "kind": packet.plan.get_kind_display(),
        "today": today,
        "acts": acts_for(parts, packet, on=today, by=request.user.pk),
        "steps": steps_here(parts, packet, on=today, by=request.user.pk),
        "may_comment": comments_are_open(parts, packet),
        "may_propose": is_open and may_return(parts),
        "is_open": is_open,
        "may_ask": bool(parts & REVIEWS) and packet.plan.status in ASKED_ABOUT,
        "as_before": list(left_as_before(packet.document, answered, before).values())
        if answered
        else [],
        "with_text": WITH_TEXT,
        "since_returned": _since_returned(packet, before),
        "since": since_closing(packet, today)
        if packet.is_latest and packet.plan.status in WITH_DEPARTMENT
        else [],
        "not_sent": not_sent(packet) if may_return(parts) else "",
        "why_not_sent": why_not_sent(packet),
        "takes_part": bool(parts),
        "sections": _sections(packet),
        "log": activity(packet, decisions=decisions, withheld=corrections),
        "why": why(packet.plan.status, packet.events),
        "corrections": corrections,
        "correct_withholding_at": correct_withholding_at(parts, packet, by=request.user),
        "reviewers": [(PARTS[one.reviews_as], one) for one in packet.reviewers],
        "deciders": deciders(at=now),
        "determination": determination,
        "is_held": is_held(packet, at=now),
        "former": former,
        "follows": what_follows(parts, packet, by=request.user, at=now),
        "call_back_at": call_back_at(parts, packet, by=request.user, at=now),
        "frozen": frozen_letter_of(determination),
        "letter": paragraphs_of(determination.letter) if determination else [],
        "conditions": [(each, until(each.due_on, today)) for each in packet.conditions],
        "year_money": money_of_plan(packet.plan) if packet.plan.status in HELD_TO else None,
        "came_to": reverse("reviews:findings", args=[slug, fiscal_year]) if determination else "",
        "record_at": request.path if parts & WRITES_COMMENTS else "",
        "funds_step": funds_step(parts, packet),
    }
    return render(request, "reviews/plan_review.html", context)


def _former(packet: Packet) -> list[Determination]:
    """Not asked for where nothing was called back or corrected."""
    corrected = getattr(getattr(packet.plan, "determination", None), "corrects_id", None)
    called_back = any(event.step == Step.CALL_BACK for event in packet.events)
    return list(former_decisions(packet.plan)) if corrected or called_back else []


def _since_returned(packet: Packet, before: dict[int, PlanVersion]) -> SinceReturned | None:
    """While the Department has a plan that came back; nothing of one that never was returned."""
    returned = before[max(before)] if before else None
    if returned is None or packet.plan.status not in WITH_DEPARTMENT:
        return None
    return since_returned(packet.plan.cycle_id, returned, packet.version)


def _answered(packet: Packet) -> list[Answered]:
    """The answers handed in with the version that is read, or before it."""
    return [
        Answered(change.number, change.section, change.version)
        for change in packet.changes
        if change.answered_at and change.event_id and change.event_id < packet.submission.id
    ]


def _number(request: SignedInRequest) -> int | None:
    """Which version handed in is asked for; the latest where none is."""
    typed = request.GET.get("version")
    if typed is None:
        return None
    if not (typed.isdecimal() and len(typed) < 6):
        raise Http404
    return int(typed)


def _sections(packet: Packet) -> list[PageSection]:
    """The frozen text, section by section, with what was said of each; the board's vote is last."""
    board = SECTIONS[SectionKey.BOARD_APPROVAL]
    shown = [(one.key.value, one.title, one.body) for one in version_sections(packet.version)]
    shown.append((board.slug, board.title, ""))
    return [
        PageSection(
            key=key,
            title=title,
            body=body,
            comments=[one for one in packet.comments if one.section == key],
            changes=[one for one in packet.changes if one.section == key],
        )
        for key, title, body in shown
    ]
