"""The verbs that every kind of report shares, tried on progress reports."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from districts.roles import Role
from districts.tests.factories import DistrictFactory, MembershipFactory, person
from notices.models import Notice
from plans.models import Plan, StrategyOutcome, TargetOutcome
from plans.services.merging import Typed, digest_of
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from progress import services
from progress.models import ProgressReport
from progress.services.progress import KIND, RowEdit, save_rows
from progress.tests.filed import (
    AUGUST,
    MARCH,
    PERIOD,
    a_report,
    approved_plan,
    certified_report,
    closed_report,
    fill_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(db):
    return approved_plan()


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district)


def certify(report, by, *, at=MARCH, key=None):
    sha256 = services.current_version(report).sha256
    return services.certify(
        kind=KIND, report_id=report.pk, sha256=sha256, by=by, at=at, key=key or uuid4()
    )


def save_one(report, by, *, at=MARCH, sentence="Anew."):
    row = report.strategyprogress_set.earliest("pk")
    typed = Typed({"sentence": sentence}, {}, 1, {"sentence": digest_of(row.sentence)})
    return save_rows(report_id=report.pk, edits=[RowEdit("strategy", row.pk, typed)], by=by, at=at)


def test_a_report_is_measured_against_the_version_that_was_approved(plan, coordinator):
    report = a_report(plan, by=coordinator)

    assert report.measured_against == plan.versions.get()
    assert report.strategyprogress_set.count() == plan.strategy_set.count() > 0
    assert report.targetresult_set.count() == plan.performancetarget_set.count() > 0
    assert a_report(plan, by=coordinator) == report  # started once


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED])
def test_a_plan_that_is_not_approved_takes_no_report(status):
    plan = PlanFactory(submitted=status == Status.SUBMITTED)

    with pytest.raises(StepNotAllowed, match="is not approved"):
        a_report(plan)


def test_a_plan_withheld_after_approval_is_reported_on_still(plan, coordinator):
    Plan.objects.filter(pk=plan.pk).update(status=Status.WITHHELD)

    assert a_report(plan, by=coordinator).pk


def test_a_district_that_is_designated_no_longer_reports_on_its_approved_plan():
    plan = approved_plan(district=DistrictFactory())  # of no designation at all

    assert not plan.district.designations.exists()
    assert a_report(plan).pk


def test_closing_lists_everything_that_stops_it(plan, coordinator):
    report = a_report(plan, by=coordinator)

    with pytest.raises(services.NotReady) as refused:
        services.close(kind=KIND, report_id=report.pk, by=coordinator, at=MARCH)

    rows = report.strategyprogress_set.count() + report.targetresult_set.count()
    assert len(refused.value.stops) == rows
    fill_in(report, by=coordinator)
    version = services.close(kind=KIND, report_id=report.pk, by=coordinator, at=MARCH)
    assert services.close(kind=KIND, report_id=report.pk, by=coordinator, at=MARCH) == version


def test_closing_asks_the_superintendent_to_certify(plan, coordinator, superintendent):
    report = a_report(plan, by=coordinator)
    fill_in(report, by=coordinator)

    services.close(kind=KIND, report_id=report.pk, by=coordinator, at=MARCH)

    letter = Notice.objects.get(kind="report_to_certify")
    assert letter.to == superintendent
    assert "was due on Sunday, February 28, 2027" in letter.body


def test_certified_figures_become_the_outcomes_of_the_plan(plan, coordinator, superintendent):
    report = closed_report(plan, by=coordinator)

    certify(report, superintendent)

    report.refresh_from_db()
    assert (report.status, report.certified_by) == ("certified", superintendent)
    assert report.prepared_by == coordinator
    outcomes = TargetOutcome.objects.filter(plan=plan)
    assert outcomes.count() == plan.performancetarget_set.count()
    assert {(str(one.actual), one.report) for one in outcomes} == {
        ("50.25", f"progress/{report.pk}")
    }
    assert StrategyOutcome.objects.filter(plan=plan, status="on_track").exists()
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert {"report_receipt"} <= kinds


@pytest.mark.parametrize("did", ["closed it", "saved a row of it"])
def test_whoever_prepared_a_report_does_not_certify_it(plan, coordinator, superintendent, did):
    MembershipFactory(user=superintendent, role=Role.PLAN_COORDINATOR, district=plan.district)
    if did == "closed it":
        report = closed_report(plan, by=superintendent)
        report.strategyprogress_set.update(saved_by=coordinator)
        report.milestoneprogress_set.update(saved_by=coordinator)
        report.targetresult_set.update(saved_by=coordinator)
    else:
        report = closed_report(plan, by=coordinator)
        report.targetresult_set.update(saved_by=superintendent)

    with pytest.raises(StepNotAllowed, match="You prepared this report"):
        certify(report, superintendent)

    report.refresh_from_db()
    assert report.status == "draft"
    assert not TargetOutcome.objects.exists()


def test_the_preparer_who_is_not_the_superintendent_may_not_certify_at_all(plan, coordinator):
    with pytest.raises(PermissionDenied):
        certify(closed_report(plan, by=coordinator), coordinator)


def test_an_edit_after_closing_is_closed_again_before_it_is_certified(
    plan, coordinator, superintendent
):
    report = closed_report(plan, by=coordinator)
    sha256 = services.current_version(report).sha256
    save_one(report, coordinator)

    with pytest.raises(StepNotAllowed, match="was edited after you opened it"):
        services.certify(
            kind=KIND,
            report_id=report.pk,
            sha256=sha256,
            by=superintendent,
            at=MARCH,
            key=uuid4(),
        )


def test_the_same_page_sent_twice_certifies_once(plan, coordinator, superintendent):
    report, key = closed_report(plan, by=coordinator), uuid4()

    certify(report, superintendent, key=key)
    certify(report, superintendent, key=key)

    assert report.events.count() == 1
    with pytest.raises(StepNotAllowed, match="This report is certified now"):
        certify(report, superintendent)


def test_a_certified_report_is_edited_by_nobody(plan, coordinator):
    report = certified_report(plan, by=coordinator)

    with pytest.raises(StepNotAllowed, match="is certified now"):
        save_one(report, coordinator)


def test_a_report_is_accepted_by_the_department_alone(plan, coordinator):
    report = certified_report(plan, by=coordinator)
    manager = person(Role.PROGRAM_MANAGER)

    for other in (coordinator, person(Role.COMMISSIONER)):
        with pytest.raises(PermissionDenied):
            services.accept(kind=KIND, report_id=report.pk, by=other, at=MARCH, key=uuid4())
    services.accept(kind=KIND, report_id=report.pk, by=manager, at=MARCH, key=uuid4())

    report.refresh_from_db()
    assert report.status == "accepted"
    assert Notice.objects.filter(kind="report_accepted", to=coordinator).exists()


def test_a_returned_report_is_changed_closed_and_certified_anew(plan, coordinator, superintendent):
    report = certified_report(plan, by=coordinator, signer=superintendent)
    manager = person(Role.PROGRAM_MANAGER)
    services.return_report(
        kind=KIND, report_id=report.pk, by=manager, at=MARCH, key=uuid4(), reason="Which grades?"
    )
    letter = Notice.objects.get(kind="report_returned", to=coordinator)
    assert "Which grades?" in letter.body
    assert TargetOutcome.objects.filter(plan=plan).exists()  # it holds until it is certified anew

    with pytest.raises(StepNotAllowed, match="nothing of it was changed since"):
        services.close(kind=KIND, report_id=report.pk, by=coordinator, at=MARCH)
    save_one(report, coordinator)
    services.close(kind=KIND, report_id=report.pk, by=coordinator, at=MARCH)
    report.refresh_from_db()
    certify(report, superintendent)

    report.refresh_from_db()
    assert report.status == "certified"
    assert [event.step for event in report.events.order_by("pk")] == [
        "certify",
        "return",
        "certify",
    ]


def test_a_correction_starts_as_a_copy_and_replaces_the_outcomes_once_certified(
    plan, coordinator, superintendent
):
    old = certified_report(plan, by=coordinator, signer=superintendent)
    key = uuid4()
    correct = {
        "kind": KIND,
        "report_id": old.pk,
        "by": coordinator,
        "at": MARCH,
        "key": key,
        "reason": "The figure was of another year.",
    }

    new = services.supersede(**correct)

    assert services.supersede(**correct) == new
    old.refresh_from_db()
    assert (old.status, new.supersedes, new.reason) == ("superseded", old, correct["reason"])
    assert list(new.targetresult_set.values_list("actual", "source").distinct()) == list(
        old.targetresult_set.values_list("actual", "source").distinct()
    )
    assert set(TargetOutcome.objects.values_list("report", flat=True)) == {f"progress/{old.pk}"}
    new.targetresult_set.update(actual=None, source="", available_on="2027-09-30")
    services.close(kind=KIND, report_id=new.pk, by=coordinator, at=MARCH)
    certify(ProgressReport.objects.get(pk=new.pk), superintendent)
    assert set(TargetOutcome.objects.values_list("report", "actual")) == {
        (f"progress/{new.pk}", None)
    }


def test_a_mid_year_report_does_not_take_back_what_the_end_of_the_year_said(plan, coordinator):
    certified_report(plan, PERIOD.END_OF_YEAR, by=coordinator, at=AUGUST)
    late = certified_report(plan, PERIOD.MID_YEAR, by=coordinator, at=AUGUST + timedelta(days=1))

    assert not TargetOutcome.objects.filter(report=f"progress/{late.pk}").exists()


def test_milestones_done_by_their_date_are_kept_and_later_ones_late(plan, coordinator):
    report = closed_report(plan, PERIOD.END_OF_YEAR, by=coordinator, at=AUGUST)
    document = KIND.document_of(report)
    due = {one.lineage: one.due_on for one in document.milestones}
    late = document.milestones[0]
    report.milestoneprogress_set.filter(lineage=late.lineage).update(
        done_on=late.due_on + timedelta(days=1)
    )
    for lineage, due_on in due.items():
        if lineage != late.lineage:
            report.milestoneprogress_set.filter(lineage=lineage).update(done_on=due_on)
    services.edited(report, by=coordinator, at=AUGUST)
    report.refresh_from_db()
    services.close(kind=KIND, report_id=report.pk, by=coordinator, at=AUGUST)
    report.refresh_from_db()
    certify(report, person(Role.SUPERINTENDENT, plan.district), at=AUGUST)

    outcomes = StrategyOutcome.objects.filter(plan=plan)
    assert sum(one.milestones_due for one in outcomes) == len(due)
    assert sum(one.milestones_kept for one in outcomes) == len(due) - 1
    assert sum(one.milestones_late for one in outcomes) == 1


def test_the_end_of_year_report_knows_what_was_done_by_mid_year(plan, coordinator):
    mid_year = certified_report(plan, by=coordinator)

    report = a_report(plan, PERIOD.END_OF_YEAR, by=coordinator, at=AUGUST)

    assert set(report.milestoneprogress_set.values_list("done_on", flat=True)) == set(
        mid_year.milestoneprogress_set.values_list("done_on", flat=True)
    )
    assert set(report.targetresult_set.values_list("actual", flat=True)) == {None}


@pytest.mark.django_db(transaction=True)
def test_of_two_people_certifying_at_once_the_second_is_told():
    plan = approved_plan()
    report = closed_report(plan)
    people = [person(Role.SUPERINTENDENT, plan.district) for _ in range(2)]
    ready, told = threading.Barrier(2), []

    def attempt(by):
        ready.wait()
        try:
            certify(report, by)
            told.append("certified")
        except StepNotAllowed as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(each,)) for each in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(told) == [
        "This report is certified now, so the step “Certify” cannot be taken.",
        "certified",
    ]
    assert report.events.count() == 1
    assert TargetOutcome.objects.filter(plan=plan).count() == report.targetresult_set.count()
