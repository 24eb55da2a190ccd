"""The pages of progress reports: writing, closing, certifying, judging, correcting."""

from http import HTTPStatus
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from districts.models import PublishedFigure
from districts.roles import Role
from districts.tests.factories import PASSWORD, person
from plans.tests.factories import PlanFactory
from progress import services
from progress.models import ProgressReport
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


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(MARCH, tick=False):
        yield


@pytest.fixture
def plan(db):
    return approved_plan()


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district)


@pytest.fixture
def page(client):
    def _page(who, name, plan, period=PERIOD.MID_YEAR, data=None, **more):
        client.force_login(who)
        args = [plan.district.slug, plan.cycle_id]
        if name != "reports":
            args.append(period)
        url = reverse(f"progress:{name}", args=[*args, *more.pop("also", [])])
        if data is None:
            return client.get(url, **more)
        return client.post(url, data, **more)

    return _page


def typed_into(response, **values) -> dict:
    """What a browser would send of the page that was just read, with some fields typed anew."""
    sent = {}
    context = response.context
    for row in [*context["strategies"], *context["targets"]]:
        for each in [row, *row.milestones]:
            form = each.form
            sent[form.was_name] = form.carried
            for name in form.fields:
                shown = form.sent(name)
                sent[form.add_prefix(name)] = shown[0] if shown else ""
    return sent | values


def test_the_list_says_what_is_due_and_starts_a_report(page, plan, coordinator):
    listed = page(coordinator, "reports", plan)

    assert "Mid-year progress report" in listed.text
    assert "Sunday, February 28, 2027" in listed.text
    assert "late: 1 day late" in listed.text or "late" in listed.text
    assert "Sunday, August 15, 2027" in listed.text
    started = page(coordinator, "start", plan, data={}, follow=True)
    assert started.status_code == HTTPStatus.OK
    assert "is measured against version 1" in started.text


def test_a_plan_that_is_not_approved_says_so_and_starts_nothing(page):
    plan = PlanFactory()
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    assert "The FY2027 plan is not approved" in page(coordinator, "reports", plan).text
    refused = page(coordinator, "start", plan, data={}, follow=True)
    assert "is not approved. It can be started once the plan is." in refused.text
    assert not ProgressReport.objects.exists()


def test_one_save_keeps_everything_on_the_page(page, plan, coordinator):
    report = a_report(plan, by=coordinator)
    shown = page(coordinator, "write", plan)
    strategy, target = shown.context["strategies"][0], shown.context["targets"][0]

    saved = page(
        coordinator,
        "write",
        plan,
        data=typed_into(
            shown,
            **{
                f"{strategy.anchor}-status": "at_risk",
                f"{strategy.anchor}-sentence": "Two posts stood empty.",
                f"{target.anchor}-actual": "*",
                f"{target.anchor}-measured_in": "2026–27",
                f"{target.anchor}-source": "EdSight",
            },
        ),
        follow=True,
    )

    assert "Saved." in saved.text
    row = report.strategyprogress_set.get(pk=strategy.part.id)
    assert (row.status, row.sentence, row.saved_by) == (
        "at_risk",
        "Two posts stood empty.",
        coordinator,
    )
    result = report.targetresult_set.get(pk=target.part.id)
    assert (result.actual, result.as_typed, result.measured_in) == (
        None,
        {"actual": "*"},
        "2026-27",
    )
    assert report.strategyprogress_set.exclude(saved_by=None).count() == 1


def test_what_cannot_be_read_is_kept_and_marked(page, plan, coordinator):
    report = a_report(plan, by=coordinator)
    shown = page(coordinator, "write", plan)
    target = shown.context["targets"][0]

    saved = page(
        coordinator,
        "write",
        plan,
        data=typed_into(shown, **{f"{target.anchor}-actual": "about half"}),
        follow=True,
    )

    assert "1 field cannot be read yet" in saved.text
    assert "about half" in saved.text
    assert report.targetresult_set.get(pk=target.part.id).as_typed == {"actual": "about half"}
    assert "“about half” is not a number" in page(coordinator, "close", plan).text


def test_two_people_who_change_the_same_are_asked(page, plan, coordinator):
    report = a_report(plan, by=coordinator)
    other = person(Role.FISCAL_OFFICER, plan.district)
    shown = page(coordinator, "write", plan)
    strategy = shown.context["strategies"][0]
    field = f"{strategy.anchor}-sentence"
    page(other, "write", plan, data=typed_into(shown, **{field: "Theirs."}))

    asked = page(coordinator, "write", plan, data=typed_into(shown, **{field: "Mine."}))

    assert asked.status_code == HTTPStatus.CONFLICT
    assert "Mine." in asked.text
    assert "Theirs." in asked.text
    row = report.strategyprogress_set.get(pk=strategy.part.id)
    assert row.sentence == "Theirs."
    page(coordinator, "write", plan, data=typed_into(asked))
    row.refresh_from_db()
    assert row.sentence == "Mine."


