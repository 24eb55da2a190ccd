"""What reports districts have not filed on their approved plans, and whom to tell."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet

from districts.calendar import eastern_day
from districts.models import User
from notices.models import About
from plans.models import Plan, PlanEvent
from plans.reminders.owed import GO_TO, held_until, people_told
from plans.workflow import HELD_TO
from progress.models import ReportExtension
from progress.models.reports import AbstractReport
from progress.reminders.what import REPORTS, Report
from progress.workflow import FILED, ReportStatus

__all__ = ["GO_TO", "Owed", "owed_on", "pages_of_plans", "plans_again"]

PLANS = 200  # on a page: what a sweep posts at once, and holds meanwhile


@dataclass(frozen=True)
class Owed:
    """A report that is not filed: on which plan, since when, and whom to tell."""

    plan: Plan
    report: Report
    due_on: date
    since: date  # it is owed by that day: the plan was approved, or more time was granted
    is_started: bool
    people: list[User]

    @property
    def about(self) -> About:
        return About(
            self.report.about,
            district_code=self.plan.district.edsight_code,
            fiscal_year=self.plan.cycle_id,
        )

    def __str__(self) -> str:
        return f"{self.plan.district.name}, FY{self.plan.cycle_id} {self.report.name}"


def pages_of_plans(at: datetime) -> Iterator[list[Any]]:
    """The approved plans of the cycles that remind at `at`, a page at a time."""
    page = list(_approved(at)[:PLANS])
    yield page
    while len(page) == PLANS:
        page = list(_approved(at, pk__gt=page[-1].pk)[:PLANS])
        yield page


def plans_again(at: datetime, plans: Collection[int]) -> list[Any]:
    """The same plans, as they are by now."""
    return list(_approved(at, pk__in=plans))


def _approved(at: datetime, **only: object) -> QuerySet[Any]:
    approvals = Q(events__in=PlanEvent.objects.approvals(), events__taken_at__lte=at)
    return (
        Plan.objects.filter(
            status__in=sorted(HELD_TO),
            cycle__reminders_from__lte=at,
            district__retired_at=None,
            **only,
        )
        .annotate(approved_at=Max("events__taken_at", filter=approvals))
        .filter(approved_at__isnull=False)
        .select_related("district", "cycle")
        .prefetch_related("cycle__reminder_rules", "cycle__changes")
        .order_by("pk")
    )


def owed_on(plans: list[Any], at: datetime) -> list[Owed]:
    """Every report that these plans owe at `at`; none of a cycle whose letters are held.

    A query for each kind of report and one for the people, however many plans there are; one more
    where a plan has longer for a report. A report that was certified and is being corrected, or was
    replaced, was filed: nothing is owed on it.
    """
    free = [plan for plan in plans if not _is_held(plan, at)]
    if not free:
        return []
    people = people_told([plan.district_id for plan in free])
    known = _known(free)
    granted = _granted_on(free)
    owed = []
    for plan in free:
        for report in REPORTS:
            statuses = known.get((report.model, plan.pk, report.period), set())
            if not FILED.isdisjoint(statuses) or ReportStatus.SUPERSEDED in statuses:
                continue
            owed.append(
                Owed(
                    plan=plan,
                    report=report,
                    due_on=report.due_on(plan),
                    since=_since(plan, granted.get((plan.pk, report.key))),
                    is_started=bool(statuses),
                    people=people.get(plan.district_id, []),
                )
            )
    return owed


def _granted_on(plans: list[Any]) -> dict[tuple[int, str], date]:
    """By plan and report, the day on which it was given the time that it has. One query at most."""
    longer = [plan.pk for plan in plans if plan.report_days]
    if not longer:
        return {}
    granted = ReportExtension.objects.filter(plan__in=longer, did=ReportExtension.Did.GRANTED)
    rows = granted.order_by("number").values_list("plan", "report", "written_at")
    return {(plan, report): eastern_day(at) for plan, report, at in rows}  # the last of each stays


def _since(plan: Any, granted: date | None) -> date:
    """Before the plan was approved nothing was owed; before more time was granted, not by that."""
    approved = eastern_day(plan.approved_at)
    return max(approved, granted or approved)


def _is_held(plan: Plan, at: datetime) -> bool:
    holds = held_until(plan.cycle)
    return holds is not None and holds > at


def _known(plans: list[Any]) -> dict[tuple[type[AbstractReport], int, str], set[str]]:
    """The statuses of what was written, by kind, plan and period."""
    known: dict[tuple[type[AbstractReport], int, str], set[str]] = {}
    for model in dict.fromkeys(report.model for report in REPORTS):
        reports: Any = model._default_manager
        rows = reports.filter(plan__in=plans)
        for plan, period, status in rows.values_list("plan", "period", "status"):
            known.setdefault((model, plan, period), set()).add(status)
    return known
