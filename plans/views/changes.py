"""What the Department asks of the district: required changes, each to be answered, and comments."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from districts.requests import SignedInRequest
from plans import services
from plans.forms.handing_in import AnswerForm
from plans.models import Comment, Plan, RequiredChange
from plans.permissions import may_answer_changes, may_edit
from plans.reading.access import own_plan_or_404
from plans.reports.asked import changes_of, comments_of
from plans.sections import SECTIONS, SectionKey
from plans.workflow import Status, StepNotAllowed, label_for


@dataclass(frozen=True)
class AskedChange:
    change: RequiredChange
    section: str
    section_url: str
    form: AnswerForm | None  # none where it cannot be answered now
    theirs: str | None = None  # what somebody else answered while this was being typed
    kept: str | None = None  # what was typed, where it can no longer be saved


@dataclass(frozen=True)
class SectionComments:
    section: str
    comments: list[Comment]


@require_safe
def changes(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    return _page(request, plan, _asked(request, plan))


@require_POST
def change(request: SignedInRequest, slug: str, fiscal_year: int, number: int) -> HttpResponse:
    """Answer one change. What was typed is on the page again whatever the outcome."""
    plan = own_plan_or_404(request, slug, fiscal_year)
    if not plan.required_changes.filter(number=number).exists():
        raise Http404
    form = AnswerForm(request.POST, number=number)
    if not form.is_valid():
        return _page(
            request,
            plan,
            _asked(request, plan, form, number),
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    answer = form.cleaned_data["answer"]
    try:
        saved = services.answer_change(
            plan_id=plan.pk,
            number=number,
            version=form.cleaned_data["version"],
            answer=answer,
            by=request.user,
            at=timezone.now(),
        )
    except services.StaleRow as stale:
        again = AnswerForm({"version": stale.row.answer_version, "answer": answer}, number=number)
        asked = _asked(request, plan, again, number, theirs=stale.row.answer)
        return _page(request, plan, asked, status=HTTPStatus.CONFLICT)
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
        plan.refresh_from_db(fields=["status"])
        return _page(
            request,
            plan,
            _asked(request, plan, None, number, kept=answer),
            status=HTTPStatus.CONFLICT,
        )
    messages.success(
        request,
        f"Change {number} is answered."
        if saved.is_answered
        else f"Change {number} is open: it has no answer.",
    )
    return redirect(f"{_url(plan)}#change-{number}")


def _asked(
    request: SignedInRequest,
    plan: Plan,
    bound: AnswerForm | None = None,
    number: int = 0,
    *,
    theirs: str | None = None,
    kept: str | None = None,
) -> list[AskedChange]:
    """Every required change with its own form; the one numbered `number` keeps what was typed."""
    is_open = plan.status == Status.RETURNED and may_answer_changes(request.user, plan)
    asked = []
    for one in changes_of(plan):
        each = one.change
        is_it = each.number == number
        form = None
        if is_open and not one.was_handed_in:
            form = (bound if is_it else None) or AnswerForm(
                number=each.number,
                initial={"version": each.answer_version, "answer": each.answer},
            )
        asked.append(
            AskedChange(
                change=each,
                section=SECTIONS[SectionKey(each.section)].title,
                section_url=_section_url(plan, each.section, edits=is_open),
                form=form,
                theirs=theirs if is_it else None,
                kept=kept if is_it else None,
            )
        )
    return asked


def _section_url(plan: Plan, section: str, *, edits: bool) -> str:
    here = [plan.district.slug, plan.cycle_id]
    if edits:
        return reverse("plans:section", args=[*here, section])
    return f"{reverse('plans:read', args=here)}#{section}"


def _url(plan: Plan) -> str:
    return reverse("plans:changes", args=[plan.district.slug, plan.cycle_id])


def _page(
    request: SignedInRequest, plan: Plan, asked: list[AskedChange], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    answered = sum(each.change.is_answered for each in asked)
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "asked": asked,
        "answered": answered,
        "open": len(asked) - answered,
        "is_returned": plan.status == Status.RETURNED,
        "is_closed": plan.versions.filter(edition=plan.edition).exists(),
        "may_close": may_edit(request.user, plan),
        "comments": _comments(plan),
    }
    return render(request, "plans/changes.html", context, status=status)


def _comments(plan: Plan) -> list[SectionComments]:
    comments = comments_of(plan)
    return [
        SectionComments(section.title, comments[key])
        for key, section in SECTIONS.items()
        if key in comments
    ]
