"""What stands before the decider: blocked and why, worth a second look, and ready to sign off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.calendar import eastern_day
from districts.models import User
from districts.requests import SignedInRequest, refuse, status_of
from districts.words import eastern
from plans.models import Cycle
from plans.rules.words import count
from plans.services.letters import DECISIONS_GO_TO
from reviews import services
from reviews.forms import SignOffForm, signed_in
from reviews.models import Determination
from reviews.permissions import is_commissioner, may_decide, may_read_reviews
from reviews.reports.conditions import count_past
from reviews.reports.cycles import cycles_in_play, usual_cycle
from reviews.reports.decisions import (
    BeforeDecider,
    before_decider,
    held_approvals,
    readers_of,
)
from reviews.reports.packet import Packet
from reviews.reports.said_lines import Prepared
from reviews.rules import Condition, Readiness, gate, readiness_of, reasons_of
from reviews.services import SignedOff, Stipulation, ToSign

GROUPS = {  # by readiness, the exceptions first: a heading, and what is done with them
    Readiness.BLOCKED: (
        "Blocked",
        "Something is missing for an approval: each row says what.",
    ),
    Readiness.SECOND_LOOK: (
        "Ready, with something to mind",
        "Nothing stands in the way. Decide each on its own page, where you see what to mind.",
    ),
    Readiness.NOT_WRITTEN: (
        "Ready, findings to be written",
        "Nothing stands in the way. Write the findings, or decide on the plan’s own page.",
    ),
    Readiness.CLEAN: (
        "Ready to sign off",
        "Nothing is missing, nothing warns, and the findings are written.",
    ),
}


@dataclass(frozen=True)
class Row:
    """A plan before the decider."""

    packet: Packet
    readiness: Readiness
    reasons: Sequence[Condition]
    prepared: Prepared | None

    @property
    def conditions(self) -> list[Stipulation]:
        """That were written with the findings."""
        return services.stipulations(self.prepared.conditions) if self.prepared else []

    @property
    def to_sign(self) -> ToSign:
        assert self.prepared is not None  # noqa: S101 -- only what is clean is signed
        return ToSign(self.packet.plan.pk, self.packet.version.number, self.prepared.id)


@dataclass(frozen=True)
class Held:
    """An approval whose letter has not left, and where it is called back, if it is theirs to."""

    decided: Determination
    url: str


@require_safe
def decision_list(request: SignedInRequest) -> HttpResponse:
    """Everyone of the Department may read it; signing is the decider's."""
    if not may_read_reviews(request.user):
        raise Http404
    now = timezone.now()
    cycles = cycles_in_play()
    cycle = _cycle(cycles, request.GET.get("fy"), at=now)
    decides = may_decide(request.user)
    context: dict[str, Any] = {"cycles": cycles, "cycle": cycle, "decides": decides}
    if cycle:
        page = request.GET.get("page", "")
        found = before_decider(cycle.pk, reader=request.user, page=page)
        rows = _rows(found, by=request.user if decides else None, at=now)
        groups = {each: [row for row in rows if row.readiness == each] for each in Readiness}
        context |= {
            "today": eastern_day(now),
            "past": count_past(request.user, on=eastern_day(now)),
            "page": found.page,
            "groups": [(each.name, *GROUPS[each], found) for each, found in groups.items()],
            "clean": len(groups[Readiness.CLEAN]),
            "held": _held(cycle.pk, request.user, decides=decides, at=now),
            "held_minutes": services.HELD_FOR.seconds // 60,
        }
    return render(request, "reviews/decision_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plans_sign_off(request: SignedInRequest, fiscal_year: int) -> HttpResponse:
    """One confirmation that names each plan, and then each is a decision of its own."""
    if not may_decide(request.user):
        raise PermissionDenied
    cycle = get_object_or_404(Cycle, pk=fiscal_year)
    now = timezone.now()
    wanted = signed_in(request.POST) if request.method == "POST" else []
    chosen = [one.plan_id for one in wanted] if wanted else _chosen(request)
    found = before_decider(cycle.pk, reader=request.user, only=chosen)
    rows = _rows(found, by=request.user, at=now)
    clean = [row for row in rows if row.readiness == Readiness.CLEAN]
    form = SignOffForm(request.POST or None, wanted=wanted or [row.to_sign for row in clean])
    if form.is_bound and form.is_valid():
        if not wanted:
            form.add_error(None, "No plan is chosen. Choose one or more on the page before.")
        elif _is_signed(request, form, wanted, at=now):
            return redirect(f"{reverse('reviews:decisions')}?fy={cycle.pk}")
    readers = readers_of([row.packet for row in clean], DECISIONS_GO_TO)
    context = {
        "cycle": cycle,
        "form": form,
        "rows": [(row, readers[row.packet.plan.district_id]) for row in clean],
        "left_out": [row for row in rows if row.readiness != Readiness.CLEAN],
        "letters": sum(map(len, readers.values())),
        "held_minutes": services.HELD_FOR.seconds // 60,
        "is_delegate": not is_commissioner(request.user),
    }
    return render(request, "reviews/decisions_sign_off.html", context, status=status_of(form))


def _cycle(cycles: list[Any], asked: str | None, *, at: datetime) -> Cycle | None:
    if asked is None:
        return usual_cycle(cycles, at=at)
    found = next((cycle for cycle in cycles if str(cycle.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def _chosen(request: SignedInRequest) -> list[int]:
    typed = request.GET.getlist("plan")
    return [int(each) for each in typed if each.isascii() and each.isdecimal() and len(each) < 10]


def _rows(found: BeforeDecider, *, by: User | None, at: datetime) -> list[Row]:
    """In the order of the page, the exceptions first."""
    rows = []
    for packet in found.packets:
        prepared = packet.prepared
        conditions = gate(packet, on=eastern_day(at), by=by.pk if by else None)
        readiness = readiness_of(conditions, is_prepared=prepared is not None)
        rows.append(Row(packet, readiness, reasons_of(conditions), prepared))
    return sorted(rows, key=lambda row: row.readiness)


def _held(fiscal_year: int, reader: User, *, decides: bool, at: datetime) -> list[Held]:
    """A delegate calls back their own, the Commissioner any."""
    any_of_them = decides and is_commissioner(reader)
    return [
        Held(
            one,
            reverse("reviews:call_back", args=[one.plan.district.slug, fiscal_year])
            if one.plan and (any_of_them or (decides and one.decided_by_id == reader.pk))
            else "",
        )
        for one in held_approvals(fiscal_year, reader=reader, at=at)
    ]


def _is_signed(
    request: SignedInRequest, form: SignOffForm, wanted: Sequence[ToSign], *, at: datetime
) -> bool:
    """Whether any was; then the list says what of it. If none, the page says why of each."""
    outcome = services.sign_off(wanted=wanted, key=form.cleaned_data["key"], by=request.user, at=at)
    told = [f"{plan.district}: {why}" for plan, why in outcome.not_done]
    if not outcome.decisions:
        for sentence in told or ["None of these plans is there to decide."]:
            refuse(form, sentence)
        return False
    messages.success(request, _done(outcome))
    if told:
        messages.warning(request, f"{count(len(told), 'plan')} not approved. {' '.join(told)}")
    return True


def _done(outcome: SignedOff) -> str:
    names = ", ".join(str(plan.district) for plan, _ in outcome.decisions)
    leaves = [one.leaves_at for _, one in outcome.decisions if one.leaves_at]
    verb = "is" if len(outcome.decisions) == 1 else "are"
    return (
        f"{count(len(outcome.decisions), 'plan')} {verb} approved: {names}. Their letters leave"
        f" {eastern(max(leaves))}; until then you can call each back below."
    )
