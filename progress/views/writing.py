"""Writing a progress report: one page, one Save; a long report has several."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.calendar import eastern_day
from districts.reports.offers import Offer, offers_of
from districts.requests import SignedInRequest
from districts.words import num
from plans.documents.parts import Row
from plans.forms.conflicts import Conflict, conflict_over
from plans.forms.drafting import KeptForm
from plans.services import Saved
from plans.workflow import StepNotAllowed
from progress.documents import ProgressDocument, TargetActual
from progress.forms.rows import FORMS
from progress.models import ProgressReport
from progress.permissions import may_prepare
from progress.reading.access import own_report_or_404
from progress.reading.asked import last_return
from progress.reading.findings import lines_of
from progress.reading.labels import label_of
from progress.reading.pages import WrittenPage, pages_of
from progress.services.progress import KIND, RowEdit, save_rows
from progress.views.refusals import says_refusal
from progress.workflow import EDITABLE


@dataclass(frozen=True)
class RowForm:
    """A row of the plan with the form of what is said of it."""

    place: str
    part: Any
    form: KeptForm
    conflict: Conflict | None = None
    offers: tuple[Offer, ...] = ()
    milestones: tuple["RowForm", ...] = ()

    @property
    def anchor(self) -> str:
        return f"{self.place}-{self.part.id}"


@require_http_methods(["GET", "HEAD", "POST"])
@says_refusal
def write(request: SignedInRequest, slug: str, fiscal_year: int, period: str) -> HttpResponse:
    report = own_report_or_404(request, slug, fiscal_year, period)
    if not may_prepare(request.user, report.plan):
        raise PermissionDenied("The plan coordinator and the fiscal officer write the report.")
    if report.status not in EDITABLE and request.method != "POST":
        raise StepNotAllowed(
            f"This report is {report.get_status_display().lower()} now, so it cannot be edited. "
            "What is wrong in it is corrected by a new report, with a reason."
        )
    document = KIND.document_of(report)
    if request.method != "POST":
        return _page(request, report, document, {})
    if "use" in request.POST:
        return _filled_in(request, report, document)
    return _save(request, report, document)


def _save(
    request: SignedInRequest, report: ProgressReport, document: ProgressDocument
) -> HttpResponse:
    sent = _sent(document, request.POST)
    rows = _rows_of(document)
    saved = save_rows(
        report_id=report.pk,
        edits=[RowEdit(*key, form.typed(_stored(rows[key]))) for key, form in sent.items()],
        by=request.user,
        at=timezone.now(),
    )
    by_key = {key: one for key, one in zip(sent, saved, strict=True) if one is not None}
    clashes = {key: one for key, one in by_key.items() if one.conflicts}
    if clashes:
        now = own_report_or_404(
            request, report.plan.district.slug, report.plan.cycle_id, report.period
        )
        document = KIND.document_of(now)
        return _page(request, now, document, sent, clashes, status=HTTPStatus.CONFLICT)
    is_changed = any(one.is_changed for one in by_key.values())
    to_fix = sum(form.to_fix for form in sent.values())
    if to_fix:
        messages.warning(
            request,
            f"Saved as typed. {to_fix} field{'' if to_fix == 1 else 's'} cannot be read yet:"
            " marked below.",
        )
    else:
        messages.success(request, "Saved." if is_changed else "Nothing was changed.")
    here = _page_asked_for(request, document)
    is_done = "next" not in request.POST or to_fix
    return redirect(_address(report, here.number if is_done else here.number + 1))


def _address(report: ProgressReport, number: int) -> str:
    where = [report.plan.district.slug, report.plan.cycle_id, report.period]
    query = {"page": number} if number > 1 else None
    return reverse("progress:write", args=where, query=query)


def _page_asked_for(request: SignedInRequest, document: ProgressDocument) -> WrittenPage:
    """The page of that number; the nearest where there is none."""
    pages, said = pages_of(document), request.GET.get("page", "")
    number = int(said) if said.isdecimal() and len(said) < 4 else 1
    return pages[min(max(number, 1), len(pages)) - 1]


def _page_of(clashes: Collection[tuple[str, int]], document: ProgressDocument) -> WrittenPage:
    """Where what two people wrote is shown: a page that was opened earlier may have had all."""
    return next(page for page in pages_of(document) if page.rows & set(clashes))


def _filled_in(
    request: SignedInRequest, report: ProgressReport, document: ProgressDocument
) -> HttpResponse:
    """A published figure put into the fields of a target. The person reads it, and saves it."""
    anchor, _, wanted = request.POST["use"].partition(":")
    data = request.POST.copy()
    targets = {f"target-{each.id}": each for each in document.targets}
    if anchor in targets:
        offers = _offers(report, [targets[anchor]])
        for offer in offers[targets[anchor].lineage]:
            if offer.key == wanted:
                data[f"{anchor}-actual"] = f"{offer.value:f}"
                data[f"{anchor}-measured_in"] = offer.school_year
                data[f"{anchor}-source"] = offer.cited
                data[f"{anchor}-available_on"] = ""
                messages.info(
                    request,
                    f"{num(offer.value)} stands in target {targets[anchor].number} now. It is"
                    " not saved: read it, then press Save.",
                )
    return _page(request, report, document, _sent(document, data), is_as_sent=True)


def _rows_of(document: ProgressDocument) -> dict[tuple[str, int], Row]:
    rows: dict[tuple[str, int], Row] = {}
    for strategy in document.strategies:
        rows[("strategy", strategy.id or 0)] = strategy
        for milestone in strategy.milestones:
            rows[("milestone", milestone.id or 0)] = milestone
    for target in document.targets:
        rows[("target", target.id or 0)] = target
    return rows


def _sent(document: ProgressDocument, data: QueryDict) -> dict[tuple[str, int], KeptForm]:
    """The forms of the rows that came back, by the hidden field each carries."""
    return {
        (place, row): FORMS[place](data, prefix=f"{place}-{row}")
        for place, row in _rows_of(document)
        if f"{place}-{row}-was" in data
    }


def _stored(part: Row) -> dict[str, Any]:
    return part.model_dump() | {"version": 1}


def _page(
    request: SignedInRequest,
    report: ProgressReport,
    document: ProgressDocument,
    sent: dict[tuple[str, int], KeptForm],
    clashes: dict[tuple[str, int], Saved] | None = None,
    *,
    is_as_sent: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    here = _page_of(clashes, document) if clashes else _page_asked_for(request, document)
    offers = _offers(report, here.targets)

    def row(place: str, part: Any, milestones: tuple[RowForm, ...] = ()) -> RowForm:
        key = (place, part.id)
        form, conflict = _form(
            key, part, sent.get(key), (clashes or {}).get(key), is_as_sent=is_as_sent
        )
        found = tuple(offers.get(part.lineage, ())) if place == "target" else ()
        return RowForm(place, part, form, conflict, found, milestones)

    strategies = [
        row("strategy", each, tuple(row("milestone", one) for one in each.milestones))
        for each in here.strategies
    ]
    targets = [row("target", each) for each in here.targets]
    found = KIND.findings(document, eastern_day(timezone.now()))
    context = {
        "report": report,
        "plan": report.plan,
        "document": document,
        "name": KIND.name_of(report),
        "label": label_of(report.status, is_department=False),
        "strategies": strategies,
        "targets": targets,
        "pages": pages_of(document),
        "here": here,
        "lines": lines_of(found, document, here=here),
        "stops": sum(each.stops for each in found),
        "asked": last_return(report),
        "today": eastern_day(timezone.now()),
    }
    return render(request, "progress/report_write.html", context, status=status)


def _form(
    key: tuple[str, int],
    part: Row,
    sent: KeptForm | None,
    clash: Saved | None,
    *,
    is_as_sent: bool,
) -> tuple[KeptForm, Conflict | None]:
    """As it is stored; as it was sent, if nothing was saved; or beside what a colleague wrote."""
    form_class, prefix = FORMS[key[0]], f"{key[0]}-{key[1]}"
    stored = form_class.of_row(_stored(part), prefix=prefix)
    if sent is None or not (is_as_sent or clash):
        return stored, None
    if clash is None:
        form = form_class.of_row(
            _stored(part),
            typed=sent,
            keep=[n for n in sent.fields if sent.came_back(n)],
            prefix=prefix,
        )
        form.was |= sent.filled_from or {}
        return form, None
    names = clash.conflicts
    form = form_class.of_row(_stored(part), typed=sent, keep=names, prefix=prefix)
    by = clash.by.name if clash.by else "Somebody"
    return form, conflict_over(form, stored, names, by=by, at=clash.at)


def _offers(report: ProgressReport, targets: Iterable[TargetActual]) -> dict[str, list[Offer]]:
    return offers_of(
        report.plan.district,
        [
            (each.lineage, each.indicator.number if each.indicator else None, each.student_group)
            for each in targets
        ],
    )
