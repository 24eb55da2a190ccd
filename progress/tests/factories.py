"""Certified reports for tests, each with what its plan keeps of it."""

from datetime import date, datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

import factory
from factory.django import DjangoModelFactory

from districts.calendar import EASTERN
from districts.tests.factories import UserFactory
from plans.models import LineOutcome, Plan, StrategyOutcome, TargetOutcome
from plans.tests.factories import ExtensionEntryFactory
from progress.models import ExpenditureReport, ProgressReport, ReportExtension
from progress.workflow import ReportStatus

STARTED = datetime(2027, 7, 6, 9, 0, tzinfo=EASTERN)
CERTIFIED = datetime(2027, 8, 13, 10, 0, tzinfo=EASTERN)


class _ReportFactory(DjangoModelFactory):
    """Certified, on the version of its plan that was handed in, by another than its preparer."""

    class Meta:
        abstract = True

    status = ReportStatus.CERTIFIED
    measured_against = factory.LazyAttribute(lambda report: report.plan.versions.latest("number"))
    started_at = STARTED
    started_by = factory.SubFactory(UserFactory)
    prepared_by = factory.SelfAttribute("started_by")
    certified_at = CERTIFIED
    certified_by = factory.SubFactory(UserFactory)


class ProgressReportFactory(_ReportFactory):
    class Meta:
        model = ProgressReport

    period = ProgressReport.Period.END_OF_YEAR


class ExpenditureReportFactory(_ReportFactory):
    """The annual one; `accepted=True`: the Department accepted it."""

    class Meta:
        model = ExpenditureReport

    class Params:
        accepted = factory.Trait(status=ReportStatus.ACCEPTED)

    period = ExpenditureReport.Period.ANNUAL
    as_of = factory.LazyAttribute(lambda report: datetime(report.plan.cycle_id, 6, 30).date())  # noqa: DTZ001


class ReportExtensionFactory(ExtensionEntryFactory):
    """More time asked for, for a report, which has no answer."""

    class Meta:
        model = ReportExtension

    report = "progress/mid_year"
    until = date(2027, 9, 1)


def as_lineage(name: str) -> UUID:
    """Of a row of the documents of tests, whose lineages are words."""
    try:
        return UUID(name)
    except ValueError:
        return uuid5(NAMESPACE_URL, name)


def strategy_outcome(plan: Plan, name: str, status: str, **values) -> StrategyOutcome:
    return _outcome(StrategyOutcome, plan, name, status=status, **values)


def target_outcome(plan: Plan, name: str, actual: str | None, **values) -> TargetOutcome:
    figure = None if actual is None else Decimal(actual)
    return _outcome(TargetOutcome, plan, name, actual=figure, **values)


def line_outcome(plan: Plan, name: str, expended: int, **values) -> LineOutcome:
    as_of = datetime(plan.cycle_id, 6, 30, tzinfo=EASTERN).date()
    told = {"obligated": 0, "basis": LineOutcome.Basis.REPORTED, "as_of": as_of}
    return _outcome(LineOutcome, plan, name, expended=expended, **told, **values)


def _outcome(model, plan, name, **values):
    told = {"report": "progress/1", "certified_at": CERTIFIED}
    return model.objects.create(plan=plan, lineage=as_lineage(name), **told | values)
