"""Approved plans and reports on them, for tests."""

from datetime import date, datetime
from uuid import uuid4

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import UserFactory, person
from plans.documents import draft_document
from plans.models import Plan, PlanEvent
from plans.services import signing
from plans.tests.factories import APPROVED, SUBMITTED, PlanFactory, closed_version, write_rows
from plans.workflow import Status, Step
from progress import services
from progress.models import ProgressReport
from progress.services.progress import KIND
from progress.workflow import ReportStatus, ReportStep

PERIOD = ProgressReport.Period
MARCH = datetime(2027, 3, 1, 10, 0, tzinfo=EASTERN)
AUGUST = datetime(2027, 8, 10, 10, 0, tzinfo=EASTERN)


def approved_plan(plan: Plan | None = None, **values) -> Plan:
    """A complete plan for FY2027, signed by both and approved; the rows and the version agree."""
    plan = plan or PlanFactory(**values)
    write_rows(plan)
    return approve(plan)


def approve(plan: Plan) -> Plan:
    version = closed_version(plan, draft_document(plan.pk), signed=True)
    by = plan.submitted_by or UserFactory()
    plan.status, plan.submitted_at, plan.submitted_by = Status.APPROVED, SUBMITTED, by
    plan.save()
    PlanEvent.objects.create(
        plan=plan,
        step=Step.APPROVE,
        source=Status.RECOMMENDED,
        target=Status.APPROVED,
        version=version,
        taken_at=APPROVED,
        taken_by=by,
    )
    return plan


def a_report(plan: Plan, period: str = PERIOD.MID_YEAR, *, by=None, at=MARCH) -> ProgressReport:
    by = by or person(Role.PLAN_COORDINATOR, plan.district)
    return services.start(kind=KIND, plan_id=plan.pk, period=period, by=by, at=at)


def fill_in(report: ProgressReport, *, by, at=MARCH) -> None:
    """Nothing is missing in it then."""
    saved = {"saved_by": by, "saved_at": at}
    report.strategyprogress_set.update(status="on_track", sentence="It runs.", **saved)
    report.milestoneprogress_set.update(done_on=date(2026, 9, 1), **saved)
    report.targetresult_set.update(actual="50.25", measured_in="2026-27", source="EdSight", **saved)


def closed_report(plan: Plan, period: str = PERIOD.MID_YEAR, *, by=None, at=MARCH):
    """A report that waits for its certification, whatever the day is."""
    by = by or person(Role.PLAN_COORDINATOR, plan.district)
    report = a_report(plan, period, by=by, at=at)
    fill_in(report, by=by, at=at)
    signing.close(report, KIND.schemas.close(KIND.document_of(report)), by=by, at=at)
    report.prepared_by = by
    report.save()
    return report


def certified_report(plan: Plan, period: str = PERIOD.MID_YEAR, *, by=None, at=MARCH, signer=None):
    """The same, certified: past the rules of days, so that a test may take any."""
    report = closed_report(plan, period, by=by, at=at)
    signer = signer or person(Role.SUPERINTENDENT, plan.district)
    version = signing.current_version(report)
    signing.add_signature(
        version,
        capacities=[services.filing.CERTIFIER],
        intent=lambda capacity: "I certify it.",
        by=signer,
        at=at,
    )
    report.status = ReportStatus.CERTIFIED
    report.certified_at, report.certified_by = at, signer
    report.save()
    report.events.create(
        step=ReportStep.CERTIFY,
        source=ReportStatus.DRAFT,
        target=ReportStatus.CERTIFIED,
        version=version,
        key=uuid4(),
        taken_by=signer,
        taken_at=at,
    )
    KIND.on_certified(report, version)
    return report
