"""The determination on a certified annual expenditure report (§ 10-262u(g), R55, R56)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string

from districts.models import Delegation, FundingAdjustment, User
from districts.services import commissioners
from districts.services.adjusting import corrected, hold_money, post_adjustment
from districts.words import money
from plans.models import Plan
from plans.services import Blocked, digest_of, locked_plan, refuse_other_words
from plans.services.letters import DECISIONS_GO_TO, page_of, people_of, post_letter
from plans.workflow import StepNotAllowed
from progress.models import ExpenditureReport
from progress.services.carrying import follow
from progress.workflow import ReportStatus, ReportStep
from reviews.models import DeterminedLine, SpendingDetermination
from reviews.permissions import delegation_of, may_determine
from reviews.reports.determinations import ANNUAL, SpentLine, determined_before, spent_lines
from reviews.services.withholding import why_not_theirs

REDUCED_WITHIN = 2  # fiscal years (R56: our choice; § 10-263(b) by analogy)
ACCEPTED_IT = "You accepted this report, so somebody else determines what follows from it."
Remedy = DeterminedLine.Remedy
KINDS = {
    Remedy.REPAY: FundingAdjustment.Kind.REPAYMENT,
    Remedy.REDUCE: FundingAdjustment.Kind.REDUCTION,
}


@dataclass(frozen=True)
class LineFound:
    """What was out of compliance on a line, and what becomes of it. Whole US dollars."""

    lineage: UUID
    out_of_compliance: int
    remedy: str
    remedied: int
    evidence: str

    def said(self) -> list[object]:
        """As the digest of the act has it."""
        figures = [self.out_of_compliance, self.remedy, self.remedied]
        return [str(self.lineage), *figures, self.evidence.strip()]


def years_to_land_in(fiscal_year: int) -> list[int]:
    return [fiscal_year + later for later in range(1, REDUCED_WITHIN + 1)]


@transaction.atomic
def determine(
    *,
    report_id: int,
    lines: Sequence[LineFound],
    lands_in: int | None,
    reasons: str,
    key: UUID,
    by: User,
    at: datetime,
) -> SpendingDetermination:
    """Determine what follows from a report: nothing, or by line a repayment or a later reduction.

    It stands for ever; on a report that corrects another, the new determination takes the place of
    the one before, and so do its dollars. `lands_in` counts where a line reduces a later year.

    Raises:
        PermissionDenied: neither the Commissioner nor a delegate.
        StepNotAllowed: the report is not the annual one, not accepted, or determined already.
        SentBefore: the page was sent before, with other words.
        Blocked: a figure does not hold, evidence or reasons are missing, or this person had a hand
            in the plan or the report; all are listed.
    """
    report = ExpenditureReport.objects.select_related("plan").get(pk=report_id)
    hold_money(report.plan.district_id)
    plan = locked_plan(report.plan_id)
    report = ExpenditureReport.objects.select_related("measured_against").get(pk=report_id)
    said = [each.said() for each in lines]
    digest = digest_of(report=report.pk, lines=said, lands_in=lands_in, reasons=reasons.strip())
    if (sent := SpendingDetermination.objects.filter(key=key).first()) is not None:
        refuse_other_words(sent, digest)
        return sent
    if not may_determine(by, plan, at=at):
        raise PermissionDenied
    _ask_report(report)
    if why := why_not_theirs_to_determine(by, plan, report):
        raise Blocked([why])
    spent = {each.lineage: each for each in spent_lines(report)}
    if not any(each.remedy == Remedy.REDUCE for each in lines):
        lands_in = None
    if faults := faults_in(lines, spent, lands_in, reasons, fiscal_year=plan.cycle_id):
        raise Blocked(faults)
    delegation = delegation_of(by, at=at)
    rows = _rows(lines, spent)
    earlier = determined_before(report)
    determination = SpendingDetermination.objects.create(
        plan=plan,
        report=report,
        lands_in=lands_in,
        reasons=reasons.strip(),
        supersedes=earlier,
        delegation=delegation,
        letter=write_letter(
            plan, report, rows, lands_in, reasons, by=by, delegation=delegation, at=at
        ),
        key=key,
        digest=digest,
        decided_at=at,
        decided_by=by,
    )
    for row in rows:
        row.determination = determination
    DeterminedLine.objects.bulk_create(rows)
    _post_money(determination, rows, earlier)
    _post_letters(determination)
    return determination


def why_not_theirs_to_determine(by: User, plan: Plan, report: ExpenditureReport) -> str:
    """Who reviewed the plan, or accepted the report, does not decide what follows from it."""
    if report.events.filter(step=ReportStep.ACCEPT, taken_by=by).exists():
        return ACCEPTED_IT
    return why_not_theirs(by, plan)


def _ask_report(report: ExpenditureReport) -> None:
    if report.period != ANNUAL:
        raise StepNotAllowed("Only the annual expenditure report gets a determination.")
    if report.status != ReportStatus.ACCEPTED:
        status = ReportStatus(report.status).label.lower()
        raise StepNotAllowed(
            f"This report is {status}. It gets its determination once the Department accepted it."
        )
    made = SpendingDetermination.objects.filter(report=report).select_related("decided_by").first()
    if made is not None:
        raise StepNotAllowed(
            f"{made.decided_by.name} determined this report already. Nothing was recorded now."
        )


def faults_in(
    lines: Sequence[LineFound],
    spent: Mapping[UUID, SpentLine],
    lands_in: int | None,
    reasons: str,
    *,
    fiscal_year: int,
) -> list[str]:
    """Everything that stops a determination with these lines."""
    faults = [] if reasons.strip() else ["The determination gives no reasons."]
    named = [each.lineage for each in lines]
    if len(set(named)) < len(named):
        faults.append("A line is named twice. Name each line once.")
    for each in lines:
        line = spent.get(each.lineage)
        if line is None:
            faults.append("Nothing was expended on a line that is named.")
        else:
            faults += [f"Line {line.number}: {fault}" for fault in _faults(each, line)]
    years = years_to_land_in(fiscal_year)
    if any(each.remedy == Remedy.REDUCE for each in lines) and lands_in not in years:
        faults.append(f"A reduction lands in FY{years[0]} or FY{years[-1]}. Choose the year.")
    return faults


def _faults(each: LineFound, line: SpentLine) -> list[str]:
    out, remedied = each.out_of_compliance, each.remedied
    faults = []
    if out <= 0:
        faults.append("no amount is out of compliance.")
    if out > line.expended:
        faults.append(
            f"{money(out)} is out of compliance, and {money(line.expended)} was expended on it."
        )
    if each.remedy not in Remedy:
        faults.append("say whether it is repaid, or reduces a later year.")
    elif (each.remedy == Remedy.NONE) != (remedied == 0):
        faults.append("a remedy and its amount go together.")
    if remedied < 0 or remedied > max(out, 0):
        faults.append(
            f"{money(remedied)} is to be remedied, and {money(out)} is out of compliance: each"
            " dollar is remedied once at most."
        )
    if not each.evidence.strip():
        faults.append("say what shows it.")
    return faults


def _rows(lines: Sequence[LineFound], spent: Mapping[UUID, SpentLine]) -> list[DeterminedLine]:
    found = [
        DeterminedLine(
            lineage=each.lineage,
            number=spent[each.lineage].number,
            description=spent[each.lineage].description,
            expended=spent[each.lineage].expended,
            out_of_compliance=each.out_of_compliance,
            remedy=each.remedy,
            remedied=each.remedied,
            evidence=each.evidence.strip(),
        )
        for each in lines
    ]
    return sorted(found, key=lambda row: row.number)


def remedied_by(rows: Collection[DeterminedLine], remedy: str) -> int:
    return sum(row.remedied for row in rows if row.remedy == remedy)


def _post_money(
    determination: SpendingDetermination,
    rows: Sequence[DeterminedLine],
    earlier: SpendingDetermination | None,
) -> None:
    """What is repaid and what is reduced, in place of what the earlier determination said."""
    plan, cause = determination.plan, f"determination/{determination.pk}"
    stood = {}
    if earlier is not None:
        standing = FundingAdjustment.objects.standing().filter(cause=f"determination/{earlier.pk}")
        stood = {row.kind: row for row in standing.select_related("district")}
    for remedy, kind in KINDS.items():
        amount, before = remedied_by(rows, remedy), stood.get(kind)
        act: dict[str, Any] = {
            "cause": cause,
            "by": determination.decided_by,
            "at": determination.decided_at,
        }
        reason = (
            f"Determination on the expenditure report of FY{plan.cycle_id} under § 10-262u(g):"
            f" {Remedy(remedy).label.lower()}, {money(amount)}."
        )
        if amount == 0:
            if before is not None:
                corrected(before, amount=0, reason=reason, **act)
            continue
        post_adjustment(
            plan.district,
            kind=kind,
            fiscal_year=_lands_in(determination) if remedy == Remedy.REDUCE else plan.cycle_id,
            origin_year=plan.cycle_id,
            amount=amount,
            reason=reason,
            supersedes=before,
            **act,
        )
    landed = [each.lands_in for each in (determination, earlier) if each and each.lands_in]
    if landed:  # where that year is reported already, its balance moves, and the years after it
        follow(
            district_id=plan.district_id,
            fiscal_year=min(landed),
            by=determination.decided_by,
            at=determination.decided_at,
        )


def _lands_in(determination: SpendingDetermination) -> int:
    return cast(int, determination.lands_in)  # faults_in has seen to it


def write_letter(
    plan: Plan,
    report: ExpenditureReport,
    rows: Sequence[DeterminedLine],
    lands_in: int | None,
    reasons: str,
    *,
    by: User,
    delegation: Delegation | None,
    at: datetime,
) -> str:
    text = render_to_string(
        "reviews/spending_letter.txt",
        {
            "plan": plan,
            "district": plan.district,
            "report": report,
            "lines": rows,
            "repaid": remedied_by(rows, Remedy.REPAY),
            "reduced": remedied_by(rows, Remedy.REDUCE),
            "lands_in": lands_in,
            "reasons": reasons.strip(),
            "by": by,
            "delegation": delegation,
            "decided_at": at,
        },
    )
    return text.strip() + "\n"


def _post_letters(determination: SpendingDetermination) -> None:
    """To the district; a delegate's goes to the Commissioner too, in whose name it was made."""
    plan = determination.plan
    copies = commissioners() if determination.delegation else []
    post_letter(
        plan,
        kind="spending_determined",
        occasion=f"determination-{determination.pk}",
        to=[*people_of(plan, DECISIONS_GO_TO), *copies],
        why="The expenditure report was determined",
        at=determination.decided_at,
        page=page_of(plan, "determination"),
        letter=determination.letter,
    )
