"""Help while drafting: whom the district lets read its draft, and the liaison's page of it."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from districts.models import standing_of
from districts.requests import SignedInRequest, refuse, status_of
from plans import services
from plans.documents import draft_of
from plans.documents.rows import PlanWithState, plan_with_state
from plans.forms.sharing import DraftCommentForm, ShareForm
from plans.models import DraftComment, DraftShare
from plans.permissions import may_help, may_read_shared, may_settle_comments, may_share
from plans.reading.access import draft_or_404
from plans.reading.document import DocumentSection
from plans.reading.rendered import draft_sections
from plans.reading.shared import Remark, as_remark, open_remarks, readers_of
from plans.reports.sharing import (
    comments_on_draft,
    last_liaison,
    liaisons_for,
    was_shared_with,
)
from plans.sections import READABLE, SECTIONS, SectionKey
from plans.views.refusals import says_refusal
from plans.workflow import StepNotAllowed, label_for

SHARERS = "The superintendent and the plan coordinator decide who reads the draft."
SETTLERS = "Who writes the plan, or shares it, says what is done."


# The district's ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal(to="plans:sharing")
def sharing(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """Who reads the draft, and all that was said of it."""
    plan = draft_or_404(request, slug, fiscal_year).plan
    is_theirs = may_share(request.user, plan)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied(SHARERS)
    form = None
    if is_theirs and (plan.is_editable or request.method == "POST"):
        form = ShareForm(
            request.POST or None,
            people=list(liaisons_for(plan)),
            initial={"reader": None if readers_of(plan) else last_liaison(plan)},
        )
    if form and request.method == "POST":
        if not plan.is_editable:
            raise StepNotAllowed(
                "Nothing of this plan is being written now, so there is no draft to share."
            )
        if form.is_valid() and (share := _shared(request, plan, form)):
            messages.success(
                request,
                f"{share.reader.name} can read the draft now and comment on it, and is told by"
                " letter.",
            )
            return redirect("plans:sharing", slug, fiscal_year)
    remarks = [as_remark(each) for each in comments_on_draft(plan)]
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "form": form,
        "may_share": is_theirs,
        "may_settle": may_settle_comments(request.user, plan),
        "readers": readers_of(plan),
        "open": open_remarks(plan),
        "done": [each for each in remarks if each.done_at],
    }
    status = status_of(form) if form else HTTPStatus.OK
    return render(request, "plans/sharing.html", context, status=status)


def _shared(request: SignedInRequest, plan: PlanWithState, form: ShareForm) -> DraftShare | None:
    try:
        return services.share_draft(
            plan_id=plan.pk,
            reader_id=int(form.cleaned_data["reader"]),
            by=request.user,
            at=timezone.now(),
        )
    except StepNotAllowed as refusal:
        refuse(form, str(refusal), beside="reader")
        return None


@require_POST
def end(request: SignedInRequest, slug: str, fiscal_year: int, share_id: int) -> HttpResponse:
    plan = draft_or_404(request, slug, fiscal_year).plan
    if not may_share(request.user, plan):
        raise PermissionDenied(SHARERS)
    try:
        share = services.end_share(
            plan_id=plan.pk, share_id=share_id, by=request.user, at=timezone.now()
        )
    except DraftShare.DoesNotExist:
        raise Http404 from None
    messages.success(request, f"{share.reader.name} can no longer read the draft.")
    return redirect("plans:sharing", slug, fiscal_year)


@require_POST
def comment_done(
    request: SignedInRequest, slug: str, fiscal_year: int, comment_id: int
) -> HttpResponse:
    """Marks a comment as done, or as open again; the page it came from is shown again."""
    plan = draft_or_404(request, slug, fiscal_year).plan
    if not may_settle_comments(request.user, plan):
        raise PermissionDenied(SETTLERS)
    is_done = request.POST.get("done") != "no"
    try:
        comment = services.settle_comment(
            plan_id=plan.pk,
            comment_id=comment_id,
            is_done=is_done,
            by=request.user,
            at=timezone.now(),
        )
    except DraftComment.DoesNotExist:
        raise Http404 from None
    title = SECTIONS[SectionKey(comment.section)].title
    messages.success(request, f"The comment on “{title}” is {'done' if is_done else 'open again'}.")
    if request.POST.get("from") == "section":
        return redirect("plans:section", slug, fiscal_year, comment.section)
    return redirect("plans:sharing", slug, fiscal_year)


# The liaison's ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Commented:
    """A section of the draft, with what this liaison said of it and the form for more."""

    section: DocumentSection
    remarks: list[Remark]
    form: DraftCommentForm


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal(to="plans:shared")
def shared(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The draft, while it is shared with this person; later only what they said of it."""
    plan = _helped_or_404(request, slug, fiscal_year)
    sent = None
    if request.method == "POST":
        sent = DraftCommentForm(request.POST, auto_id=f"{_section_of(request)}-%s")
        if sent.is_valid():
            comment = _commented(request, plan, sent)
            messages.success(
                request,
                f"Your comment on “{SECTIONS[SectionKey(comment.section)].title}” is with"
                f" {plan.district.name}.",
            )
            return redirect(
                f"{reverse('plans:shared', args=[slug, fiscal_year])}#{comment.section}"
            )
    remarks = [as_remark(each) for each in comments_on_draft(plan, by=request.user)]
    is_shared = may_read_shared(request.user, plan)
    sections = _sections(plan, remarks, sent) if is_shared else []
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=True),
        "is_shared": is_shared,
        "sections": sections,
        "contents": [each.section for each in sections],
        "remarks": remarks,
        "sent": sent,
    }
    status = status_of(sent) if sent else HTTPStatus.OK
    return render(request, "plans/shared.html", context, status=status)


def _helped_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> PlanWithState:
    if not standing_of(request.user).is_department:
        raise Http404
    plan = plan_with_state(slug, fiscal_year)
    if plan is None or not may_help(request.user, plan):
        raise Http404
    if not was_shared_with(plan, request.user):
        raise Http404
    return plan


def _section_of(request: SignedInRequest) -> str:
    """The section that was commented on, where it is one: ids of the page are made of it."""
    asked = request.POST.get("section", "")
    return asked if asked in READABLE else SectionKey.COVER.value


def _commented(
    request: SignedInRequest, plan: PlanWithState, form: DraftCommentForm
) -> DraftComment:
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": timezone.now()}
    return services.comment_on_draft(**act, **form.cleaned_data)


def _sections(
    plan: PlanWithState, remarks: list[Remark], sent: DraftCommentForm | None
) -> list[Commented]:
    found = []
    for section in draft_sections(draft_of(plan)):
        form = DraftCommentForm(auto_id=f"{section.key}-%s", initial={"section": section.key})
        if sent and sent["section"].value() == section.key:
            form = sent
        found.append(
            Commented(section, [one for one in remarks if one.section == section.key], form)
        )
    return found
