"""How the admin pages answer: a form, a question before an act, a refusal in its place."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from districts.forms.ruled import EditForm, RuledForm
from districts.models import RosterChange
from districts.requests import refuse, status_of
from districts.services import (
    Refusal,
    RosterRefusal,
    StaleEdit,
    Touched,
    confirmers,
    edition,
    other_confirmers,
)
from districts.words import day, eastern


def only(allowed: bool, reason: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    """The page is for whoever `allowed` says; the others read the reason."""
    if not allowed:
        raise PermissionDenied(reason)


def explain(form: RuledForm, refusal: Refusal) -> None:
    """Put each sentence of a refusal beside the field it is about."""
    for field, sentence in refusal.sentences.items():
        if field in form.fields:
            form.add_error(field, sentence)
        else:
            refuse(form, sentence)


def explain_edit(form: EditForm, refusal: Refusal, row) -> list[tuple[str, str]]:
    """As `explain`; of a row someone else changed, also what it holds now, where it differs."""
    explain(form, refusal)
    if not isinstance(refusal, StaleEdit):
        return []
    row.refresh_from_db()
    form.look_again(edition(row))
    return [
        (str(field.label), _in_words(field.prepare_value(getattr(row, name))))
        for name, field in form.fields.items()
        if name not in {"seen", "reason"} and form.cleaned_data.get(name) != getattr(row, name)
    ]


def _in_words(value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day(value)
    return str(value or "—")


def form_page(
    request: HttpRequest,
    form: RuledForm,
    template: str = "districts/admin_form.html",
    **context,
) -> HttpResponse:
    """The form to fill; what was typed stays, and the status says whether it was refused."""
    kept = context.setdefault("kept", [])
    context.setdefault("gaps", [])
    context = _seconds(request, context | {"form": form})
    status = HTTPStatus.CONFLICT if kept else status_of(form)
    return render(request, template, context, status=status)


def ask_page(request: HttpRequest, form: RuledForm | None = None, **context) -> HttpResponse:
    """A consequential act says what it will do before it does it."""
    context = {"more": "", "is_bad": False, "gaps": [], "form": form or "", **context}
    context = _seconds(request, context)
    status = status_of(form) if form else HTTPStatus.OK
    return render(request, "districts/admin_ask.html", context, status=status)


def _seconds(request: HttpRequest, context: dict) -> dict:
    """With who could confirm the act, where it touches a plan on record."""
    touched = context.get("touched") or []
    concerned = {each.district_id for each in touched}
    seconds = other_confirmers(request.user, concerned) if touched else []
    if touched and "reason" in getattr(context.get("form"), "fields", {}):
        form = context["form"]
        form.fields["reason"].label = form["reason"].label = "Reason"  # it is not optional here
    return {**context, "touched": touched, "seconds": list(seconds)}


def touched_by(refusal: Refusal) -> Sequence[Touched]:
    """The plans on record for which the refused act lacked a reason."""
    return refusal.touched if isinstance(refusal, RosterRefusal) else ()


def waits(change: RosterChange) -> str:
    """Where a change waits for a second person: who that could be."""
    if change.asked_again:
        return f"You asked for this already, {eastern(change.asked_at)}. {_who_confirms(change)}"
    return _who_confirms(change)


def _who_confirms(change: RosterChange) -> str:
    names = [person.name for person in confirmers(change)]
    if not names:
        return (
            "Nothing has changed yet. It waits for a second person, and there is no other"
            " administrator and no program manager to confirm it: give somebody that role."
        )
    return f"Nothing has changed yet. It waits for one of these to confirm it: {', '.join(names)}."
