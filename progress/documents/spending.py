"""An expenditure report as one document: what rules judge, a version freezes and people certify.

Whole US dollars, cumulative since July 1. *Expended* is paid out; *obligated* is ordered or
contracted and not yet paid, so no dollar is in both. Nothing said is not zero.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from districts.reports.money import Money, money_of
from districts.statements import Statement
from plans.documents import PlanDocument
from plans.documents.cache import document_in, made_of
from plans.documents.parts import Document, Part, Row
from plans.documents.stored import Schemas
from plans.models import ObjectCode
from progress.documents.certified import in_force
from progress.documents.rows import LINEAGE, as_stored
from progress.models import CodeSpending, ExpenditureReport, ExpenditureVersion, LineSpending

SOURCES = ("allocation", "carry_forward")
OVER_PERCENT = 10  # a line spent further over its budget needs a reason (R52)


class LinePart(Row):
    """What of an object code went to one line of the plan, where a district says it by line."""

    number: int  # of the plan's line
    description: str
    strategy: str = ""  # as the plan numbers and names it
    budgeted: int
    expended: int | None = None


class CodePart(Row):
    """One object code of one funding source."""

    number: int
    funding_source: str
    object_code: str
    name: str
    group: str  # the hundred it is one of: 100 Salaries
    budgeted: int
    before: int | None = None  # expended by the last report before this one
    obligated: int | None = None
    expended: int | None = None
    over_reason: str = ""
    split: str = "by_share"
    lines: tuple[LinePart, ...] = ()

    @property
    def balance(self) -> int:
        return self.budgeted - (self.expended or 0)

    @property
    def over(self) -> int:
        """Dollars spent above the budget."""
        return max(0, -self.balance)

    @property
    def needs_a_reason(self) -> bool:
        return self.over * 100 > self.budgeted * OVER_PERCENT

    @property
    def is_by_line(self) -> bool:
        return self.split == "by_line" and bool(self.lines)

    @property
    def of_lines(self) -> int:
        """What the lines add up to."""
        return sum(line.expended or 0 for line in self.lines)

    @property
    def words(self) -> str:
        of = " (carry-forward)" if self.funding_source == "carry_forward" else ""
        return f"{self.object_code} {self.name}{of}"


class AuthorizedPart(Part):
    """authorized = allocation + carried in − reductions"""

    allocation: int | None
    carried_in: int | None
    reductions: int

    @property
    def total(self) -> int:
        return (self.allocation or 0) + (self.carried_in or 0) - self.reductions


class ExpenditureDocument(Document):
    district: str
    fiscal_year: int
    period: str
    as_of: date
    plan_version: int  # that it is measured against
    authorized: AuthorizedPart
    codes: tuple[CodePart, ...] = ()

    @property
    def budgeted(self) -> int:
        return sum(code.budgeted for code in self.codes)

    @property
    def expended(self) -> int:
        return sum(code.expended or 0 for code in self.codes)

    @property
    def obligated(self) -> int:
        return sum(code.obligated or 0 for code in self.codes)

    @property
    def balance(self) -> int:
        """authorized − expended: all of it is carried forward (R53)."""
        return self.authorized.total - self.expended

    @property
    def of_budget(self) -> int:
        """approved − expended, as each row has it."""
        return self.budgeted - self.expended

    @property
    def apart(self) -> int:
        """By how much the approved lines differ from what is authorized."""
        return self.authorized.total - self.budgeted


EXPENDITURE = Schemas(ExpenditureDocument, now=1, upgrades={})


def authorized_part(money: Money) -> AuthorizedPart:
    return AuthorizedPart(
        allocation=money.allocation, carried_in=money.carried_in, reductions=money.reductions
    )


def budget_by_code(plan: PlanDocument) -> dict[tuple[str, str], int]:
    """What the plan budgets of this district's money, by funding source and object code."""
    budget: dict[tuple[str, str], int] = {}
    for line in plan.lines:
        if line.funding_source in SOURCES and line.object_code is not None:
            key = (line.funding_source, line.object_code.code)
            budget[key] = budget.get(key, 0) + (line.amount or 0)
    return dict(sorted(budget.items()))


class Code(NamedTuple):
    """An object code as reports name it. Fiscal years are named by their end."""

    name: str
    hundred: str  # it is one of: 100 Salaries
    first_year: int
    last_year: int | None

    def is_of(self, fiscal_year: int) -> bool:
        """Whether money of the year may be reported under it."""
        return self.first_year <= fiscal_year <= (self.last_year or fiscal_year)


Codes = Mapping[str, Code]
Planned = dict[str, dict[str, Any]]  # what the plan says of each of its lines, by lineage
NO_CODE = Code("", "", 0, None)


def object_codes() -> Codes:
    """Every object code there was, in order. One query."""
    return {
        row["code"]: Code(
            row["name"],
            row["parent_id"] or row["code"],
            row["first_fiscal_year"],
            row["last_fiscal_year"],
        )
        for row in OBJECT_CODES.ask()
    }


