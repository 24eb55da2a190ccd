"""A kind of letter of a real plan: of the last one of which such a letter was written."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q, QuerySet

from districts.models import User
from districts.words import day
from notices.pages import link_to
from plans.models import ApprovalCondition, Plan, PlanEvent, WithholdingCorrection
from plans.services.letters import page_of
from plans.workflow import Step
from reviews.models import Determination
from reviews.models.default_letters import LetterKind
from reviews.permissions import delegation_of, readable_plans
from reviews.reports.evidence import evidence_for
from reviews.reports.packet import read_packet
from reviews.rules import permits_needed
from reviews.services.conditions import Stipulation
from reviews.services.correcting import FINDINGS, correction_values
from reviews.services.correcting_withholding import values_of_corrected
from reviews.services.decision_letter import approval_values, finding_values
from reviews.services.letter_words import MISSING, fill, words_of_statute
from reviews.services.return_letter import Asked, return_values
from reviews.services.withholding import values_of_event


@dataclass(frozen=True)
class Example:
    """Of which plan, and whether such a letter was ever written of one."""

    plan: Plan
    values: dict[str, str]
    is_real: bool


def example_of(kind: LetterKind, *, reader: User, at: datetime) -> Example | None:
    """Of the plans that the reader may read; none while nothing was ever handed in."""
    plans = readable_plans(reader)
    found = FIND[kind](plans)
    if found is not None:
        return Example(*found, is_real=True)
    newest = PlanEvent.objects.submissions().filter(plan__in=plans).order_by("-pk")
    event = newest.select_related("plan__district").first()
    return Example(event.plan, _bare(event.plan, at), is_real=False) if event else None


def preview_of(text: str, example: Example) -> str:
    """What is not known of the plan yet shows as missing; so does a name that is not known."""
    return fill(text, defaultdict(lambda: MISSING, example.values))


Found = tuple[Plan, dict[str, str]] | None


def _bare(plan: Plan, at: datetime) -> dict[str, str]:
    return {
        "date": day(at),
        "district": plan.district.name,
        "fiscal_year": str(plan.cycle_id),
        "words_of_statute": words_of_statute(),
        "link": link_to(page_of(plan)),
        "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }


def _decisions(plans: QuerySet[Plan]) -> QuerySet[Determination]:
    """That stand or were corrected, the latest first; none that was called back."""
    theirs = Determination.objects.filter(Q(plan__in=plans) | Q(former_of__in=plans))
    with_people = theirs.select_related("decided_by", "delegation", "version", "corrects")
    return with_people.filter(called_back=None).order_by("-pk")


def _plan_of(plans: QuerySet[Plan], decided: Determination) -> Plan:
    ids = [decided.plan_id, decided.former_of_id]  # one of them
    return plans.select_related("district", "cycle").get(pk__in=[pk for pk in ids if pk])


def _approval(plans: QuerySet[Plan], *, has_conditions: bool) -> Found:
    first = _decisions(plans).filter(corrects=None, event__isnull=False)
    asked = ApprovalCondition.objects.filter(corrects=None)
    of_these = Q(event__in=asked.values("event"))
    decided = first.filter(of_these if has_conditions else ~of_these).first()
    if decided is None:
        return None
    plan = _plan_of(plans, decided)
    packet = read_packet(Plan.objects.filter(pk=plan.pk), number=decided.version.number)
    rows = asked.filter(event=decided.event_id).order_by("number")
    values = finding_values(*(getattr(decided, name) for name in FINDINGS))
    return plan, values | approval_values(
        packet,
        conditions=[Stipulation(row.text, row.due_on) for row in rows],
        permits=permits_needed(packet.signed),
        evidence=evidence_for(packet),
        by=decided.decided_by,
        delegation=decided.delegation,
        at=decided.decided_at,
    )


def _with_conditions(plans: QuerySet[Plan]) -> Found:
    return _approval(plans, has_conditions=True)


def _without_conditions(plans: QuerySet[Plan]) -> Found:
    return _approval(plans, has_conditions=False)


def _correction(plans: QuerySet[Plan]) -> Found:
    decided = _decisions(plans).filter(corrects__isnull=False).first()
    if decided is None or decided.corrects is None:
        return None
    plan = _plan_of(plans, decided)
    rows = plan.approval_conditions.filter(written_at=decided.decided_at)
    anew = {row.number: Stipulation(row.text, row.due_on) for row in rows}
    return plan, correction_values(decided, plan, decided.corrects, anew)


def _last(plans: QuerySet[Plan], step: Step) -> PlanEvent | None:
    taken = PlanEvent.objects.filter(plan__in=plans, step=step).order_by("-pk")
    return taken.select_related("plan__district", "taken_by", "version").first()


def _return(plans: QuerySet[Plan]) -> Found:
    event = _last(plans, Step.RETURN)
    if event is None or event.version is None:
        return None
    draft = getattr(event, "return_draft", None)
    rows = event.plan.required_changes.filter(event=event).order_by("number")
    asked = [Asked(row, row.due_on) for row in rows]
    words = draft.words.strip() if draft else ""
    return event.plan, return_values(event.plan, event.version, words, asked)


def _of_funds(plans: QuerySet[Plan], step: Step) -> Found:
    event = _last(plans, step)
    if event is None:
        return None
    delegation = delegation_of(event.taken_by, at=event.taken_at)
    return event.plan, values_of_event(event.plan, event, delegation)


def _withholding(plans: QuerySet[Plan]) -> Found:
    return _of_funds(plans, Step.WITHHOLD)


def _release(plans: QuerySet[Plan]) -> Found:
    return _of_funds(plans, Step.RELEASE)


def _corrected_withholding(plans: QuerySet[Plan]) -> Found:
    made = WithholdingCorrection.objects.filter(event__plan__in=plans).order_by("-pk")
    last = made.select_related("event__plan__district", "corrected_by", "delegation").first()
    return (last.event.plan, values_of_corrected(last.event.plan, last)) if last else None


FIND: dict[LetterKind, Callable[[QuerySet[Plan]], Found]] = {
    LetterKind.APPROVAL: _without_conditions,
    LetterKind.CONDITIONAL: _with_conditions,
    LetterKind.RETURN: _return,
    LetterKind.WITHHOLDING: _withholding,
    LetterKind.RELEASE: _release,
    LetterKind.CORRECTION: _correction,
    LetterKind.CORRECTED_WITHHOLDING: _corrected_withholding,
}
