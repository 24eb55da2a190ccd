"""The decision: the gate, the plan on one page, the findings, and the letter they make."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.models import User
from districts.requests import SignedInRequest, status_of
from districts.words import eastern, until
from plans.documents import PlanDocument
from plans.forms.attempts import attempt
from plans.models import Plan
from plans.permissions import parts_of
from plans.reading.document import budget_by_strategy
from plans.reading.rendered import version_part
from plans.services.letters import DECISIONS_GO_TO, people_of
from plans.workflow import Part, Step, steps_from
from reviews import services
from reviews.forms import CONDITIONS, ApproveForm
from reviews.models import Determination
from reviews.permissions import PREPARE, delegation_of, is_commissioner, may_waive
from reviews.reports.deciders import deciders
from reviews.reports.evidence import Evidence, evidence_for
from reviews.reports.packet import Packet
from reviews.reports.said_lines import Prepared
from reviews.rules import Condition, gate, missed_targets, moved_digest, permits_needed
from reviews.services import Stipulation
from reviews.services.decision_letter import write_letter
from reviews.views.access import packet_or_404
from reviews.views.acts import acts_for
from reviews.views.letter import paragraphs_of
from reviews.views.shared_draft import may_return, not_sent

FINDINGS = ["implementation", "implementation_reasons", "performance", "performance_reasons"]


@require_http_methods(["GET", "HEAD", "POST"])
def plan_approve(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Everyone at the Department may read the page; the form is the decider's."""
    packet = packet_or_404(request, slug, fiscal_year)
    plan, now = packet.plan, timezone.now()
    parts = parts_of(request.user, plan)
    may_decide = Part.DECIDER in parts
    may_write = bool(PREPARE & parts)
    asks = asked_for(request)
    if (asks == "approve" and not may_decide) or (asks and not may_write):
        raise PermissionDenied
    if request.method != "POST" and Step.APPROVE not in steps_from(plan.status):
        return redirect("reviews:plan", slug, fiscal_year)
    today = eastern_day(now)
    conditions = gate(packet, on=today, by=request.user.pk if may_decide else None)
    evidence = evidence_for(packet)
    to_come = services.not_due_yet(packet, evidence, on=today)
    prepared = packet.prepared if may_write else None
    form = _form(request, packet, today, moved_digest(conditions), prepared)
    if form.is_bound and form.is_valid() and _is_done(request, form, plan, asks, at=now):
        to = ["reviews:decisions"] if asks == "keep" else ["reviews:plan", slug, fiscal_year]
        return redirect(*to)
    missing = [one for one in conditions if not one.is_met]
    who_decide = deciders(at=now)
    context = {
        "packet": packet,
        "plan": plan,
        "today": today,
        "form": form,
        "may_decide": may_decide,
        "may_write": may_write,
        "prepared": prepared,
        "held_minutes": services.HELD_FOR.seconds // 60,
        "conditions": with_missed_targets(conditions, evidence),
        "evidence": evidence,
        "to_come": [(one, until(one.due_on, today)) for one in to_come],
        "missing": missing,
        "on_one_page": version_part(
            packet.version, "reviews/_on_one_page.html", lambda: _on_one_page(packet.document)
        ),
        "letter": _preview(
            form,
            packet,
            evidence,
            to_come,
            by=request.user if may_decide else _signer(who_decide, request.user),
            at=now,
        )
        if may_write
        else [],
        "readers": people_of(plan, DECISIONS_GO_TO),
        "deciders": who_decide,
        "acts": acts_for(parts, packet, on=today, by=request.user.pk, missing=len(missing)),
        "not_sent": not_sent(packet) if may_return(parts) else "",
        "waivable": any(one.is_about_people and not one.is_met for one in conditions),
        "may_waive": may_waive(request.user, plan) and packet.waiver is None,
        "may_waive_last_year": may_waive(request.user, plan)
        and any(one.is_about_last_year and not one.is_met for one in conditions),
    }
    return render(request, "reviews/plan_approve.html", context, status=status_of(form))


