"""What came of the plans of the years gone by: their reports, accepted, and what these posted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from alliance.demo.past.content import ASSUMED, numbered
from alliance.demo.past.money import chance, split
from alliance.demo.past.plans import Past
from alliance.demo.past.years import moment
from districts.calendar import last_day
from districts.models import FundingAdjustment
from districts.words import money as dollars
from districts.words import school_year
from plans.documents.stored import Closed
from plans.models import LineOutcome, PlanVersion, StrategyOutcome, TargetOutcome
from plans.services import digest_of
from progress.models import (
    CodeSpending,
    ExpenditureEvent,
    ExpenditureReport,
    ExpenditureSignature,
    ExpenditureVersion,
    Implementation,
    LineSpending,
    MilestoneProgress,
    ProgressEvent,
    ProgressReport,
    StrategyProgress,
    TargetResult,
)
from progress.services.filing import intent_of
from progress.services.spending import EXPENDITURE_KIND
from progress.workflow import ReportStatus, ReportStep
from reviews.models import SpendingDetermination

Versions = Mapping[int, PlanVersion]
Reports = Mapping[int, ExpenditureReport]  # by plan
PROGRESS_ON, SPENDING_ON = ((8, 11), (8, 12), (8, 26)), ((8, 26), (8, 27), (9, 4))
HOW = (  # strategies went, by the end of a year
    Implementation.COMPLETE,
    Implementation.ON_TRACK,
    Implementation.COMPLETE,
    Implementation.AT_RISK,
    Implementation.OFF_TRACK,
)


def write_results(all_past: list[Past], versions: Versions) -> None:
    """Of one year: what it leaves is authorized in the next, and stands in that one's report."""
    _progress(all_past, versions)
    reports = _spending(all_past, versions)
    _certify(all_past, reports)
    _carry_forward(all_past, reports)
    _determine(all_past, reports)


def _after(past: Past, on: tuple[int, int], hour: int = 10) -> datetime:
    """A moment in the summer that follows the year."""
    return moment(past.year + 1, *on, hour)


def _report(past: Past, versions: Versions, days: Any, prepared_by: str) -> dict[str, Any]:
    """Prepared by one, certified by another."""
    started, certified, _ = days
    return {
        "plan": past.plan,
        "status": ReportStatus.ACCEPTED,
        "measured_against": versions[past.plan.pk],
        "started_at": _after(past, started, 9),
        "started_by": past.people[prepared_by],
        "prepared_by": past.people[prepared_by],
        "certified_at": _after(past, certified),
        "certified_by": past.people["superintendent"],
    }


def _events(past: Past, model: Any, report: Any, days: Any, **named: Any) -> Iterable[Any]:
    """Certified by the superintendent, and accepted by the Department some weeks later."""
    _, certified, accepted = days
    draft, was, done = ReportStatus.DRAFT, ReportStatus.CERTIFIED, ReportStatus.ACCEPTED
    for step, source, target, on, who in (
        (ReportStep.CERTIFY, draft, was, certified, "superintendent"),
        (ReportStep.ACCEPT, was, done, accepted, "reviewer"),
    ):
        is_certifying = step == ReportStep.CERTIFY
        yield model(
            report=report,
            **named,
            step=step,
            source=source,
            target=target,
            digest=digest_of(
                **{"sha256": named["version"].sha256} if is_certifying and named else {"reason": ""}
            ),
            taken_at=_after(past, on),
            taken_by=past.people[who],
        )


# Progress ---------------------------------------------------------------------------------------


