"""Which reports on approved plans of a year are late, asked of all its districts at once.

Of one plan the reminders say it; the dates, and what counts as filed, are the same (R47 to R51).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from plans.models import Cycle
from plans.workflow import HELD_TO
from progress.calendar import EXPENDITURE_PERIODS, PROGRESS_REPORT, SPENDING_REPORT, due_in_year
from progress.models import ExpenditureReport, ProgressReport
from progress.workflow import FILED, ReportStatus

_LATE = """
    WITH approved AS (
        SELECT plan.id, plan.district_id, plan.report_days,
            (max(event.taken_at) AT TIME ZONE 'America/New_York')::date AS approved_on
        FROM plans_plan AS plan
        JOIN plans_planevent AS event ON event.plan_id = plan.id AND event.step = 'approve'
        WHERE plan.cycle_id = %(year)s AND plan.status = ANY(%(held_to)s)
        GROUP BY plan.id
    )
    SELECT district.id, district.name, district.slug, due.kind, due.period, own.due_on,
        greatest(own.due_on, plan.approved_on) AS since, report.status, count(*) OVER ()
    FROM approved AS plan
    JOIN districts_district AS district ON district.id = plan.district_id
    CROSS JOIN unnest(%(kinds)s::text[], %(periods)s::text[], %(days)s::date[])
        AS due(kind, period, due_on)
    CROSS JOIN LATERAL (
        SELECT greatest(due.due_on, (plan.report_days ->> (due.kind || '/' || due.period))::date)
            AS due_on
    ) AS own
    CROSS JOIN LATERAL (
        SELECT bool_or(status = ANY(%(done)s)) AS is_done, max(status) AS status FROM (
            SELECT status FROM progress_expenditurereport
            WHERE due.kind = 'expenditure' AND plan_id = plan.id AND period = due.period
            UNION ALL
            SELECT status FROM progress_progressreport
            WHERE due.kind = 'progress' AND plan_id = plan.id AND period = due.period
        ) AS written
    ) AS report
    WHERE report.is_done IS NOT true AND greatest(own.due_on, plan.approved_on) < %(today)s
    ORDER BY since, district.name, due.kind, own.due_on
    LIMIT %(most)s
"""


@dataclass(frozen=True)
class LateReport:
    """A report whose day has passed and that was never certified.

    One that is being corrected was filed: nothing is owed on it, as reminders have it.
    """

    district_id: int
    district: str
    slug: str
    kind: str  # SPENDING_REPORT or PROGRESS_REPORT
    period: str
    due_on: date
    since: date  # it is late: no report is before the plan was approved
    status: str | None  # of what there is of it; none where it was not started

    @property
    def label(self) -> str:
        model = ExpenditureReport if self.kind == SPENDING_REPORT else ProgressReport
        return str(model.Period(self.period).label)


def late_reports(
    cycle: Cycle, *, today: date, most: int | None = None
) -> tuple[list[LateReport], int]:
    """Those that have been late longest first, `most` of them, and how many there are in all.

    One query; none before the first of them is due.
    """
    due = [each for each in _due_in(cycle) if each[2] < today]
    if not due:
        return [], 0
    kinds, periods, days = zip(*due, strict=True)
    asked: dict[str, Any] = {
        "year": cycle.pk,
        "kinds": [*kinds],
        "periods": [*periods],
        "days": [*days],
        "held_to": sorted(HELD_TO),
        "done": sorted(FILED | {ReportStatus.SUPERSEDED}),
        "today": today,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LATE, asked)
        rows = cursor.fetchall()
    return [LateReport(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def _due_in(cycle: Cycle) -> Iterator[tuple[str, str, date]]:
    periods = {SPENDING_REPORT: EXPENDITURE_PERIODS, PROGRESS_REPORT: ProgressReport.Period.values}
    for kind, each in periods.items():
        for period in each:
            yield kind, period, due_in_year(cycle, kind, period)