def asked_for(request: SignedInRequest) -> str:
    """Which button was pressed: approve, keep or preview; empty where none was."""
    if request.method != "POST":
        return ""
    return next((name for name in ("preview", "keep") if name in request.POST), "approve")


def _is_done(
    request: SignedInRequest, form: ApproveForm, plan: Plan, asks: str, *, at: datetime
) -> bool:
    """Approves the plan, or keeps what was written for whoever signs; else the form says why."""
    said = form.decision()
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": at}
    name = f"{plan.district}’s FY{plan.cycle_id} plan"
    if asks == "keep":
        kept = {each: said[each] for each in ("version", "conditions", *FINDINGS)}
        if not attempt(form, lambda: services.prepare_decision(**act, **kept)):
            return False
        messages.success(request, f"The findings on {name} are kept for sign-off.")
        return True
    if not attempt(form, lambda: services.approve(**act, **said)):
        return False
    leaves = eastern(at + services.HELD_FOR)
    messages.success(
        request, f"{name} is approved. Its letters leave {leaves}; until then you can call it back."
    )
    return True


def with_missed_targets(conditions: list[Condition], evidence: Evidence | None) -> list[Condition]:
    """What is not met first, then what is worth knowing, missed targets among it."""
    if evidence is None:
        return conditions
    together = [*conditions, *missed_targets(evidence.sheet)]
    return sorted(together, key=lambda one: (one.is_met, not one.is_warning))


def _on_one_page(document: PlanDocument) -> dict[str, object]:
    return {"document": document, "budget": budget_by_strategy(document)}


def _form(
    request: SignedInRequest,
    packet: Packet,
    today: date,
    moved: str,
    prepared: Prepared | None,
) -> ApproveForm:
    """Asking for a preview judges nothing: what was typed is shown again, in form and letter."""
    needed = permits_needed(packet.signed)
    if request.method == "POST" and "preview" not in request.POST:
        return ApproveForm(request.POST, today=today, needed=needed, moved=moved)
    kept = [
        "key",
        "version",
        f"read-{moved}",
        *FINDINGS,
        *(name for names in CONDITIONS for name in names),
    ]
    initial: dict[str, object] = {"version": packet.version.number}
    initial |= {name: request.POST[name] for name in kept if name in request.POST}
    initial["permits"] = request.POST.getlist("permits")
    if request.method != "POST" and prepared is not None:
        initial |= _prepared(prepared)
    elif request.method != "POST" and packet.before.plan is None:
        initial["implementation"] = Determination.Implementation.FIRST_PLAN
        initial["performance"] = Determination.Performance.FIRST_PLAN
    return ApproveForm(initial=initial, today=today, needed=needed, moved=moved)


def _prepared(prepared: Prepared) -> dict[str, object]:
    """What was kept, as the fields of the form have it."""
    said: dict[str, object] = {name: getattr(prepared, name) for name in FINDINGS}
    kept = services.stipulations(prepared.conditions)
    for (text, due_on), each in zip(CONDITIONS, kept, strict=False):
        said |= {text: each.text, due_on: each.due_on}
    return said


def _signer(who_decide: Sequence[Any], reader: User) -> User:
    """Whose letter it would be: the Commissioner's, where they that write it do not decide."""
    return next((one for one in who_decide if one.is_commissioner), reader)


def _preview(
    form: ApproveForm,
    packet: Packet,
    evidence: Evidence | None,
    to_come: list[Stipulation],
    *,
    by: User,
    at: datetime,
) -> list[list[str]]:
    findings = {name: str(form[name].value() or "") for name in FINDINGS}
    delegation = None if is_commissioner(by) else delegation_of(by, at=at)
    letter = write_letter(
        packet,
        **findings,
        conditions=[*form.conditions(), *to_come],
        permits=form.permits(),
        evidence=evidence,
        by=by,
        delegation=delegation,
        at=at,
    )
    return paragraphs_of(letter.text)
