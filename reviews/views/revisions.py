"""A revision of an approved plan as it was handed in: its page, and what the Department does."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest, status_of
from plans.documents import stored_document
from plans.forms.attempts import attempt
from plans.models import Plan, PlanRevision
from plans.permissions import parts_of
from plans.reading.revised import lines_of_changes
from plans.reports.revisions import latest_revision, record_of_revisions
from plans.revision_workflow import LABELS, RevisionStatus
from plans.rules.revision import judged
from plans.workflow import TRANSITIONS, Part, Status, Step
from reviews import services
from reviews.forms import JudgeRevisionForm
from reviews.reports.deciders import deciders
from reviews.reports.revisions import reviews_of_revision, roles_asked_for
from reviews.services.revisions import had_a_hand_in_revision, why_not_approved
from reviews.views.access import reviewed_plan_or_404

PAGE = "reviews:revision"


def _revision_or_404(
    request: SignedInRequest, slug: str, fiscal_year: int
) -> tuple[Plan, PlanRevision]:
    """The last that was handed in or recorded; of one being written nothing is shown (R59)."""
    plan = reviewed_plan_or_404(request, slug, fiscal_year)
    found = latest_revision(plan, came_in=True)
    if found is None:
        raise Http404
    found.plan = plan
    return plan, found


@require_safe
def revision(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan, found = _revision_or_404(request, slug, fiscal_year)
    return render(request, "reviews/revision.html", _context(request, plan, found))


def _context(request: SignedInRequest, plan: Plan, found: PlanRevision) -> dict[str, Any]:
    now, version = timezone.now(), found.version
    assert version is not None  # noqa: S101 -- it came in
    before, after = stored_document(found.changes_version), stored_document(version)
    given, parts = reviews_of_revision(found), parts_of(request.user, plan)
    waits = found.status == RevisionStatus.HANDED_IN and plan.status == Status.APPROVED
    decides = Part.DECIDER in parts
    return {
        "plan": plan,
        "revision": found,
        "label": LABELS[RevisionStatus(found.status)],
        "heading": f"{plan.district.name}: revision of the FY{plan.cycle_id} plan",
        "waits": waits,
        "is_withheld": plan.status == Status.WITHHELD,
        "lines": lines_of_changes(judged(before, after), before, after),
        "reviews": [(role.label, given.get(role.value)) for role in roles_asked_for(plan)],
        "missing": why_not_approved(plan, found, version, by=request.user, at=now)
        if waits and decides
        else [],
        "record": record_of_revisions(plan).filter(revision__version__isnull=False),
        "deciders": deciders(at=now),
        "may_recommend": waits
        and bool(TRANSITIONS[Step.RECOMMEND].by & parts)
        and request.user.pk not in {one.taken_by_id for one in given.values()},
        "may_return": waits and bool(TRANSITIONS[Step.RETURN].by & parts),
        "may_approve": waits and decides and not had_a_hand_in_revision(request.user, plan),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def recommend(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    return _act(
        request,
        slug,
        fiscal_year,
        step=Step.RECOMMEND,
        verb=services.recommend_revision,
        done="Your review of the revision is on record.",
        act="recommend",
        heading="Recommend the revision",
        asks="Why this revision should be approved",
        button="Recommend the revision",
        body="It counts for the version below. Once each review is in, a letter goes to those who"
        " decide. It never shows to the district.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    return _act(
        request,
        slug,
        fiscal_year,
        step=Step.RETURN,
        verb=services.return_revision,
        done="The revision is returned. Letters leave now.",
        act="return",
        heading="Return the revision",
        asks="What is to change",
        button="Return the revision",
        body="The district can edit its revision again, and hands in a new version or withdraws it."
        " What was approved stays in force. The district reads these words.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    return _act(
        request,
        slug,
        fiscal_year,
        step=Step.APPROVE,
        verb=services.approve_revision,
        done="The revision is approved, and in force. Letters leave now.",
        act="approve",
        heading="Approve the revision",
        asks="On what grounds it is approved",
        button="Approve the revision",
        body="The version below becomes the plan in force from today on, and the letter carries"
        " these words. Who reviewed it does not decide it.",
    )


def _act(
    request: SignedInRequest,
    slug: str,
    fiscal_year: int,
    *,
    step: Step,
    verb: Callable[..., object],
    done: str,
    asks: str,
    **words: str,
) -> HttpResponse:
    """One page that asks for words, for each of the three."""
    plan, found = _revision_or_404(request, slug, fiscal_year)
    if not TRANSITIONS[step].by & parts_of(request.user, plan):
        raise PermissionDenied
    if request.method != "POST" and found.status != RevisionStatus.HANDED_IN:
        return redirect(PAGE, slug, fiscal_year)
    number = found.version.number if found.version else 0
    form = JudgeRevisionForm(request.POST or None, initial={"version": number}, asks=asks)
    if (
        form.is_bound
        and form.is_valid()
        and attempt(
            form,
            lambda: verb(plan_id=plan.pk, by=request.user, at=timezone.now(), **form.cleaned_data),
        )
    ):
        messages.success(request, done)
        return redirect(PAGE, slug, fiscal_year)
    context = {**_context(request, plan, found), "form": form, **words}
    return render(request, "reviews/revision_act.html", context, status=status_of(form))
