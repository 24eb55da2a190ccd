"""What the Department asks of the district: required changes, each to be answered, and comments."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from districts.requests import SignedInRequest
from districts.typed import give_back
from districts.words import eastern
from plans import services
from plans.documents import draft_document
from plans.documents.cache import document_of
from plans.forms.conflicts import Conflict, Difference
from plans.forms.handing_in import AnswerForm
from plans.models import ChangeRound, Comment, Plan, RequiredChange
from plans.permissions import may_answer_changes, may_edit
from plans.reading.access import own_plan_or_404
from plans.reading.as_before import left_in_draft
from plans.reading.asked_there import There, place_of, there
from plans.reading.differences import WITH_TEXT
from plans.reports.asked import changes_of, comments_of
from plans.reports.versions import closed_version
from plans.sections import SECTIONS, SectionKey
from plans.workflow import Status, StepNotAllowed, label_for

ANSWERS = re.compile(r"(change-([0-9]{1,4}))-answer")


@dataclass(frozen=True)
class AskedChange:
    change: RequiredChange
    section: str
    section_url: str
    form: AnswerForm | None  # none where it cannot be answered now
    conflict: Conflict | None = None
    kept: str | None = None  # what was typed, where it can no longer be saved
    changed_url: str = ""  # what changed in its section; none of one outside the text
    is_accepted: bool = False
    rounds: Sequence[ChangeRound] = ()  # that are over
    there: There | None = None  # what became of the text there; none before there is an answer

    @property
    def where(self) -> str:
        return ", ".join(filter(None, (self.section, self.change.place)))


@dataclass(frozen=True)
class SectionComments:
    section: str
    comments: list[Comment]


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The changes asked, and one Save for all answers."""
    plan = own_plan_or_404(request, slug, fiscal_year)
    if request.method == "POST":
        return _save(request, plan, _sent(request))
    return _page(request, plan, _asked(request, plan))


@require_POST
def change(request: SignedInRequest, slug: str, fiscal_year: int, number: int) -> HttpResponse:
    """The answer to one change, of a page opened when each had a Save of its own."""
    plan = own_plan_or_404(request, slug, fiscal_year)
    prefix = f"change-{number}"
    typed = {f"{prefix}-{name}": request.POST.get(name, "") for name in ("version", "answer")}
    return _save(request, plan, {number: AnswerForm(typed, number=number, prefix=prefix)})


def _sent(request: SignedInRequest) -> dict[int, AnswerForm]:
    """Each answer that came back, by the number of its change; none of those left as they are."""
    left = request.POST.get("theirs", "").split()
    found = (ANSWERS.fullmatch(name) for name in request.POST if name not in left)
    return {
        int(one[2]): AnswerForm(request.POST, number=int(one[2]), prefix=one[1])
        for one in found
        if one
    }


def _save(request: SignedInRequest, plan: Plan, sent: dict[int, AnswerForm]) -> HttpResponse:
    """Save what can be saved. What was typed is on the page again whatever the outcome."""
    if plan.required_changes.filter(number__in=sent).count() < len(sent):
        return _give_back_undone(request, plan, sent)
    readable = {number: form for number, form in sent.items() if form.is_valid()}
    try:
        saved = services.answer_changes(
            plan_id=plan.pk,
            answers={number: form.typed() for number, form in readable.items()},
            by=request.user,
            at=timezone.now(),
        )
    except StepNotAllowed as refusal:
        messages.error(request, str(refusal))
        plan.refresh_from_db(fields=["status"])
        asked = _asked(request, plan, sent, is_refused=True)
        return _page(request, plan, asked, status=HTTPStatus.CONFLICT)
    is_asked = any(each.conflicts for each in saved.values())
    if is_asked or len(readable) < len(sent):
        status = HTTPStatus.CONFLICT if is_asked else HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, plan, _asked(request, plan, sent, saved), status=status)
    told = [saved[number].row for number, form in readable.items() if form.is_touched]
    messages.success(request, " ".join(_told(told)) or "No answer was changed.")
    place = f"#change-{told[0].number}" if told else ""
    return redirect(f"{_url(plan)}{place}")


def _give_back_undone(
    request: SignedInRequest, plan: Plan, sent: Mapping[int, AnswerForm]
) -> HttpResponse:
    """The return was undone while they wrote: what they typed, and when that was.

    Raises:
        Http404: such a change was never asked.
    """
    asked = RequiredChange.on_record.filter(plan=plan, number__in=sent).select_related("undone")
    undone = [each.undone for each in asked if each.undone]
    if len(asked) < len(sent) or not undone:
        raise Http404
    return give_back(
        request,
        title="What you typed was not saved",
        why=f"The Department undid this return on {eastern(undone[-1].taken_at)}, so what it asked"
        " no longer stands.",
        status=HTTPStatus.CONFLICT,
        may_send_again=False,
    )


