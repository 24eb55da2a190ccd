"""Writing an expenditure report, and what follows once it is certified."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet

from districts.models import User
from districts.reports.money import money_of
from plans.documents import stored_document
from plans.models import BudgetLine, LineOutcome, ObjectCode, Plan
from plans.services.merging import Saved, Typed, save_merged
from plans.workflow import StepNotAllowed
from progress.calendar import ANNUAL, SPENDING_REPORT, as_of
from progress.documents.spending import (
    EXPENDITURE,
    SOURCES,
    ExpenditureDocument,
    authorized_part,
    budget_by_code,
    expenditure_document,
)
from progress.documents.spreading import LineShare, spread
from progress.models import CodeSpending, ExpenditureReport, ExpenditureVersion, LineSpending
from progress.rules.spending import findings_of
from progress.services import filing
from progress.services.carrying import carry_forward
from progress.services.kinds import Kind
from progress.services.opening import what_opens

COPIED = ("lineage", "budgeted", "obligated", "expended", "over_reason", "split")


@dataclass(frozen=True)
class Edit:
    """What came back from the form of one row, of an object code or of a line of it."""

    model: type[CodeSpending] | type[LineSpending]
    row_id: int
    typed: Typed


@dataclass(frozen=True)
class NewCode:
    """An object code that the plan has no line of, with what was typed for it."""

    funding_source: str
    object_code: str
    typed: Typed


@transaction.atomic
def save_spending(
    *, report_id: int, edits: Collection[Edit], new: Iterable[NewCode] = (), by: User, at: datetime
) -> list[Saved | None]:
    """Save a page of the report in one act; of each edit what came of it, none where its row is
    gone.

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: the report is certified, accepted or superseded.
    """
    report = filing.open_draft(EXPENDITURE_KIND, report_id, by, at=at)
    rows = _rows_of(report, edits)
    saved = [_save(rows.get((edit.model, edit.row_id)), edit.typed, by=by, at=at) for edit in edits]
    added = [_add(report, each, by=by, at=at) for each in new]
    if any(each is not None and each.is_changed for each in [*saved, *added]):
        filing.edited(report, by=by, at=at)
    return saved


def _save(row: Any, typed: Typed, *, by: User, at: datetime) -> Saved | None:
    return None if row is None else save_merged(row, typed, by=by, at=at)


def _add(report: ExpenditureReport, new: NewCode, *, by: User, at: datetime) -> Saved:
    """The row of the code.

    Raises:
        StepNotAllowed: there is no such code in the year, or a colleague has added it meanwhile.
    """
    if new.funding_source not in SOURCES or not _may_be_added(
        new.object_code, report.plan.cycle_id
    ):
        raise StepNotAllowed(
            f"There is no object code {new.object_code} in this year. Nothing was saved."
        )
    row, is_new = CodeSpending.objects.get_or_create(
        report=report,
        funding_source=new.funding_source,
        object_code=new.object_code,
        defaults={"budgeted": 0},
    )
    if not is_new:
        raise StepNotAllowed(
            f"Somebody added object code {new.object_code} to this report while you were writing."
            " Nothing was saved. Open the report again, and write your figures in its row."
        )
    return save_merged(row, replace(new.typed, version=row.version), by=by, at=at)


def _may_be_added(object_code: str, fiscal_year: int) -> bool:
    return codes_of_year(fiscal_year).filter(pk=object_code).exists()


def codes_of_year(fiscal_year: int) -> QuerySet[ObjectCode]:
    """The object codes that money of the year may be reported under: those that are in use."""
    return ObjectCode.objects.filter(first_fiscal_year__lte=fiscal_year).exclude(
        last_fiscal_year__lt=fiscal_year
    )


def _rows_of(
    report: ExpenditureReport, edits: Iterable[Edit]
) -> Mapping[tuple[type[Any], int], Any]:
    """The rows of the report that the edits name."""
    named: dict[type[Any], list[int]] = {CodeSpending: [], LineSpending: []}
    for edit in edits:
        named[edit.model].append(edit.row_id)
    codes = CodeSpending.objects.filter(report=report, pk__in=named[CodeSpending])
    lines = LineSpending.objects.filter(code__report=report, pk__in=named[LineSpending])
    return {(type(row), row.pk): row for rows in (codes, lines) for row in rows}


# The kind ----------------------------------------------------------------------------------------


def _columns(plan: Plan, period: str) -> dict[str, Any]:
    return {"as_of": as_of(period, plan.cycle_id)}


def _begin(report: ExpenditureReport) -> None:
    """A row for each object code of the plan with its approved amount, and one for each line."""
    plan = stored_document(report.measured_against)
    codes = {
        key: CodeSpending.objects.create(
            report=report, funding_source=key[0], object_code=key[1], budgeted=budgeted
        )
        for key, budgeted in budget_by_code(plan).items()
    }
    LineSpending.objects.bulk_create(
        LineSpending(code=codes[line.funding_source, line.object_code.code], lineage=line.lineage)
        for line in plan.lines
        if line.object_code and line.funding_source in SOURCES
    )


def _copy(old: ExpenditureReport, new: ExpenditureReport) -> None:
    """As it was certified, saved by nobody yet: who corrects it prepares it."""
    for code in old.codes.order_by("pk").prefetch_related("lines"):
        copied = CodeSpending.objects.create(
            report=new,
            funding_source=code.funding_source,
            object_code=code.object_code,
            **{name: getattr(code, name) for name in COPIED},
        )
        LineSpending.objects.bulk_create(
            LineSpending(code=copied, lineage=line.lineage, expended=line.expended)
            for line in code.lines.all()
        )


def _rows(report: ExpenditureReport) -> Iterable[QuerySet[Any]]:
    return CodeSpending.objects.filter(report=report), LineSpending.objects.filter(
        code__report=report
    )


def _certified(report: ExpenditureReport, version: ExpenditureVersion) -> str:
    """Its figures hold from now on: on each line of the plan, and, of a year, in the next one,
    which the words returned say.

    Raises:
        StepNotAllowed: what is authorized has changed since it was closed, or a later year would
            have a negative balance.
    """
    document: ExpenditureDocument = EXPENDITURE.document_of(version)
    plan = report.plan
    now = authorized_part(money_of(plan.district_id, plan.cycle_id))
    if now != document.authorized:
        raise StepNotAllowed(
            f"Nothing was certified. This report was closed when {document.authorized.total:,} US"
            f" dollars were authorized, and now it is {now.total:,}. Edit the report and close it"
            " again."
        )
    _write_outcomes(report, version, document)
    if report.period != ANNUAL or report.certified_by is None or report.certified_at is None:
        return ""
    balance = carry_forward(
        district_id=plan.district_id,
        fiscal_year=plan.cycle_id,
        expended=document.expended,
        cause=EXPENDITURE_KIND.source_of(report),
        by=report.certified_by,
        at=report.certified_at,
    )
    return what_opens(plan, balance)


def _write_outcomes(
    report: ExpenditureReport, version: ExpenditureVersion, document: ExpenditureDocument
) -> None:
    """Replaced whole, unless a report of a later day has said it already."""
    outcomes = LineOutcome.objects.filter(plan=report.plan)
    if outcomes.filter(as_of__gt=document.as_of).exists():
        return
    outcomes.delete()
    shares = spread(document, stored_document(report.measured_against))
    LineOutcome.objects.bulk_create(_outcome(report, share) for share in shares)


def _outcome(report: ExpenditureReport, share: LineShare) -> LineOutcome:
    return LineOutcome(
        plan=report.plan,
        lineage=share.lineage,
        report=EXPENDITURE_KIND.source_of(report),
        certified_at=cast(datetime, report.certified_at),
        obligated=share.obligated,
        expended=share.expended,
        basis=LineOutcome.Basis.REPORTED if share.is_reported else LineOutcome.Basis.BY_SHARE,
        as_of=report.as_of,
    )


EXPENDITURE_KIND = Kind(
    key=SPENDING_REPORT,
    noun="expenditure report",
    model=ExpenditureReport,
    schemas=EXPENDITURE,
    about={
        "q1": "spending_q1",
        "q2": "spending_q2",
        "q3": "spending_q3",
        "annual": "spending_annual",
    },
    page="spending_report",
    start_page="spending_start",
    intent=(
        "these amounts agree with the district’s ledger as of its last day, and were spent as the"
        " approved plan says, except as the reasons state."
    ),
    columns=_columns,
    begin=_begin,
    copy=_copy,
    rows=_rows,
    document_of=expenditure_document,
    findings=lambda document, today: findings_of(document, today=today),
    on_certified=_certified,
)

OFFERED_SOURCES = [
    (value, label) for value, label in BudgetLine.FundingSource.choices if value in SOURCES
]
