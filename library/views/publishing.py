"""For the Department: what waits to be public, checking it, publishing, and taking it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from districts.calendar import eastern_day
from districts.models import standing_of
from districts.requests import SignedInRequest, status_of
from districts.typed import fields_of
from library import services
from library.documents import Remover, passages_of
from library.forms import PublishForm, TakeDownForm
from library.permissions import may_publish, publishes
from library.reading.pages import LETTER, PAGES, PLAN
from library.reading.standing import has_letter
from library.reading.text import text_without
from library.reports.kept_back import kept_back_of
from library.reports.published import decision_on, in_view_beside, named, previewed, record_of
from library.reports.waiting import AIM, rows_of, waiting_for
from library.rules import findings_in, undecided
from plans.documents.cache import document_of
from plans.forms.attempts import attempt
from plans.models import Plan, PlanVersion
from plans.reports.opened import opened_plan
from plans.reports.versions import latest_standing

ON_A_PAGE = 25


@require_safe
def to_publish(request: SignedInRequest) -> HttpResponse:
    """What was submitted and is not yet public, and what is, to be corrected or taken back."""
    if not publishes(request.user):
        raise PermissionDenied
    now = timezone.now()
    today = eastern_day(now)
    waiting = Paginator(waiting_for(request.user, at=now), ON_A_PAGE)
    in_view = Paginator(in_view_beside(request.user), ON_A_PAGE).get_page(request.GET.get("public"))
    shown_waiting = waiting.get_page(request.GET.get("page"))
    context = {
        "waiting": shown_waiting,
        "rows": rows_of(list(shown_waiting), on=today),
        "public": in_view,
        "published": named(list(in_view)),
        "aim": AIM,
    }
    return render(request, "library/to_publish.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """The text as the public would read it, with what might be personal, and the act."""
    plan = _plan_or_404(request, slug, fiscal_year)
    version = latest_standing(plan)
    if version is None:
        raise Http404
    record = list(record_of(plan))
    last = record[0] if record else None
    decided = passages_of(last.passages) if last else []
    letter = getattr(decision_on(plan, at=timezone.now()), "letter", "")
    found = undecided(findings_in(document_of(version), letter), decided)
    is_back = "back" in request.POST  # from a preview
    form = PublishForm(
        None if is_back else request.POST or None,
        decided=decided,
        found=found,
        typed=request.POST if is_back else None,
        initial={"version": version.number, "after": last.pk if last else None},
    )
    if form.is_bound and "preview" in request.POST:
        return _preview(request, form, plan, version)
    if form.is_bound and form.is_valid() and _publishes(request, form, plan):
        messages.success(request, "Published. The public reads it now, as it is shown here.")
        return redirect("library:plan", slug, fiscal_year)
    shown = form.passages if form.is_bound and form.is_valid() else decided
    text = text_without(version, shown, kept_back_of(plan, document_of(version)))
    context = {
        "plan": plan,
        "version": version,
        "form": form,
        "found": len(found),
        "record": record,
        "last": last,
        "sections": text.sections,
        "letter": Remover(shown)(letter),
    }
    return render(request, "library/publish.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    plan = _plan_or_404(request, slug, fiscal_year)
    last = record_of(plan).first()
    if last is None:
        raise Http404
    form = TakeDownForm(request.POST or None, initial={"publication": last.pk})
    if form.is_bound and form.is_valid():
        said: dict[str, Any] = form.cleaned_data | {"plan_id": plan.pk}
        at = timezone.now()
        if attempt(form, lambda: services.take_down(**said, by=request.user, at=at)):
            messages.success(request, "Taken back from view. The public reads nothing of it now.")
            return redirect("library:to_publish")
    context = {"plan": plan, "form": form, "last": last}
    return render(request, "library/take_down.html", context, status=status_of(form))


def _preview(
    request: SignedInRequest, form: PublishForm, plan: Plan, version: PlanVersion
) -> HttpResponse:
    """A page as strangers would read it, without what is removed by now. Nothing is kept of it: the
    page carries what was typed, and gives it back."""
    form.full_clean()
    now = timezone.now()
    publication = previewed(plan, version, form.passages, by=request.user, at=now)
    pages = {
        name: page for name, page in PAGES.items() if name != LETTER or has_letter(publication)
    }
    asked = request.POST["preview"]
    name = asked if asked in pages else PLAN
    context = pages[name].context_of(publication) | {
        "previewed": {
            "pages": [(each, page.words, each == name) for each, page in pages.items()],
            "typed": [one for one in fields_of(request.POST) if one[0] != "preview"],
        }
    }
    return render(request, pages[name].template, context)


def _plan_or_404(request: SignedInRequest, slug: str, fiscal_year: int) -> Plan:
    """A plan of another district than the reader's own, for those who publish."""
    plan = opened_plan(slug, fiscal_year) if standing_of(request.user).is_department else None
    if plan is None or not standing_of(request.user).reads_as_department(plan.district_id):
        raise Http404
    if not may_publish(request.user, plan):
        raise PermissionDenied
    return plan


def _publishes(request: SignedInRequest, form: PublishForm, plan: Plan) -> bool:
    said = {name: form.cleaned_data[name] for name in ("version", "after", "reason", "key")}
    return attempt(
        form,
        lambda: services.publish(
            plan_id=plan.pk,
            passages=form.passages,
            by=request.user,
            at=timezone.now(),
            **said,
        ),
    )