def _progress(all_past: list[Past], versions: Versions) -> None:
    period = ProgressReport.Period.END_OF_YEAR
    reports = {
        past.plan.pk: ProgressReport(
            period=period, **_report(past, versions, PROGRESS_ON, "coordinator")
        )
        for past in all_past
    }
    ProgressReport.objects.bulk_create(reports.values())
    ProgressEvent.objects.bulk_create(
        event
        for past in all_past
        for event in _events(past, ProgressEvent, reports[past.plan.pk], PROGRESS_ON)
    )
    strategies, milestones, targets = [], [], []
    outcomes: dict[Any, list[Any]] = {StrategyOutcome: [], TargetOutcome: []}
    for past in all_past:
        report = reports[past.plan.pk]
        said = _said_by(past, report, "progress", _after(past, PROGRESS_ON[1]))
        for name, strategy in past.named("strategy"):
            row, kept = _strategy(past, name, strategy)
            strategies.append(StrategyProgress(report=report, **row, **_saved(past)))
            due = kept.pop("milestones")
            milestones += [MilestoneProgress(report=report, **each, **_saved(past)) for each in due]
            outcomes[StrategyOutcome].append(
                StrategyOutcome(
                    lineage=strategy.lineage,
                    status=row["status"],
                    sentence=row["sentence"],
                    **kept,
                    **said,
                )
            )
        for name, target in past.named("target"):
            result = _result(past, name)
            targets.append(
                TargetResult(report=report, lineage=target.lineage, **result, **_saved(past))
            )
            outcomes[TargetOutcome].append(TargetOutcome(lineage=target.lineage, **result, **said))
    StrategyProgress.objects.bulk_create(strategies)
    MilestoneProgress.objects.bulk_create(milestones)
    TargetResult.objects.bulk_create(targets)
    for model, rows in outcomes.items():
        model.objects.bulk_create(rows)


def _saved(past: Past, who: str = "coordinator") -> dict[str, Any]:
    return {"saved_at": _after(past, (8, 10)), "saved_by": past.people[who]}


def _said_by(past: Past, report: Any, kind: str, certified_at: datetime) -> dict[str, Any]:
    return {"plan": past.plan, "report": f"{kind}/{report.pk}", "certified_at": certified_at}


