"""What the page of an expenditure report shows: the grid, the findings, and what may be done."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from districts.calendar import eastern_day
from districts.models import User
from districts.requests import SignedInRequest
from plans.reading.findings import FindingLine
from plans.rules.base import Finding
from progress.documents.spending import ExpenditureDocument
from progress.forms.spending import CodeForm, LineForm, NewCodeForm
from progress.models import ExpenditureReport
from progress.permissions import may_prepare, may_read_draft
from progress.reading.labels import label_of
from progress.reports.certified import Certified, certified_figures
from progress.reports.pace import Projection, pace_of, projection_of
from progress.rules.spending import findings_of, name_of, place_of, rows_of
from progress.services import open_steps, why_not_theirs
from progress.services.spending import EXPENDITURE_KIND
from progress.views.spending_access import Opened
from progress.views.spending_grid import CodeRow, Stored, groups_of, read_rows, rows_with_forms
from progress.workflow import FILED, ReportStatus, ReportStep

FORMS = {"code": CodeForm, "line": LineForm}  # of a place that a finding names


def new_code_form(data: Any, opened: Opened, *, prefix: str = "new-0") -> NewCodeForm:
    year = opened.plan.cycle_id
    offered = [(code, one.name) for code, one in opened.codes.items() if one.is_of(year)]
    return NewCodeForm(data, codes=offered, prefix=prefix)


def filled_rows(opened: Opened) -> list[CodeRow]:
    """With forms where the reader may write, and else to read."""
    if not opened.may_write:
        return read_rows(opened.document)
    stored = Stored.of(opened.rows)
    return rows_with_forms(
        opened.document,
        lambda code: (stored.code_form(code), None),
        lambda line: (stored.line_form(line), None),
    )


def report_page(
    request: SignedInRequest,
    opened: Opened,
    *,
    rows: list[CodeRow] | None = None,
    new: NewCodeForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    report, document, plan = opened.report, opened.document, opened.plan
    today = eastern_day(timezone.now())
    rows = filled_rows(opened) if rows is None else rows
    findings = findings_of(document, today=today) if opened.is_draft else []
    is_own = may_read_draft(request.user, plan)
    context = {
        "opened": opened,
        "plan": plan,
        "report": report,
        "document": document,
        "label": label_of(report.status, is_department=not is_own),
        "conflicts": [
            conflict
            for row in rows
            for conflict in (row.conflict, *(line.conflict for line in row.lines))
            if conflict
        ],
        "groups": list(groups_of(rows, opened.codes)),
        "to_fix": sum(
            len(row.part.as_typed) + sum(len(one.part.as_typed) for one in row.lines)
            for row in rows
        ),
        "new": (new or new_code_form({}, opened)) if opened.may_write else None,
        "stops": _lines((one for one in findings if one.stops), document),
        "warnings": _lines((one for one in findings if not one.stops), document),
        "pace": pace_of(_shown(opened), document.authorized.total),
        "projection": _projection(opened),
        "due_on": EXPENDITURE_KIND.due_on(plan, report.period),
        "today": today,
        "is_filed": report.status in FILED,
        "is_asked": status == HTTPStatus.CONFLICT,
        "earlier": _earlier(report),
        **_what_may_be_done(request.user, opened),
    }
    return render(request, "progress/spending_report.html", context, status=status)


def _what_may_be_done(user: User, opened: Opened) -> dict[str, Any]:
    """The buttons, and why one that somebody might look for is not there."""
    report, closed = opened.report, opened.closed
    steps = open_steps(report)
    is_theirs = closed is not None and opened.may_certify
    why_not = why_not_theirs(EXPENDITURE_KIND, report, closed, user) if is_theirs else ""
    return {
        "closed": closed,
        "may_close": opened.may_write and closed is None,
        "may_certify": is_theirs and not why_not,
        "why_not_theirs": why_not,
        "may_accept": opened.may_judge and ReportStep.ACCEPT in steps,
        "may_return": opened.may_judge and ReportStep.RETURN in steps,
        "may_correct": may_prepare(user, opened.plan) and ReportStep.SUPERSEDE in steps,
    }


def _lines(findings: Iterable[Finding], document: ExpenditureDocument) -> list[FindingLine]:
    """Each with the place to mend it on this page."""
    named = {(place_of(row), row.id): name_of(row) for row in rows_of(document)}
    return [_line(finding, named.get((finding.place, finding.row_id))) for finding in findings]


def _line(finding: Finding, row: str | None) -> FindingLine:
    if row is None:
        return FindingLine(finding)
    label = FORMS[finding.place].base_fields[finding.field].label
    url = f"#id_{finding.place}-{finding.row_id}-{finding.field}"
    return FindingLine(finding, url, f"Go to {row}, {label}")


def _projection(opened: Opened) -> Projection | None:
    """Of March 31, with the figures that the page shows; none on the page of another day."""
    if opened.report.period != "q3":
        return None
    plan = opened.plan
    certified = certified_figures(districts=[plan.district_id], fiscal_year=plan.cycle_id)
    figures = {**certified.get(plan.district_id, {}), "q3": _shown(opened)}
    return projection_of(figures, opened.document.authorized.total)


def _shown(opened: Opened) -> Certified:
    """What the page shows, as if it were certified."""
    document, plan = opened.document, opened.plan
    return Certified(
        plan.district_id,
        plan.cycle_id,
        document.period,
        document.as_of,
        document.expended,
        document.obligated,
    )


def _earlier(report: ExpenditureReport) -> list[ExpenditureReport]:
    """The reports that this one took the place of, the last first. At most one query."""
    if report.supersedes_id is None:
        return []
    superseded = ExpenditureReport.objects.filter(
        plan=report.plan, period=report.period, status=ReportStatus.SUPERSEDED
    )
    return list(superseded.select_related("superseded_by__started_by").order_by("-pk"))
