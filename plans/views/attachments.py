"""The files handed in with a plan: add, open, take out."""

import logging
import uuid
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest, refuse, status_of
from plans import services
from plans.documents import read_anew
from plans.documents.found import NOTHING_FOUND, FoundInFile
from plans.forms.attachments import AttachmentForm
from plans.models import Attachment, Plan
from plans.permissions import may_edit
from plans.reading.access import draft_or_404, visible_plan_or_404
from plans.reports.attachments import found_in_files, readable_attachments
from plans.reports.versions import writers_of
from plans.sections import SectionKey
from plans.views.editor import editor_context, section_url
from plans.views.refusals import says_refusal
from plans.views.saving import seen_signatures

# In a browser that shows it all the same: no script, no form, nothing of ours, nothing loaded.
NEVER_RUNS = "sandbox; default-src 'none'"

CHOOSE_AGAIN = "Choose the file again: your browser does not send it twice."
STILL_CHOSEN = "Add the file again if you want it added all the same: it is still chosen."

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def attachment_add(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    draft = draft_or_404(request, slug, fiscal_year)
    if not may_edit(request.user, draft.plan):
        raise PermissionDenied("The plan coordinator and the fiscal officer write the plan.")
    if not draft.plan.is_open_in(SectionKey.ATTACHMENTS) and request.method != "POST":
        return redirect("plans:read", slug, fiscal_year)
    lineage = request.POST.get("lineage", "")
    form, is_signed_since = AttachmentForm(request.POST or None, request.FILES or None), False
    if request.method == "POST" and form.is_valid():
        try:
            services.attach(
                plan_id=draft.plan.pk,
                title=form.cleaned_data["title"],
                upload=form.cleaned_data["upload"],
                lineage=_uuid(lineage),
                seen=seen_signatures(request),
                by=request.user,
                at=timezone.now(),
            )
        except services.SignedSince:
            is_signed_since = True
            draft = read_anew(draft.plan)
            refuse(form, STILL_CHOSEN if request.htmx else CHOOSE_AGAIN, beside="upload")
        except (services.FileNotKept, services.NoRoom) as refusal:
            refuse(form, str(refusal), beside="upload")
        else:
            messages.success(request, f"The file is added: {form.cleaned_data['title']}.")
            return _added(request, section_url(draft, SectionKey.ATTACHMENTS))
    context = {
        **editor_context(request, draft, SectionKey.ATTACHMENTS),
        "form": form,
        "is_signed_since": is_signed_since,
        "lineage": _uuid(lineage) or uuid.uuid4(),
        "largest": services.LARGEST_FILE,
    }
    return render(request, "plans/attachment_add.html", context, status=status_of(form))


def _added(request: SignedInRequest, there: str) -> HttpResponse:
    """A script is told where to go: sent there, it would use up the message that is shown there."""
    if request.htmx:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Location": there})
    return redirect(there)


@require_safe
def attachment(
    request: SignedInRequest, slug: str, fiscal_year: int, lineage: uuid.UUID
) -> HttpResponseBase:
    """The file itself: for the district, and for the Department once it was handed in."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    found = get_object_or_404(readable_attachments(plan, lineage, by=request.user))
    inside = found_in_files(plan).get(str(lineage), NOTHING_FOUND)
    if not inside.may_be_opened:
        return _held(request, plan, found, inside)
    try:
        stored = found.file.open("rb")
    except OSError as fault:
        logger.warning("The file of attachment %s is gone: %s", found.pk, type(fault).__name__)
        return _gone(request, plan, found)
    return FileResponse(
        stored,
        as_attachment=True,  # never shown inside our own pages
        filename=found.file_name,
        content_type="application/octet-stream",
        headers={"Content-Security-Policy": NEVER_RUNS},
    )


def _held(
    request: SignedInRequest, plan: Plan, held: Attachment, inside: FoundInFile
) -> HttpResponse:
    """In quarantine, or removed from it."""
    context = {
        "plan": plan,
        "attachment": held,
        "malware": inside.malware,
        "may_take_out": held.removed_at is None
        and plan.is_open_in(SectionKey.ATTACHMENTS)
        and may_edit(request.user, plan),
    }
    status = HTTPStatus.GONE if inside.malware else HTTPStatus.CONFLICT
    return render(request, "plans/attachment_held.html", context, status=status)


def _gone(request: SignedInRequest, plan: Plan, gone: Attachment) -> HttpResponse:
    """Says which file, and who can attach it again; its fingerprint tells the same file."""
    context = {
        "plan": plan,
        "attachment": gone,
        "may_attach": plan.is_editable and may_edit(request.user, plan),
        "writers": writers_of(plan),
    }
    return render(request, "plans/attachment_gone.html", context, status=HTTPStatus.NOT_FOUND)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
