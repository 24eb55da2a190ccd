"""What warns of something in the draft, each with the one line in which it is answered."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.requests import SignedInRequest, refuse
from plans import services
from plans.documents import Draft, read_anew
from plans.forms.reasons import ReasonForm
from plans.permissions import may_edit
from plans.reading.access import draft_or_404
from plans.reading.findings import FindingLine
from plans.reading.reasons import Reasons, reasons_for
from plans.reading.removed import what_an_edit_voids
from plans.rules import Finding
from plans.rules.reasons import Said, mark_of
from plans.views.editor import findings_of, lines_of
from plans.views.links import answers_warning
from plans.views.refusals import says_refusal
from plans.views.saving import seen_signatures
from plans.workflow import label_for


@dataclass(frozen=True)
class Answered:
    """A warning, the way to where it is mended, what was said to it, and the form for that."""

    line: FindingLine
    said: Said | None
    form: ReasonForm


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal()
def warnings(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    draft = draft_or_404(request, slug, fiscal_year)
    if request.method != "POST":
        if not (may_edit(request.user, draft.plan) and draft.plan.is_editable):
            return redirect("plans:read", slug, fiscal_year)
        return _page(request, draft, _answers(draft, request))
    if not may_edit(request.user, draft.plan):
        raise PermissionDenied("The plan coordinator and the fiscal officer write the plan.")
    return _save(request, draft)


def _save(request: SignedInRequest, draft: Draft) -> HttpResponse:
    answers = _answers(draft, request)
    gone = _typed_for_none(request, answers)
    sent = [each.form for each in answers if each.form.is_bound]
    for form in sent:
        form.full_clean()
    if any(form.errors for form in sent):
        return _page(request, draft, answers, gone=gone, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    given = {
        str(form.prefix): services.Given(form.cleaned_data["text"], form.cleaned_data["was"])
        for form in sent
    }
    act: dict[str, Any] = {
        "by": request.user,
        "at": timezone.now(),
        "seen": seen_signatures(request),
    }
    try:
        said = services.give_reasons(plan_id=draft.plan.pk, given=given, **act)
    except (services.SaidMeanwhile, services.SignedSince) as refusal:
        return _ask(request, read_anew(draft.plan), refusal, gone)
    if gone:
        return _page(request, draft, answers, gone=gone, status=HTTPStatus.CONFLICT)
    how_many = f"{said} reason{'' if said == 1 else 's'}" if said else "nothing had changed"
    messages.success(request, f"Saved: {how_many}.")
    return redirect("plans:warnings", draft.plan.district.slug, draft.plan.cycle_id)


def _ask(
    request: SignedInRequest,
    now: Draft,
    refusal: services.SaidMeanwhile | services.SignedSince,
    gone: list[str],
) -> HttpResponse:
    """The page as it is now with all that was typed; what somebody else said stands beside it."""
    answers = _answers(now, request)
    if isinstance(refusal, services.SaidMeanwhile):
        for each in answers:
            if each.form.prefix in refusal.marks:
                each.form.is_valid()
                said = f"{each.said.by} said: “{each.said.text}”" if each.said else "It was removed"
                refuse(
                    each.form,
                    f"{said} after you opened this page. Save again to put yours in its place.",
                    beside="text",
                )
                data = cast(QueryDict, each.form.data).copy()
                data[f"{each.form.prefix}-was"] = str(each.said.pk if each.said else 0)
                each.form.data = data
    since = isinstance(refusal, services.SignedSince)
    return _page(
        request, now, answers, gone=gone, status=HTTPStatus.CONFLICT, is_signed_since=since
    )


def _answers(draft: Draft, request: SignedInRequest) -> list[Answered]:
    found = [each for each in findings_of(draft) if answers_warning(each)]
    reasons = reasons_for(draft.plan, found)
    return [_answered(line, reasons, request) for line in lines_of(draft, found)]


def _answered(line: FindingLine, reasons: Reasons, request: SignedInRequest) -> Answered:
    mark = mark_of(line.finding)
    said = reasons.by_mark.get(mark)
    came = request.POST if f"{mark}-text" in request.POST else None
    initial = {"text": said.text if said else "", "was": said.pk if said else 0}
    return Answered(line, said, ReasonForm(came, where=line.link, prefix=mark, initial=initial))


def _typed_for_none(request: SignedInRequest, answers: list[Answered]) -> list[str]:
    """What was typed for warnings that went meanwhile: shown once more, and kept nowhere."""
    known = {f"{each.form.prefix}-text" for each in answers}
    return [
        text
        for name, text in request.POST.items()
        if name.endswith("-text") and name not in known and isinstance(text, str) and text.strip()
    ]


def _page(
    request: SignedInRequest,
    draft: Draft,
    answers: list[Answered],
    *,
    gone: list[str] | None = None,
    status: int = HTTPStatus.OK,
    is_signed_since: bool = False,
) -> HttpResponse:
    plan = draft.plan
    found: list[Finding] = [each.line.finding for each in answers]
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "answers": answers,
        "given": sum(each.said is not None for each in answers),
        "left": reasons_for(plan, found).left,
        "gone": gone or [],
        "voids": what_an_edit_voids(plan),
        "is_signed_since": is_signed_since,
        "is_refused": status != HTTPStatus.OK,
    }
    return render(request, "plans/warnings.html", context, status=status)
