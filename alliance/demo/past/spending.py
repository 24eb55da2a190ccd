"""Annual expenditure reports of the years gone by, and what followed from each."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from alliance.demo.past.content import ASSUMED
from alliance.demo.past.money import split
from alliance.demo.past.plans import Past
from alliance.demo.past.reports import (
    Filing,
    Versions,
    after,
    certify,
    file_reports,
    said_by,
    saved,
)
from districts.calendar import last_day
from districts.models import FundingAdjustment
from districts.words import money as dollars
from plans.models import LineOutcome
from plans.services import digest_of
from progress.models import (
    CodeSpending,
    ExpenditureEvent,
    ExpenditureReport,
    ExpenditureSignature,
    ExpenditureVersion,
    LineSpending,
)
from progress.services.spending import EXPENDITURE_KIND
from reviews.models import SpendingDetermination

Reports = Mapping[int, ExpenditureReport]  # by plan
FILING = Filing(
    kind=EXPENDITURE_KIND,
    version=ExpenditureVersion,
    signature=ExpenditureSignature,
    event=ExpenditureEvent,
    prepared_by="fiscal",
    prepared=(8, 26),
    certified=(8, 27),
    accepted=(9, 4),
)


def write_spending(all_past: Collection[Past], versions: Versions) -> None:
    """Of one year: what it leaves is authorized in the next, and stands in that one's report."""
    reports = file_reports(FILING, all_past, versions, period=ExpenditureReport.Period.ANNUAL)
    codes: list[CodeSpending] = []
    lines: list[LineSpending] = []
    outcomes: list[LineOutcome] = []
    for past in all_past:
        report = reports[past.plan.pk]
        row, said = saved(past, FILING), said_by(past, FILING, report)
        by_code: dict[tuple[str, str], list[tuple[Any, int]]] = defaultdict(list)
        for line, expended in _spent(past):
            by_code[line.funding_source, line.object_code_id].append((line, expended))
            outcomes.append(_outcome(past, line, expended, said))
        for key, of_code in sorted(by_code.items()):
            code = _code(report, key, of_code, row)
            codes.append(code)
            lines += [
                LineSpending(code=code, lineage=line.lineage, expended=expended, **row)
                for line, expended in of_code
            ]
    CodeSpending.objects.bulk_create(codes)
    LineSpending.objects.bulk_create(lines)
    LineOutcome.objects.bulk_create(outcomes)
    certify(FILING, all_past, reports)
    _carry_forward(all_past, reports)
    _determine(all_past, reports)


def _outcome(past: Past, line: Any, expended: int, said: Mapping[str, Any]) -> LineOutcome:
    return LineOutcome(
        lineage=line.lineage,
        obligated=0,
        expended=expended,
        basis=LineOutcome.Basis.REPORTED,
        as_of=last_day(past.year),
        **said,
    )


def _code(
    report: ExpenditureReport,
    key: tuple[str, str],
    of_code: list[tuple[Any, int]],
    row: Mapping[str, Any],
) -> CodeSpending:
    funding_source, object_code = key
    return CodeSpending(
        report=report,
        funding_source=funding_source,
        object_code=object_code,
        budgeted=sum(line.amount for line, _ in of_code),
        obligated=0,
        expended=sum(expended for _, expended in of_code),
        split=CodeSpending.Split.BY_LINE,
        **row,
    )


def _spent(past: Past) -> list[tuple[Any, int]]:
    """Each line and what was spent of it: in all, what the year's money says, to the dollar."""
    lines = [line for _, line in past.named("line")]
    return list(
        zip(lines, split(past.money.expended, [line.amount for line in lines]), strict=True)
    )


def _carry_forward(all_past: Collection[Past], reports: Reports) -> None:
    """The whole balance opens in the next year (§ 10-262u(h))."""
    FundingAdjustment.objects.bulk_create(
        FundingAdjustment(
            district=past.district,
            kind=FundingAdjustment.Kind.CARRY_FORWARD,
            fiscal_year=past.year + 1,
            origin_year=past.year,
            amount=past.money.balance,
            reason=f"{ASSUMED}: of {dollars(past.money.authorized)} authorized for"
            f" FY{past.year}, {dollars(past.money.expended)} was expended.",
            cause=EXPENDITURE_KIND.source_of(reports[past.plan.pk]),
            posted_at=FILING.certified_at(past),
            posted_by=past.people["superintendent"],
        )
        for past in all_past
    )


def _determine(all_past: Collection[Past], reports: Reports) -> None:
    """On every report, none included (§ 10-262u(g))."""
    reasons = f"{ASSUMED}: all of it was spent in accordance with the approved plan."
    SpendingDetermination.objects.bulk_create(
        SpendingDetermination(
            plan=past.plan,
            report=reports[past.plan.pk],
            lands_in=None,
            reasons=reasons,
            letter=f"{reasons}\n",
            key=uuid5(NAMESPACE_URL, f"demo/{past.plan.about}/determination"),
            digest=digest_of(
                report=reports[past.plan.pk].pk, lines=[], lands_in=None, reasons=reasons
            ),
            decided_at=after(past, (9, 9)),
            decided_by=past.people["commissioner"],
        )
        for past in all_past
    )
