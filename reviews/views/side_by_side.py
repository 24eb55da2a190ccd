"""The finished reviews of a version side by side, and what their reviewers agree on (R38)."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from plans.permissions import parts_of
from plans.sections import SECTIONS, SectionKey
from plans.workflow import IN_REVIEW, TRANSITIONS, Status, Step
from reviews import services
from reviews.forms.rating import ConsensusForm
from reviews.models import Recommendation
from reviews.reports.disputes import Dispute, disputes
from reviews.reports.own_review import Found, found_by_reviews
from reviews.reports.packet import Packet
from reviews.reports.said_lines import Advice
from reviews.rules import reads_ratings
from reviews.views.access import packet_or_404
from reviews.views.rating_page import made_as_of, url_of


@dataclass(frozen=True)
class Row:
    """A criterion, and what each review found of it; none where it does not rate that."""

    title: str
    section: str
    section_url: str
    cells: list[Found | None]
    dispute: Dispute | None
    form: ConsensusForm | None


@require_http_methods(["GET", "HEAD", "POST"])
def side_by_side(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    plan, parts = packet.plan, parts_of(request.user, packet.plan)
    made_as = made_as_of(packet, parts, person=request.user.pk)
    form = ConsensusForm(request.POST) if request.method == "POST" else None
    if (
        form is not None
        and form.is_valid()
        and attempt(
            form,
            lambda: services.record_consensus(
                plan_id=plan.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _said(packet))
        return redirect("reviews:side_by_side", slug, fiscal_year)
    reads = reads_ratings(packet, made_as)
    may_agree = reads and bool(TRANSITIONS[Step.RECOMMEND].by & parts) and plan.status in IN_REVIEW
    given = packet.reviews if reads else {}
    reviews = [given[part] for part in Recommendation.As if part in given]
    rows = _rows(packet, reviews, form, may_agree=may_agree) if reads else []
    context = {
        "packet": packet,
        "plan": plan,
        "reviews": reviews,
        "rows": rows,
        "reads": reads,
        "open": sum(bool(row.dispute and row.dispute.is_open) for row in rows),
        "form": form,
        "unrecorded": _unrecorded(form, rows),
    }
    return render(
        request,
        "reviews/side_by_side.html",
        context,
        status=status_of(form) if form else HTTPStatus.OK,
    )


def _unrecorded(form: ConsensusForm | None, rows: list[Row]) -> str:
    """The words of a form that is shown no more: there is nothing left to agree on there."""
    if form is None or any(row.form is form for row in rows):
        return ""
    return str(form["words"].value() or "")


def _said(packet: Packet) -> str:
    packet.plan.refresh_from_db(fields=["status"])
    if packet.plan.status == Status.RECOMMENDED:
        return f"Recorded. {packet.plan.district} is recommended for approval."
    return "Recorded: what you agree on stands beside your ratings."


def _rows(
    packet: Packet, reviews: list[Advice], sent: ConsensusForm | None, *, may_agree: bool
) -> list[Row]:
    """In the order of the rubric, whichever versions of it the reviews were made under."""
    disputed = {one.about: one for one in disputes(packet)}
    by_criterion: dict = {}
    for found in found_by_reviews(packet):
        by_criterion.setdefault(found.about, {})[found.part] = found
    titles = {one.about: one for one in packet.rated}
    return [
        Row(
            title=titles[about].title,
            section=SECTIONS[SectionKey(titles[about].section)].title,
            section_url=url_of(packet.plan, titles[about].section),
            cells=[cells.get(one.made_as.label) if one.made_as else None for one in reviews],
            dispute=disputed.get(about),
            form=_form(packet, disputed.get(about), sent) if may_agree else None,
        )
        for about, cells in by_criterion.items()
    ]


def _form(
    packet: Packet, dispute: Dispute | None, sent: ConsensusForm | None
) -> ConsensusForm | None:
    if dispute is None or not dispute.is_open:
        return None
    if sent is not None and sent.data.get("about") == str(dispute.about):
        return sent
    about = dispute.about
    return ConsensusForm(
        initial={"version": packet.version.number, "about": about},
        auto_id=f"agree-{about.hex[:8]}-%s",
    )
