"""What must come out of a walk, to the dollar, summed in SQL of its own.

authorized = allocation + carried in − reductions = expended + carried out
carried in = what was carried out of the year before
remedied ≤ out of compliance
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from districts.calendar import eastern_day
from districts.reports.money import money_over_years
from notices.models import REMINDER, Notice
from progress.services.all_kinds import KINDS

SUMS = """
SELECT d.id, d.name, y.year,
  coalesce((SELECT a.amount FROM districts_allocation a
     WHERE a.district_id = d.id AND a.fiscal_year = y.year AND a.superseded_in_id IS NULL
     ORDER BY a.stage LIMIT 1), 0) AS allocation,
  coalesce((SELECT sum(f.amount) FROM districts_fundingadjustment f
     WHERE f.district_id = d.id AND f.fiscal_year = y.year AND f.kind = 'carry_forward'
       AND f.superseded_at IS NULL), 0) AS carried_in,
  coalesce((SELECT sum(f.amount) FROM districts_fundingadjustment f
     WHERE f.district_id = d.id AND f.origin_year = y.year AND f.kind = 'carry_forward'
       AND f.superseded_at IS NULL), 0) AS carried_out,
  coalesce((SELECT sum(f.amount) FROM districts_fundingadjustment f
     WHERE f.district_id = d.id AND f.origin_year = y.year AND f.kind IN ('repayment', 'reduction')
       AND f.superseded_at IS NULL), 0) AS remedied,
  coalesce((SELECT sum(o.expended) FROM plans_lineoutcome o JOIN plans_plan p ON p.id = o.plan_id
     WHERE p.district_id = d.id AND p.cycle_id = y.year), 0) AS expended,
  coalesce((SELECT sum(l.out_of_compliance) FROM reviews_determinedline l
     JOIN reviews_spendingdetermination s ON s.id = l.determination_id
     JOIN plans_plan p ON p.id = s.plan_id
     WHERE p.district_id = d.id AND p.cycle_id = y.year AND NOT EXISTS
       (SELECT FROM reviews_spendingdetermination t WHERE t.supersedes_id = s.id)), 0)
    AS out_of_compliance
FROM districts_district d CROSS JOIN generate_series(%s, %s) AS y(year)
WHERE d.id = ANY(%s) ORDER BY d.name, y.year
"""


@dataclass(frozen=True)
class Line:
    """One district and fiscal year, whole US dollars."""

    district: str
    fiscal_year: int
    allocation: int
    carried_in: int
    reductions: int
    authorized: int
    expended: int
    carried_out: int
    out_of_compliance: int
    remedied: int
    carried_out_before: int | None  # of the year before; none in the first

    def faults(self) -> Iterator[str]:
        """What does not foot, in words."""
        if self.authorized != self.allocation + self.carried_in - self.reductions:
            yield f"authorized {self.authorized:,} is not allocation + carried in − reductions"
        if self.authorized != self.expended + self.carried_out:
            off = self.authorized - self.expended - self.carried_out
            yield f"expended + carried out is {off:,} off what was authorized"
        if self.carried_out_before is not None and self.carried_in != self.carried_out_before:
            before = f"{self.carried_out_before:,}"
            yield f"the year before carried out {before}, which is not carried in"
        if self.remedied > self.out_of_compliance:
            yield f"remedied {self.remedied:,} of {self.out_of_compliance:,} out of compliance"
        if self.authorized < 0 or self.carried_out < 0:
            yield "a figure is below $0"


def ledger(district_ids: Iterable[int], *, first: int, last: int) -> list[Line]:
    """A line for each district and fiscal year, by name, then year."""
    ids = list(district_ids)
    known = money_over_years(ids, last=last)
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [first, last, ids])
        columns = [column.name for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    lines: list[Line] = []
    for row in rows:
        money = known[row["id"]].get(row["year"])
        before = lines[-1] if lines and row["year"] > first else None
        lines.append(
            Line(
                district=row["name"],
                fiscal_year=row["year"],
                allocation=row["allocation"],
                carried_in=int(row["carried_in"]),
                reductions=money.reductions if money else 0,
                authorized=money.authorized if money else 0,
                expended=int(row["expended"]),
                carried_out=int(row["carried_out"]),
                out_of_compliance=int(row["out_of_compliance"]),
                remedied=int(row["remedied"]),
                carried_out_before=before.carried_out if before else None,
            )
        )
    return lines


LETTERS_WRITTEN_TWICE = """
SELECT n.kind, n.address, count(*)
FROM plans_planletter l JOIN notices_notice n ON n.id = l.notice_id
GROUP BY n.kind, n.address, l.event_id, l.version_id HAVING count(*) > 1
"""
DECISIONS_WITHOUT_A_LETTER = """
SELECT d.name, p.cycle_id, e.step FROM plans_planevent e
  JOIN plans_plan p ON p.id = e.plan_id JOIN districts_district d ON d.id = p.district_id
WHERE e.step IN ('return', 'approve', 'withhold', 'release')
  AND NOT EXISTS (SELECT FROM plans_planletter l WHERE l.event_id = e.id)
"""
LATE_WITHOUT_A_REMINDER = """
SELECT d.name, p.cycle_id FROM plans_plan p JOIN districts_district d ON d.id = p.district_id
  JOIN plans_cycle c ON c.fiscal_year = p.cycle_id
WHERE p.submitted_at > c.plan_due_on + 1 AND c.reminders_from IS NOT NULL
  AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.kind = 'reminder'
    AND n.about = 'plan/' || d.edsight_code || '/' || p.cycle_id)
"""


def faults_of_letters() -> list[str]:
    """Letters that were written twice for one act, and acts that nobody was told of."""
    with connection.cursor() as cursor:
        cursor.execute(LETTERS_WRITTEN_TWICE)
        twice = [f"{kind} to {to} was written {times} times" for kind, to, times in cursor]
        cursor.execute(DECISIONS_WITHOUT_A_LETTER)
        untold = [f"{name} FY{year}: nobody was told of “{step}”" for name, year, step in cursor]
        cursor.execute(LATE_WITHOUT_A_REMINDER)
        unreminded = [f"{name} FY{year} was late and never reminded" for name, year in cursor]
    return [*twice, *untold, *unreminded, *_late_reports_without_a_reminder()]


def _late_reports_without_a_reminder() -> Iterator[str]:
    for kind in KINDS.values():
        for report in kind.reports.exclude(certified_at=None).select_related("plan__cycle"):
            due_on = kind.due_on(report.plan, report.period)
            about = kind.about_it(report.plan, report.period)
            is_late = eastern_day(report.certified_at) > due_on and report.supersedes_id is None
            if is_late and not Notice.objects.filter(kind=REMINDER, about=about).exists():
                yield f"{report} was late and never reminded"