def _strategy(past: Past, name: str, strategy: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """How one strategy went; its last milestone came late, or not, where it went badly."""
    luck = chance(past.district.slug, past.year, name)
    status = HOW[luck % len(HOW)]
    mine = [row for _, row in past.named("milestone") if row.strategy_id == strategy.pk]
    late = len(mine) > 1 and status in {Implementation.AT_RISK, Implementation.ON_TRACK}
    missed = len(mine) > 1 and status == Implementation.OFF_TRACK
    rows = [{"lineage": row.lineage, "done_on": row.due_on, "note": ""} for row in mine]
    if late:
        rows[-1] |= {"done_on": last_day(past.year), "note": f"{ASSUMED}: done late."}
    if missed:
        rows[-1] |= {"done_on": None, "note": f"{ASSUMED}: not done."}
    is_late = late and mine[-1].due_on is not None and mine[-1].due_on < last_day(past.year)
    kept = len(mine) - missed - is_late
    said = f"{ASSUMED}: {status.label.lower()} at the end of FY{past.year}."
    return (
        {"lineage": strategy.lineage, "status": status, "sentence": said, "evidence": ASSUMED},
        {
            "milestones": rows,
            "milestones_due": len(mine),
            "milestones_kept": kept,
            "milestones_late": int(is_late),
        },
    )


def _result(past: Past, name: str) -> dict[str, Any]:
    """The actual figure; or none yet, and the day on which it is published."""
    values = {row_name: row for row_name, _, row in numbered(past.content, "target", "objective")}
    actual = values[name]["came_to"]
    found = {"measured_in": school_year(past.year), "source": f"{ASSUMED}: not a published figure"}
    if actual is None:
        return {**found, "actual": None, "available_on": moment(past.year + 2, 1, 15).date()}
    return {**found, "actual": actual, "available_on": None}


# Spending ---------------------------------------------------------------------------------------


def _spending(all_past: list[Past], versions: Versions) -> Reports:
    reports = {
        past.plan.pk: ExpenditureReport(
            period=ExpenditureReport.Period.ANNUAL,
            as_of=last_day(past.year),
            **_report(past, versions, SPENDING_ON, "fiscal"),
        )
        for past in all_past
    }
    ExpenditureReport.objects.bulk_create(reports.values())
    codes: list[CodeSpending] = []
    lines: list[LineSpending] = []
    outcomes: list[LineOutcome] = []
    for past in all_past:
        report = reports[past.plan.pk]
        said = _said_by(past, report, "expenditure", _after(past, SPENDING_ON[1]))
        by_code: dict[tuple[str, str], list[tuple[Any, int]]] = defaultdict(list)
        for line, expended in _spent(past):
            by_code[line.funding_source, line.object_code_id].append((line, expended))
            outcomes.append(
                LineOutcome(
                    lineage=line.lineage,
                    obligated=0,
                    expended=expended,
                    basis=LineOutcome.Basis.REPORTED,
                    as_of=last_day(past.year),
                    **said,
                )
            )
        for (source, code), of_code in sorted(by_code.items()):
            spending = CodeSpending(
                report=report,
                funding_source=source,
                object_code=code,
                budgeted=sum(line.amount for line, _ in of_code),
                obligated=0,
                expended=sum(expended for _, expended in of_code),
                split=CodeSpending.Split.BY_LINE,
                **_saved(past, "fiscal"),
            )
            codes.append(spending)
            lines += [
                LineSpending(
                    code=spending,
                    lineage=line.lineage,
                    expended=expended,
                    **_saved(past, "fiscal"),
                )
                for line, expended in of_code
            ]
    CodeSpending.objects.bulk_create(codes)
    LineSpending.objects.bulk_create(lines)
    LineOutcome.objects.bulk_create(outcomes)
    return reports


def _spent(past: Past) -> list[tuple[Any, int]]:
    """Each line and what was spent of it: in all, what the year's money says, to the dollar."""
    lines = [line for _, line in past.named("line")]
    return list(
        zip(lines, split(past.money.expended, [line.amount for line in lines]), strict=True)
    )


def _closed(report: ExpenditureReport) -> Closed:
    return EXPENDITURE_KIND.schemas.close(EXPENDITURE_KIND.document_of(report))


def _certify(all_past: list[Past], reports: Reports) -> None:
    """The text of each report as it stands, closed by one and certified by another."""
    versions = {
        past.plan.pk: ExpenditureVersion(
            report=reports[past.plan.pk],
            number=1,
            edition=reports[past.plan.pk].edition,
            closed_at=_after(past, SPENDING_ON[0], 15),
            closed_by=past.people["fiscal"],
            **vars(_closed(reports[past.plan.pk])),
        )
        for past in all_past
    }
    ExpenditureVersion.objects.bulk_create(versions.values())
    ExpenditureSignature.objects.bulk_create(
        ExpenditureSignature(
            version=version,
            capacity=ExpenditureSignature.Capacity.CERTIFIER,
            name=past.people["superintendent"].name,
            intent=intent_of(EXPENDITURE_KIND, reports[past.plan.pk], version),
            sha256=version.sha256,
            signed_at=_after(past, SPENDING_ON[1]),
            signed_by=past.people["superintendent"],
        )
        for past in all_past
        for version in [versions[past.plan.pk]]
    )
    ExpenditureEvent.objects.bulk_create(
        event
        for past in all_past
        for event in _events(
            past,
            ExpenditureEvent,
            reports[past.plan.pk],
            SPENDING_ON,
            version=versions[past.plan.pk],
        )
    )


def _carry_forward(all_past: list[Past], reports: Reports) -> None:
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
            posted_at=_after(past, SPENDING_ON[1]),
            posted_by=past.people["superintendent"],
        )
        for past in all_past
    )


def _determine(all_past: list[Past], reports: Reports) -> None:
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
            decided_at=_after(past, (9, 9)),
            decided_by=past.people["commissioner"],
        )
        for past in all_past
    )
