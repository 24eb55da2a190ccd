"""More time for a report: what of `plans.services.extensions` is another's for a report."""

from datetime import date, datetime
from functools import partial

from django.http import Http404

from districts.calendar import last_day
from districts.models import User
from notices.pages import Page
from plans.models import Plan
from plans.services.extensions import TimeFor
from plans.services.letters import managers, people_of, reviewers_of
from plans.workflow import said_to_district
from progress.calendar import report_key
from progress.models import ReportExtension
from progress.permissions import may_certify, may_prepare
from progress.reports.approved import approved_version
from progress.services.all_kinds import KINDS
from progress.services.kinds import Kind
from progress.services.letters import OF_THE_DISTRICT, post_about
from progress.workflow import FILED, ReportStatus

PAGES = {"progress": "report_time", "expenditure": "spending_time"}


def report_time(kind_key: str, period: str) -> TimeFor:
    """
    Raises:
        Http404: there is no such report.
    """
    kind = KINDS.get(kind_key)
    if kind is None or period not in kind.periods.values:
        raise Http404
    return TimeFor(
        noun=kind.name_within_year(period),
        asks="Have the report certified until",
        entries=ReportExtension,
        names={"report": report_key(kind_key, period)},
        due_on=lambda plan: kind.due_on(plan, period),
        last_day=lambda plan: last_day(plan.cycle_id + 1),
        may_ask=may_ask,
        why_over=partial(_why_over, kind, period),
        refuse_unless_owed=_owed_whatever_the_roster_says,
        keep=partial(_keep, kind, period),
        post_asked=partial(_post_asked, kind, period),
        post_decided=partial(_post_decided, kind, period),
    )


def may_ask(user: User, plan: Plan, *, at: datetime | None = None) -> bool:
    """Whoever writes reports, and the superintendent, who certifies them."""
    return may_prepare(user, plan, at=at) or may_certify(user, plan, at=at)


def _why_over(kind: Kind, period: str, plan: Plan) -> str:
    if approved_version(plan) is None:
        return f"The plan is {said_to_district(plan.status)} now and owes no report"
    reports = kind.reports.filter(plan=plan, period=period)
    statuses = {ReportStatus(each) for each in reports.values_list("status", flat=True)}
    if statuses & (FILED | {ReportStatus.SUPERSEDED}):
        return "The report is certified"
    return ""


def _owed_whatever_the_roster_says(plan: Plan) -> None:
    """A district whose designation ended still reports on the plan that was approved."""


def _keep(kind: Kind, period: str, plan: Plan, until: date) -> None:
    plan.report_days = plan.report_days | {report_key(kind.key, period): until.isoformat()}
    plan.save(update_fields=["report_days"])


def _post_asked(kind: Kind, period: str, plan: Plan, asked: ReportExtension) -> None:
    """To the reviewers of the plan; where it has none, to the program managers."""
    post_about(
        kind,
        plan,
        period,
        "report_time_asked",
        occasion=_occasion(asked),
        page=Page("review_report_time", (*_of_plan(plan), kind.key, period)),
        to=reviewers_of(plan) or managers(plan),
        why=f"The district asks for more time for a {kind.noun}",
        at=asked.written_at,
        asked=asked,
        due_on=kind.due_on(plan, period),
    )


def _post_decided(
    kind: Kind, period: str, plan: Plan, *, asked: ReportExtension, decided: ReportExtension
) -> None:
    """To who writes and certifies it. Who decided is not named, as nowhere to the district."""
    is_granted = decided.did == ReportExtension.Did.GRANTED
    post_about(
        kind,
        plan,
        period,
        f"report_time_{decided.did}",
        occasion=_occasion(decided),
        page=Page(PAGES[kind.key], (*_of_plan(plan), period)),
        to=people_of(plan, OF_THE_DISTRICT),
        why=f"The Department {'granted' if is_granted else 'refused'} more time",
        at=decided.written_at,
        names_due_date=True,
        asked=asked,
        decided=decided,
        due_on=kind.due_on(plan, period),
    )


def _occasion(entry: ReportExtension) -> str:
    return f"plan-{entry.plan_id}/{entry.report}/extension-{entry.number}"


def _of_plan(plan: Plan) -> tuple[str, int]:
    return plan.district.slug, plan.cycle_id
