"""A year's reports in the walk: progress twice, spending four times, perhaps one corrected."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from alliance.walk.people import Walker
from alliance.walk.planning import key_of, moment
from alliance.walk.stories import Story, When
from plans.models import Cycle, Plan
from progress.models import (
    CodeSpending,
    MilestoneProgress,
    ProgressReport,
    StrategyProgress,
    TargetResult,
)
from progress.services import filing
from progress.services.kinds import Kind
from progress.services.progress import KIND as PROGRESS_KIND
from progress.services.spending import EXPENDITURE_KIND

QUARTERS = (("q1", Fraction(1, 5)), ("q2", Fraction(1, 2)), ("q3", Fraction(3, 4)))
BEFORE_CORRECTION = Fraction(9, 10)  # of what the corrected report says


class Reporting:
    """What one district reports on its approved plan of one year."""

    def __init__(self, walker: Walker, story: Story, plan: Plan) -> None:
        self.walker, self.story, self.plan = walker, story, plan
        self.cycle: Cycle = plan.cycle

    def mid_year(self) -> None:
        self._progress(ProgressReport.Period.MID_YEAR, self.cycle.mid_year_report_on)

    def quarters(self) -> None:
        for period, share in QUARTERS:
            due_on = EXPENDITURE_KIND.due_on(self.plan, period)
            self._spend(period, self.story.spent * share, due_on)

    def end_of_year(self) -> None:
        """Both annual reports, on time or not; the expenditure report perhaps by a correction."""
        if self.story.report is When.NEVER:
            return
        days = timedelta(days=self.story.report.value or 0)
        self._progress(ProgressReport.Period.END_OF_YEAR, self.cycle.end_of_year_report_on + days)
        due_on = self.cycle.expenditure_report_on + days
        if not self.story.is_corrected:
            self._spend("annual", self.story.spent, due_on)
            return
        first = self._spend("annual", self.story.spent * BEFORE_CORRECTION, due_on)
        corrected = filing.supersede(
            kind=EXPENDITURE_KIND,
            report_id=first.pk,
            reason="A bill of June came late.",
            **self._act("fiscal", "annual/correct", due_on + timedelta(days=5)),
        )
        self._fill_spending(corrected, self.story.spent)
        self._file(EXPENDITURE_KIND, corrected, due_on + timedelta(days=6), "annual/corrected")

    def _progress(self, period: str, day: date) -> None:
        report = filing.start(
            kind=PROGRESS_KIND,
            plan_id=self.plan.pk,
            period=period,
            by=self.walker.people["coordinator"],
            at=moment(day - timedelta(days=9)),
        )
        saved = self._saved_by("coordinator", day - timedelta(days=8))
        StrategyProgress.objects.filter(report=report).update(
            status="on_track" if period == "mid_year" else "complete",
            sentence="Coaches are in every school.",
            evidence="Schedules.",
            **saved,
        )
        MilestoneProgress.objects.filter(report=report).update(
            done_on=date(self.cycle.fiscal_year - 1, 9, 30), **saved
        )
        year = self.cycle.fiscal_year
        TargetResult.objects.filter(report=report).update(
            actual=Decimal("46") + self.walker.place % 9,
            measured_in=f"{year - 1}-{year % 100:02}",
            source="EdSight",
            **saved,
        )
        self._file(PROGRESS_KIND, report, day, period)

    def _spend(self, period: str, share: Fraction, day: date) -> Any:
        report = filing.start(
            kind=EXPENDITURE_KIND,
            plan_id=self.plan.pk,
            period=period,
            by=self.walker.people["fiscal"],
            at=moment(day - timedelta(days=9)),
        )
        self._fill_spending(report, share)
        self._file(EXPENDITURE_KIND, report, day, period)
        return report

    def _fill_spending(self, report: Any, share: Fraction) -> None:
        for code in CodeSpending.objects.filter(report=report):
            code.expended = code.obligated = int(code.budgeted * share)
            code.saved_at, code.saved_by = report.started_at, self.walker.people["fiscal"]
            code.save()
        filing.edited(report, by=self.walker.people["fiscal"], at=report.started_at)

    def _file(self, kind: Kind, report: Any, day: date, what: str) -> None:
        """Closed by who prepared it, certified by the superintendent, accepted."""
        preparer = "fiscal" if kind is EXPENDITURE_KIND else "coordinator"
        version = filing.close(
            kind=kind, report_id=report.pk, by=self.walker.people[preparer], at=moment(day)
        )
        filing.certify(
            kind=kind,
            report_id=report.pk,
            sha256=version.sha256,
            **self._act("superintendent", f"{kind.key}/{what}/certify", day, hours=1),
        )
        filing.accept(
            kind=kind,
            report_id=report.pk,
            **self._act("reviewer", f"{kind.key}/{what}/accept", day + timedelta(days=3)),
        )

    def _act(self, who: str, what: str, day: date, *, hours: int = 0) -> dict[str, Any]:
        key = key_of(self.walker.district.slug, self.cycle.fiscal_year, what)
        return {"by": self.walker.people[who], "at": moment(day, hours=hours), "key": key}

    def _saved_by(self, who: str, day: date) -> dict[str, Any]:
        return {"saved_by": self.walker.people[who], "saved_at": moment(day)}