def _told(changes: Sequence[RequiredChange]) -> list[str]:
    answered = [f"{each.number}" for each in changes if each.is_answered]
    opened = [f"{each.number}" for each in changes if not each.is_answered]
    return [
        *([f"{_named(answered)} answered."] if answered else []),
        *([f"{_named(opened)} open: it has no answer."] if len(opened) == 1 else []),
        *([f"{_named(opened)} open: they have no answer."] if len(opened) > 1 else []),
    ]


def _named(numbers: Sequence[str]) -> str:
    *first, last = numbers
    return f"Changes {', '.join(first)} and {last} are" if first else f"Change {last} is"


def _asked(
    request: SignedInRequest,
    plan: Plan,
    sent: Mapping[int, AnswerForm] | None = None,
    saved: Mapping[int, services.Saved] | None = None,
    *,
    is_refused: bool = False,
) -> list[AskedChange]:
    """Every required change, with its form; what was typed and not saved stands in it."""
    is_open = plan.status == Status.RETURNED and may_answer_changes(request.user, plan)
    asked = []
    changes = changes_of(plan)
    found = _there(plan, [one.change for one in changes if not one.was_handed_in])
    for one in changes:
        each = one.change
        before, was_saved = (sent or {}).get(each.number), (saved or {}).get(each.number)
        form, conflict = None, None
        if is_open and not one.was_handed_in:
            form, conflict = _form_again(each, before, was_saved)
        asked.append(
            AskedChange(
                change=each,
                section=SECTIONS[SectionKey(each.section)].title,
                section_url=_section_url(plan, each.section, edits=is_open),
                form=form,
                conflict=conflict,
                kept=_typed_in(before) if is_refused and before else None,
                changed_url=_changed_url(plan, each),
                is_accepted=one.is_accepted,
                rounds=one.rounds,
                there=found.get(each.number),
            )
        )
    return asked


def _there(plan: Plan, asked: Sequence[RequiredChange]) -> dict[int, There]:
    """Of those asked now, what the draft says otherwise there than the version returned.

    Of an answer its difference stands beside it; of what the district deleted, what was there.
    """
    if not asked or plan.status != Status.RETURNED:
        return {}
    draft = draft_document(plan.pk)
    shown = {
        each.number: there(document_of(each.version), draft, each.section, place_of(each))
        for each in asked
    }
    return {
        each.number: one
        for each in asked
        if (one := shown[each.number]) and (each.is_answered or one.is_gone)
    }


def _form_again(
    change: RequiredChange, sent: AnswerForm | None, saved: services.Saved | None
) -> tuple[AnswerForm, Conflict | None]:
    if sent is not None and not sent.is_valid():
        return sent, None
    if sent is None or saved is None or not saved.conflicts:
        return AnswerForm.of_change(change), None
    answer = sent.cleaned_data["answer"]
    form = AnswerForm.of_change(change, answer=answer)
    label, field = form.fields["answer"].label, form["answer"]
    difference = Difference(str(label), field.id_for_label, answer, change.answer)
    by = saved.by.name if saved.by else "Somebody"
    return form, Conflict(by, saved.at, [difference], field.html_name)


def _typed_in(sent: AnswerForm) -> str | None:
    """What was typed into the form, if anything was."""
    if sent.is_valid() and not sent.is_touched:
        return None
    return sent["answer"].value()


def _section_url(plan: Plan, section: str, *, edits: bool) -> str:
    here = [plan.district.slug, plan.cycle_id]
    if edits:
        return reverse("plans:section", args=[*here, section])
    return f"{reverse('plans:read', args=here)}#{section}"


def _changed_url(plan: Plan, change: RequiredChange) -> str:
    if change.section not in WITH_TEXT:
        return ""
    page = reverse("plans:differences", args=[plan.district.slug, plan.cycle_id])
    return f"{page}?section={change.section}"


def _url(plan: Plan) -> str:
    return reverse("plans:changes", args=[plan.district.slug, plan.cycle_id])


def _page(
    request: SignedInRequest, plan: Plan, asked: list[AskedChange], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    answered = sum(each.change.is_answered for each in asked)
    is_returned = plan.status == Status.RETURNED
    context = {
        "plan": plan,
        "label": label_for(plan.status, is_department=False),
        "asked": asked,
        "answered": answered,
        "open": len(asked) - answered,
        "forms": sum(each.form is not None for each in asked),
        "is_returned": is_returned,
        "as_before": left_in_draft(plan) if is_returned and answered else [],
        "is_closed": closed_version(plan) is not None,
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
