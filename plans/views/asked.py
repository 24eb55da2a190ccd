"""All that the Department asks about a plan, and one question of it with the form to answer it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.calendar import eastern_day
from districts.models import standing_of
from districts.requests import SignedInRequest, status_of
from notices.pages import Page, path_of
from plans import services
from plans.forms.attempts import attempt
from plans.forms.questions import AnswerQuestionForm
from plans.models import Plan, Question, QuestionEntry
from plans.permissions import may_answer_question, may_read_draft
from plans.reading.access import own_plan_or_404, visible_plan_or_404
from plans.reading.asked import answerers, is_late, label_of, owes, thread_of, where_asked
from plans.reports.asked_list import Listed, asked_of, questions_of
from plans.workflow import QUESTIONS_STAND, Label, label_for


@dataclass(frozen=True)
class Row:
    """One thing asked, as the list has it."""

    one: Listed
    label: Label
    owes: str
    is_late: bool
    url: str


@require_safe
def asked(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The list, the same for the district and the Department; what is open, or all of it."""
    plan = visible_plan_or_404(request, slug, fiscal_year)
    is_own = may_read_draft(request.user, plan)
    reviews = standing_of(request.user).reads_as_department(plan.district_id) and not is_own
    today = eastern_day(timezone.now())
    rows = [
        Row(
            one,
            label_of(one),
            owes(one, plan, today),
            is_late(one),
            _own_page(plan, one) if is_own else _page_of_review(plan, one) if reviews else "",
        )
        for one in asked_of(plan, is_district=is_own, sees_again=reviews)
    ]
    still_open = [row for row in rows if row.one.is_open]
    shows_all = request.GET.get("show") == "all"
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=not is_own),
        "is_own": is_own,
        "reviews": reviews,
        "rows": rows if shows_all else still_open,
        "shows_all": shows_all,
        "count": len(rows),
        "open": len(still_open),
    }
    return render(request, "plans/asked.html", context)


def _own_page(plan: Plan, one: Listed) -> str:
    """Where the district answers it."""
    here = (plan.district.slug, plan.cycle_id)
    if one.is_question:
        return reverse("plans:question", args=[*here, one.number])
    return f"{reverse('plans:changes', args=here)}#change-{one.number}"


def _page_of_review(plan: Plan, one: Listed) -> str:
    """Where the Department goes on with it."""
    kind = "review_question" if one.is_question else "review_change"
    return path_of(Page(kind, (plan.district.slug, plan.cycle_id, one.number)))


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: SignedInRequest, slug: str, fiscal_year: int, number: int) -> HttpResponse:
    """What was asked and answered; and the form, while it waits for an answer."""
    plan = own_plan_or_404(request, slug, fiscal_year)
    found = next((one for one in questions_of(plan) if one.number == number), None)
    if found is None:
        raise Http404
    is_theirs = may_answer_question(request.user, plan, found.section)
    if request.method == "POST" and not is_theirs:
        raise PermissionDenied(f"{answerers(found.section)} answer this question.")
    thread = thread_of(found)
    last = thread[-1][0]
    form = AnswerQuestionForm(request.POST or None, initial={"seen": last.number})
    act: dict[str, Any] = {"plan_id": plan.pk, "by": request.user, "at": timezone.now()}
    if form.is_bound and form.is_valid() and attempt(form, lambda: _answer(found, form, act)):
        messages.success(request, f"Your answer to question {number} is with the Department.")
        return redirect("plans:asked", slug, fiscal_year)
    waits = last.did == QuestionEntry.Did.ASKED and plan.status in QUESTIONS_STAND
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "question": found,
        "where": where_asked(found),
        "thread": thread,
        "due_on": thread_due(thread),
        "waits": waits,
        "form": form if is_theirs and (waits or form.is_bound) else None,
        "answerers": answerers(found.section),
        "today": eastern_day(act["at"]),
    }
    return render(request, "plans/question.html", context, status=status_of(form))


def _answer(question: Question, form: AnswerQuestionForm, act: dict[str, Any]) -> QuestionEntry:
    return services.answer_question(number=question.number, **form.cleaned_data, **act)


def thread_due(thread: list[tuple[QuestionEntry, str]]) -> Any:
    """By when what was asked last is to be answered."""
    return next(entry.due_on for entry, _ in reversed(thread) if entry.due_on)