OBJECT_CODES = Statement(lambda: ObjectCode.objects.order_by("code"))


class StoredLine(NamedTuple):
    """What of an object code went to a line of the plan, as it is stored: a report may have
    hundreds, of which a page shows the sums."""

    id: int
    code_id: int
    version: int
    lineage: str
    as_typed: dict[str, str]
    saved_at: datetime | None
    expended: int | None


class ReportRow(NamedTuple):
    """An object code of a report as it is stored, with its lines."""

    code: CodeSpending
    lines: list[StoredLine]


def rows_of_report(report: ExpenditureReport) -> list[ReportRow]:
    """Its rows in their order. Two queries."""
    lines: dict[int, list[StoredLine]] = {}
    for row in LINES.ask(report.pk):
        line = StoredLine(**as_stored(row))
        lines.setdefault(line.code_id, []).append(line)
    codes = CODES.ask_for(CodeSpending, report.pk)
    return [ReportRow(code, lines.get(code.pk, [])) for code in codes]


CODES = Statement(lambda report: CodeSpending.objects.filter(report=report).order_by("pk"), -1)


def _lines(report: int) -> QuerySet[Any]:
    lines = LineSpending.objects.filter(code__report=report).order_by("pk")
    return lines.values(*(name for name in StoredLine._fields if name != "lineage"), **LINEAGE)


LINES = Statement(_lines, -1)


def expenditure_document(
    report: ExpenditureReport,
    *,
    names: Codes | None = None,
    codes: Iterable[ReportRow] | None = None,
) -> ExpenditureDocument:
    """The draft of a report as it stands: in six queries, less what is known already."""
    plan = report.plan
    return document_of(
        report,
        made_of("planned-spending", report.measured_against, planned_lines),
        money=money_of(plan.district_id, plan.cycle_id),
        names=object_codes() if names is None else names,
        before=_before(report),
        codes=rows_of_report(report) if codes is None else codes,
    )


def _before(report: ExpenditureReport) -> dict[tuple[str, str], int]:
    """What the last certified report of the plan before this one said was expended."""
    last = LAST_BEFORE.ask_for(ExpenditureVersion, report.plan_id, report.as_of)
    return {
        (code.funding_source, code.object_code): code.expended or 0
        for version in last
        for code in document_in(EXPENDITURE, version).codes
    }


def _last_before(plan: int, day: date) -> QuerySet[ExpenditureVersion]:
    earlier = in_force().filter(report__plan=plan, report__as_of__lt=day)
    return earlier.order_by("-report__as_of", "-pk").defer("document")[:1]


LAST_BEFORE = Statement(_last_before, -1, date.min)


def document_of(
    report: ExpenditureReport,
    planned: Planned,
    *,
    money: Money,
    names: Codes,
    before: dict[tuple[str, str], int],
    codes: Iterable[ReportRow],
) -> ExpenditureDocument:
    """The report as it stands. `before` has what the last report said was expended, by funding
    source and object code; the rows come with their lines."""
    ordered = sorted(codes, key=lambda row: (row.code.funding_source, row.code.object_code))
    return ExpenditureDocument(
        district=report.plan.district.name,
        fiscal_year=report.plan.cycle_id,
        period=report.period,
        as_of=report.as_of,
        plan_version=report.measured_against.number,
        authorized=authorized_part(money),
        codes=tuple(
            CodePart(
                id=row.pk,
                lineage=str(row.lineage),
                as_typed=row.as_typed,
                number=number,
                funding_source=row.funding_source,
                object_code=row.object_code,
                name=names.get(row.object_code, NO_CODE).name,
                group=names.get(row.object_code, NO_CODE).hundred or row.object_code,
                budgeted=row.budgeted,
                before=before.get((row.funding_source, row.object_code)),
                obligated=row.obligated,
                expended=row.expended,
                over_reason=row.over_reason,
                split=row.split,
                lines=tuple(_line_parts(lines, planned)),
            )
            for number, (row, lines) in enumerate(ordered, start=1)
        ),
    )


def planned_lines(plan: PlanDocument) -> Planned:
    strategies = {one.lineage: f"Strategy {one.number}, {one.title}" for one in plan.strategies}
    return {
        line.lineage: {
            "number": line.number,
            "description": line.description,
            "strategy": strategies.get(line.strategy or "", ""),
            "budgeted": line.amount or 0,
        }
        for line in plan.lines
    }


def _line_parts(rows: Iterable[StoredLine], planned: Planned) -> Iterator[LinePart]:
    found = ((row, planned.get(row.lineage)) for row in rows)
    known = [(row, said) for row, said in found if said is not None]
    for row, said in sorted(known, key=lambda one: one[1]["number"]):
        yield LinePart(
            id=row.id, lineage=row.lineage, as_typed=row.as_typed, expended=row.expended, **said
        )