def test_a_published_figure_fills_the_fields_and_saves_nothing(page, plan, coordinator):
    report = a_report(plan, by=coordinator)
    PublishedFigure.objects.create(
        district=plan.district,
        fiscal_year=2026,
        measure="chronic_absenteeism",
        student_group="all",
        value="18.2",
        source="EdSight 2025-26",
        loaded_at=MARCH,
    )
    shown = page(coordinator, "write", plan)
    target = next(row for row in shown.context["targets"] if row.part.indicator.number == 4)
    strategy = shown.context["strategies"][0]
    assert "Use 18.2" in shown.text

    filled = page(
        coordinator,
        "write",
        plan,
        data=typed_into(
            shown,
            use=f"{target.anchor}:chronic_absenteeism.all",
            **{f"{strategy.anchor}-sentence": "Typed before."},
        ),
    )

    assert filled.status_code == HTTPStatus.OK
    assert "It is not saved: read it, then press Save." in filled.text
    assert "Typed before." in filled.text
    assert report.targetresult_set.get(pk=target.part.id).actual is None
    page(coordinator, "write", plan, data=typed_into(filled))
    result = report.targetresult_set.get(pk=target.part.id)
    assert (str(result.actual), result.measured_in) == ("18.20", "2025-26")
    assert "EdSight 2025-26" in result.source
    assert report.strategyprogress_set.get(pk=strategy.part.id).sentence == "Typed before."


def test_it_is_closed_certified_read_and_accepted(page, plan, coordinator, superintendent):
    report = a_report(plan, by=coordinator)
    fill_in(report, by=coordinator)
    manager = person(Role.PROGRAM_MANAGER)
    assert page(manager, "report", plan).status_code == HTTPStatus.NOT_FOUND

    assert "It was due on February 28, 2027, 1 day ago" in page(coordinator, "close", plan).text
    page(coordinator, "close", plan, data={})
    assert page(coordinator, "certify", plan).status_code == HTTPStatus.FORBIDDEN
    asked = page(superintendent, "certify", plan)
    sent = {
        "key": uuid4(),
        "sha256": asked.context["version"].sha256,
        "password": "not it",
    }
    wrong = page(superintendent, "certify", plan, data=sent)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    done = page(superintendent, "certify", plan, data={**sent, "password": PASSWORD}, follow=True)
    assert "Certified. The Department has the report." in done.text
    read = page(manager, "report", plan)
    assert "certified 1 day late" in read.text
    assert "Accept the report" in read.text
    accepted = page(manager, "accept", plan, data={"key": uuid4()}, follow=True)
    assert "Accepted" in accepted.text
    report.refresh_from_db()
    assert report.status == "accepted"


def test_the_preparer_is_told_that_somebody_else_certifies(page, plan, superintendent, coordinator):
    report = closed_report(plan, by=coordinator)
    report.targetresult_set.update(saved_by=superintendent)

    assert "You prepared this report" in page(superintendent, "report", plan).text
    told = page(superintendent, "certify", plan, follow=True)
    assert "You prepared this report" in told.text


def test_a_report_is_returned_with_a_reason_and_corrected_later(page, plan, coordinator):
    certified_report(plan, by=coordinator)
    manager = person(Role.PROGRAM_MANAGER)
    empty = page(manager, "return", plan, data={"key": uuid4(), "reason": ""})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    page(manager, "return", plan, data={"key": uuid4(), "reason": "Which grades?"})

    assert "Which grades?" in page(coordinator, "write", plan).text
    assert page(manager, "report", plan).status_code == HTTPStatus.OK  # as it was certified


def test_a_correction_keeps_the_old_report_readable(page, plan, coordinator):
    old = certified_report(plan, by=coordinator)
    manager = person(Role.PROGRAM_MANAGER)

    page(coordinator, "correct", plan, data={"key": uuid4(), "reason": "Another year."})

    new = ProgressReport.objects.get(supersedes=old)
    assert new.status == "draft"
    assert "Another year." in page(coordinator, "write", plan).text
    assert page(coordinator, "former", plan, also=[old.pk]).status_code == HTTPStatus.OK
    seen = page(manager, "report", plan)
    assert seen.context["report"] == old
    assert "Another report has taken the place" in seen.text


def test_an_end_of_year_report_waits_for_the_end_of_the_year(page, plan, coordinator):
    report = a_report(plan, PERIOD.END_OF_YEAR, by=coordinator)
    fill_in(report, by=coordinator)
    at_once = page(coordinator, "close", plan, PERIOD.END_OF_YEAR, data={})
    assert at_once.status_code == HTTPStatus.CONFLICT
    assert "an end-of-year report is closed after that" in at_once.text

    with time_machine.travel(AUGUST, tick=False):
        page(coordinator, "close", plan, PERIOD.END_OF_YEAR, data={})

    report.refresh_from_db()
    assert services.current_version(report) is not None


def test_a_target_without_a_baseline_is_reported_and_said(page, plan, coordinator):
    version = plan.versions.get()
    document = version.document
    document["objectives"][0]["targets"][0]["baseline"] = None
    report = a_report(plan, by=coordinator)
    from plans.documents import fingerprint  # noqa: PLC0415

    again = plan.versions.create(
        number=2,
        edition=2,
        schema=version.schema,
        document=document,
        sha256=fingerprint(document),
        closed_at=MARCH,
        closed_by=coordinator,
    )
    ProgressReport.objects.filter(pk=report.pk).update(measured_against=again)

    assert "has no baseline in the approved plan" in page(coordinator, "write", plan).text


@pytest.mark.parametrize("name", ["reports", "write", "report", "close"])
def test_a_page_asks_as_much_for_many_rows_as_for_few(
    name, page, plan, coordinator, django_assert_max_num_queries
):
    report = a_report(plan, by=coordinator)
    page(coordinator, name, plan)  # what is remembered for a while is asked now
    with django_assert_max_num_queries(100) as many:
        page(coordinator, name, plan)
    keep = report.strategyprogress_set.earliest("pk").pk
    report.strategyprogress_set.exclude(pk=keep).delete()
    report.milestoneprogress_set.all().delete()
    with django_assert_max_num_queries(100) as few:
        page(coordinator, name, plan)

    assert len(many) == len(few)
