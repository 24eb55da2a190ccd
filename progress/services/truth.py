"""Whether a letter about a report is still for its reader, and still true, as it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from districts.models import standing_once_back
from districts.roles import Role
from notices.models import REMINDER, Notice
from plans.models import Plan
from plans.permissions import parts_with
from plans.services.extensions import tells_no_more
from plans.workflow import Part
from progress.models import ReportExtension
from progress.permissions import CERTIFIES, JUDGES
from progress.reminders.owed import GO_TO
from progress.services.all_kinds import KINDS
from progress.services.extensions import report_time
from progress.services.filing import current_version
from progress.services.kinds import Kind
from progress.services.letters import OF_THE_DISTRICT
from progress.workflow import EDITABLE, ReportStatus

EVERY = frozenset(ReportStatus)


@dataclass(frozen=True)
class Terms:
    """Whom a kind of letter is for, and in which statuses of the report it is true."""

    roles: frozenset[Role] = frozenset()  # in the district
    parts: frozenset[Part] = frozenset()  # of the Department
    statuses: frozenset[ReportStatus] = EVERY


DISTRICT = frozenset(OF_THE_DISTRICT)
TERMS = {
    REMINDER: Terms(frozenset(GO_TO), statuses=EDITABLE),
    "report_to_certify": Terms(CERTIFIES, statuses=EDITABLE),
    "report_receipt": Terms(DISTRICT),
    "report_certified": Terms(parts=JUDGES, statuses=frozenset({ReportStatus.CERTIFIED})),
    "report_accepted": Terms(DISTRICT),
    "report_returned": Terms(DISTRICT, statuses=frozenset({ReportStatus.RETURNED})),
    "report_superseded": Terms(DISTRICT, JUDGES),
    "report_time_asked": Terms(parts=JUDGES, statuses=EDITABLE),
    "report_time_granted": Terms(DISTRICT, statuses=EDITABLE),
    "report_time_refused": Terms(DISTRICT, statuses=EDITABLE),
}


def why_not(notice: Notice, *, at: datetime) -> str:
    """Why the letter is to stay here after all; empty if it may leave."""
    known, terms = ABOUT.get(notice.about_noun), TERMS.get(notice.kind)
    plan = Plan.objects.filter(
        district__edsight_code=notice.district_code, cycle=notice.fiscal_year
    ).first()
    if known is None or terms is None or plan is None:
        return ""
    kind, period = known
    if not _is_for(notice, terms, plan, at=at):
        return f"{notice.to.name} no longer has the role that this letter was for."
    if notice.names_due_on and notice.names_due_on != kind.due_on(plan, period):
        return "The due date has moved since."
    if did := TELLS_OF_TIME.get(notice.kind):
        what = report_time(kind.key, period)
        if why := what.why_over(plan) or tells_no_more(what, plan, did):
            return why
    reports = kind.reports.filter(plan=plan, period=period)
    report = reports.exclude(status=ReportStatus.SUPERSEDED).first()
    if report is None:
        return ""  # not started: it is owed
    if report.status not in terms.statuses:
        return f"The report is {ReportStatus(report.status).label.lower()} now."
    check = CHECKS.get(notice.kind)
    return check(report) if check else ""


def _is_for(notice: Notice, terms: Terms, plan: Plan, *, at: datetime) -> bool:
    standing = standing_once_back(notice.to, at=at)
    if terms.roles & standing.in_district(plan.district_id):
        return True
    return bool(terms.parts & parts_with(standing, notice.to, plan))


def _to_certify(report: Any) -> str:
    version = current_version(report)
    if version is None or version.signatures.exists():
        return "The report was edited after it was closed, so that version is not certified."
    return ""


def _owed(report: Any) -> str:
    if report.supersedes_id:
        return "The report was filed, and is being corrected."
    return ""


TELLS_OF_TIME = {
    "report_time_asked": ReportExtension.Did.ASKED,
    "report_time_granted": ReportExtension.Did.GRANTED,
    "report_time_refused": ReportExtension.Did.REFUSED,
}
CHECKS: dict[str, Callable[[Any], str]] = {"report_to_certify": _to_certify, REMINDER: _owed}
ABOUT: dict[str, tuple[Kind, str]] = {
    noun: (kind, period) for kind in KINDS.values() for period, noun in kind.about.items()
}
