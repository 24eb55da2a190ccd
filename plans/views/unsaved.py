"""What was typed and can no longer be saved, given back to be copied: no word is lost."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render

from districts.requests import SignedInRequest
from plans.documents import Draft
from plans.forms.drafting import DraftForm
from plans.workflow import label_for


def unsaved(
    request: SignedInRequest,
    draft: Draft,
    form: DraftForm,
    why: str,
    *,
    status: int = HTTPStatus.CONFLICT,
) -> HttpResponse:
    plan = draft.plan
    plan.refresh_from_db(fields=["status"])
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "why": why,
        "typed": [
            (form.fields[name].label, words)
            for name in form.fields
            if (words := form.in_words(name))
        ],
    }
    return render(request, "plans/unsaved.html", context, status=status)
