"""R31 and R32: the gate between two years, what it waives, and what becomes a condition."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.calendar import EASTERN
from districts.models import Designation
from districts.roles import Role
from districts.tests.factories import person, restated
from plans.models import ApprovalCondition, Cycle, Plan
from plans.services import Blocked
from plans.workflow import Status, StepNotAllowed
from progress.models import ProgressReport
from progress.tests.factories import (
    ExpenditureReportFactory,
    ProgressReportFactory,
    as_lineage,
    strategy_outcome,
    target_outcome,
)
from progress.workflow import FILED, ReportStatus
from reviews.models import Determination, Waiver
from reviews.reports.packet import read_packet
from reviews.rules import gate, to_come, unmet
from reviews.services import approve, waive
from reviews.tests.years import amendment_2028, approved_2027

pytestmark = pytest.mark.django_db

MID, END = ProgressReport.Period
BEFORE_MID = date(2027, 2, 1)
SUMMER = date(2027, 7, 20)
AFTER_ALL = date(2027, 9, 9)
FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Six of seven strategies ran.",
    "performance": "progress",
    "performance_reasons": "Target 1.2 was missed: two classes had no reading block.",
}


@pytest.fixture
def last(db):
    return approved_2027()


@pytest.fixture
def plan(last):
    return amendment_2028(last)


def packet_of(plan):
    return read_packet(Plan.objects.filter(pk=plan.pk))


def unmet_on(plan, day):
    return unmet(packet_of(plan), on=day)


def asked_of_last_year(plan, day):
    return [one for one in gate(packet_of(plan), on=day) if one.rule[:3] in {"R31", "R32"}]


def noon_of(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=EASTERN)


def approve_on(plan, by, day, **said):
    act = {"key": uuid4(), "version": 1, **FINDINGS, **said}
    return approve(plan_id=plan.pk, by=by, at=noon_of(day), **act)


NO_MID = "The FY2027 mid-year progress report was due February 28, 2027 and is not certified."
NO_END = "The FY2027 end-of-year progress report was due August 15, 2027 and is not certified."
NO_SPENDING = "The FY2027 annual expenditure report was due August 31, 2027 and is not certified."


@pytest.mark.parametrize(
    ("day", "filed", "missing"),
    [
        (BEFORE_MID, [], []),
        (date(2027, 2, 28), [], []),  # the day itself is still in time
        (date(2027, 3, 1), [], [NO_MID]),
        (SUMMER, [], [NO_MID]),
        (SUMMER, [MID], []),
        (SUMMER, [END], []),
        (date(2027, 8, 15), [MID], []),
        (date(2027, 8, 16), [MID], [NO_END]),
        (date(2027, 8, 31), [END], []),
        (date(2027, 9, 1), [END], [NO_SPENDING]),
        (AFTER_ALL, [MID], [NO_END, NO_SPENDING]),
        (AFTER_ALL, [END, "annual"], []),
    ],
)
def test_gate_asks_for_the_reports_that_are_due(plan, last, day, filed, missing):
    for period in filed:
        if period == "annual":
            ExpenditureReportFactory(plan=last)
        else:
            ProgressReportFactory(plan=last, period=period)

    assert unmet_on(plan, day) == missing


@pytest.mark.parametrize("status", ReportStatus.values)
def test_only_a_report_that_is_certified_or_accepted_counts(plan, last, status):
    ProgressReportFactory(plan=last, status=status)
    ExpenditureReportFactory(plan=last, status=status)

    assert (unmet_on(plan, AFTER_ALL) == []) == (status in FILED)


@pytest.mark.parametrize("period", ["q1", "q2", "q3"])
def test_a_quarterly_report_is_not_the_annual_one(plan, last, period):
    ProgressReportFactory(plan=last)
    ExpenditureReportFactory(plan=last, period=period)

    assert unmet_on(plan, AFTER_ALL) == [NO_SPENDING]


def test_reports_of_another_district_or_year_open_no_gate(plan, last):
    for other in (approved_2027(), plan):
        ProgressReportFactory(plan=other)
        ExpenditureReportFactory(plan=other)

    assert unmet_on(plan, AFTER_ALL) == [NO_END, NO_SPENDING]


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.APPROVED}))
def test_last_years_plan_is_approved_or_the_gate_is_closed(plan, last, status):
    Plan.objects.filter(pk=last.pk).update(status=status)

    (sentence,) = unmet_on(plan, BEFORE_MID)
    assert sentence.startswith("The FY2027 plan is not approved: its status is ")


def test_a_year_left_out_closes_the_gate(plan, last):
    earlier = Cycle.objects.get(pk=2027)
    earlier.pk = 2026
    earlier.save(force_insert=True)
    Plan.objects.filter(pk=last.pk).update(cycle=2026)

    assert unmet_on(plan, BEFORE_MID) == [
        "No FY2027 plan was started, and the district has a plan of an earlier year."
    ]


def test_the_first_year_of_a_designation_looks_back_on_nothing(plan, last):
    restated(
        Designation.objects.get(district=plan.district),
        first_fiscal_year=2028,
        last_fiscal_year=2032,
    )

    (only,) = asked_of_last_year(plan, AFTER_ALL)
    assert (only.rule, only.is_met) == ("R32", True)
    assert only.sentence.startswith(f"{plan.district.name} was not designated for FY2027")
    assert to_come(packet_of(plan), AFTER_ALL) == []


def test_reports_say_who_certified_them_and_when(plan, last):
    end = ProgressReportFactory(plan=last, status=ReportStatus.ACCEPTED)
    annual = ExpenditureReportFactory(plan=last)

    assert [one.sentence for one in asked_of_last_year(plan, AFTER_ALL)] == [
        "The FY2027 plan is approved.",
        f"The FY2027 end-of-year progress report was certified by {end.certified_by} on"
        " August 13, 2027, and accepted.",
        f"The FY2027 annual expenditure report was certified by {annual.certified_by} on"
        " August 13, 2027.",
    ]


def test_the_gate_is_kept_under_the_lock(plan, last, commissioner):
    with pytest.raises(Blocked) as refusal:
        approve_on(plan, commissioner, AFTER_ALL)

    assert refusal.value.reasons == [NO_END, NO_SPENDING]
    assert not Determination.objects.exists()


def test_what_is_not_due_becomes_a_condition_with_its_day(plan, last, commissioner):
    ProgressReportFactory(plan=last, period=MID)
    target_outcome(last, "target-22", None, available_on=date(2027, 11, 30))
    target_outcome(last, "target-23", None, available_on=date(2027, 7, 1))  # it has passed

    determination = approve_on(plan, commissioner, SUMMER)

    assert list(
        plan.approval_conditions.order_by("number").values_list("due_on", "text", "watches")
    ) == [
        (
            date(2027, 8, 15),
            "The FY2027 end-of-year progress report, certified.",
            "progress/end_of_year",
        ),
        (
            date(2027, 8, 31),
            "The FY2027 annual expenditure report, certified.",
            "expenditure/annual",
        ),
        (
            date(2027, 11, 30),
            "The actual figure of target 1.2 of FY2027: Grade 3 reading, High needs.",
            f"target/{as_lineage('target-22')}",
        ),
    ]
    assert "1. The FY2027 end-of-year progress report, certified. Due: August 15, 2027." in (
        determination.letter
    )


def test_before_any_is_due_both_progress_reports_are_conditions(plan, commissioner):
    approve_on(plan, commissioner, BEFORE_MID)

    watches = plan.approval_conditions.order_by("number").values_list("watches", flat=True)
    assert list(watches) == ["progress/mid_year", "progress/end_of_year", "expenditure/annual"]


def test_what_is_in_is_no_condition(plan, last, commissioner):
    ProgressReportFactory(plan=last)
    ExpenditureReportFactory(plan=last)

    approve_on(plan, commissioner, SUMMER)

    assert not ApprovalCondition.objects.exists()


def test_missed_targets_stop_nothing(plan, last, commissioner):
    ProgressReportFactory(plan=last)
    ExpenditureReportFactory(plan=last)
    for name in ("target-21", "target-22", "target-23"):
        target_outcome(last, name, "99" if name == "target-23" else "0")

    assert approve_on(plan, commissioner, AFTER_ALL).evidence["met"] == [0, 3]


def test_decision_and_letter_cite_the_evidence(plan, last, commissioner):
    progress = ProgressReportFactory(plan=last)
    spending = ExpenditureReportFactory(plan=last)
    strategy_outcome(
        last, "strategy-31", "on_track", milestones_due=3, milestones_kept=2, milestones_late=1
    )
    strategy_outcome(last, "strategy-32", "off_track")
    target_outcome(last, "target-21", "52", source="Smarter Balanced 2026-27")
    target_outcome(last, "target-22", None, available_on=date(2027, 11, 30))
    target_outcome(last, "target-23", "20.10", source="June count")

    determination = approve_on(plan, commissioner, AFTER_ALL)

    evidence = determination.evidence
    assert evidence["implemented"] == [1, 2]
    assert evidence["milestones"] == [2, 3]
    assert evidence["met"] == [1, 2]
    assert evidence["progress"]["id"] == progress.pk
    assert evidence["spending"]["id"] == spending.pk
    assert [one["came"] for one in evidence["targets"]] == ["met", "not_yet", "fell_back"]
    assert (
        "The findings rest on what the district handed in on FY2027: the end-of-year progress"
        f" report, certified by {progress.certified_by} on August 13, 2027 and the annual"
        f" expenditure report, certified by {spending.certified_by} on August 13, 2027.\n\n"
        "Strategies on track or complete: 1 of 2, 50%. Milestones kept by their date: 2 of 3,"
        " 67%; done late: 1. Targets met, of those with an actual figure: 1 of 2, 50%;"
        " without a figure: 1.\n\n"
        "Target 1.1: 52, with " in determination.letter
    )
    assert "Target 1.2: not yet available, expected November 30, 2027.\n" in determination.letter
    assert (
        "Target 2.1: 20.1, with 16 to reach: fell back, −0.21 of the distance."
        " Source: June count.\n" in determination.letter
    )


def test_the_commissioner_waives_it_with_grounds_on_the_record(plan, last, commissioner):
    waiver = waive(
        plan_id=plan.pk,
        version=1,
        grounds="The town's books burned.",
        of=Waiver.Of.LAST_YEAR,
        by=commissioner,
        at=noon_of(AFTER_ALL),
    )

    assert unmet_on(plan, AFTER_ALL) == []
    waived = [one for one in asked_of_last_year(plan, AFTER_ALL) if one.is_warning]
    assert [one.sentence for one in waived] == [
        f"{sentence} {commissioner.name} waived this on September 9, 2027: The town's books burned."
        for sentence in (NO_END, NO_SPENDING)
    ]
    determination = approve_on(plan, commissioner, AFTER_ALL)
    assert determination.waiver_of_last_year == waiver
    assert determination.waiver is None
    assert "The town's books burned." in determination.letter


def test_a_waiver_of_people_opens_nothing_of_last_year(plan, commissioner):
    waive(plan_id=plan.pk, version=1, grounds="Two of us.", by=commissioner, at=noon_of(AFTER_ALL))

    assert unmet_on(plan, AFTER_ALL) == [NO_END, NO_SPENDING]


def test_each_of_the_two_waivers_is_given_once(plan, commissioner):
    act = {"plan_id": plan.pk, "version": 1, "by": commissioner, "at": noon_of(AFTER_ALL)}
    for of in Waiver.Of:
        first = waive(grounds="Grounds.", of=of, **act)
        assert waive(grounds="Grounds.", of=of, **act) == first
        with pytest.raises(StepNotAllowed):
            waive(grounds="Others.", of=of, **act)

    assert Waiver.objects.count() == 2


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    day=st.dates(date(2027, 1, 1), date(2028, 6, 30)),
    progress=st.dictionaries(st.sampled_from([MID, END]), st.sampled_from(ReportStatus.values)),
    spending=st.none() | st.sampled_from(ReportStatus.values),
    status=st.sampled_from(Status.values),
)
def test_never_approved_through_a_closed_gate(plan, last, day, progress, spending, status):
    """Worked out here once more, in the words of R31."""
    from django.db import transaction  # noqa: PLC0415

    commissioner = person(Role.COMMISSIONER)
    with transaction.atomic():
        Plan.objects.filter(pk=last.pk).update(status=status)
        for period, stands in progress.items():
            ProgressReportFactory(plan=last, period=period, status=stands)
        if spending:
            ExpenditureReportFactory(plan=last, status=spending)
        filed = {period for period, stands in progress.items() if stands in FILED}
        is_open = (
            status == Status.APPROVED
            and (END in filed or day <= date(2027, 8, 15))
            and (filed or day <= date(2027, 2, 28))
            and (spending in FILED or day <= date(2027, 8, 31))
        )
        try:
            with transaction.atomic():
                approve_on(plan, commissioner, day)
            was_approved = True
        except Blocked:
            was_approved = False
        transaction.set_rollback(True)

    assert was_approved == bool(is_open)
