"""Pace, the projection from March, what a year opens with, and when reports are due."""

from datetime import date

import pytest

from districts.models import FundingAdjustment
from progress.reports.certified import Certified
from progress.reports.due import expenditure_reports_due
from progress.reports.pace import Pace, carried_in_estimate, projection_of
from progress.tests.spending import AUGUST, OCTOBER, Office, approved_plan


def certified(period: str, expended: int, obligated: int = 0) -> Certified:
    return Certified(1, 2027, period, date(2027, 3, 31), expended, obligated)


def pace(period: str, expended: int, obligated: int = 0, authorized: int = 1_000_001) -> Pace:
    return Pace(period, date(2026, 12, 31), authorized, expended, obligated)


@pytest.mark.parametrize(("period", "enough"), [("q2", 350_001), ("q3", 600_001)])
def test_pace_is_behind_one_dollar_below_what_is_expected(period, enough):
    assert not pace(period, enough - 5, 5).is_behind
    behind = pace(period, enough - 6, 5)
    assert behind.is_behind
    assert behind.short_of == 1


@pytest.mark.parametrize("period", ["q1", "annual"])
def test_no_pace_is_expected_on_other_days(period):
    assert not pace(period, 0).is_behind


def test_nothing_authorized_has_no_pace():
    assert pace("q2", 0, authorized=0).share is None
    assert not pace("q2", 0, authorized=0).is_behind


def test_the_projection_takes_the_larger_of_what_is_obligated_and_the_average_month():
    reports = {"q1": certified("q1", 968_600), "q3": certified("q3", 4_112_600, 380_000)}
    found = projection_of(reports, 6_485_000)
    assert found is not None
    assert (found.to_come, found.by_june, found.balance) == (1_572_000, 5_684_600, 800_400)
    more = projection_of({**reports, "q3": certified("q3", 4_112_600, 1_600_000)}, 6_485_000)
    assert more is not None
    assert more.by_june == 5_712_600


def test_the_projection_is_at_most_what_is_authorized():
    found = projection_of({"q3": certified("q3", 900_000)}, 1_000_000)
    assert found is not None
    assert (found.to_come, found.by_june, found.balance) == (300_000, 1_000_000, 0)


@pytest.mark.parametrize("periods", [("q1", "q2"), ("q3", "annual"), ()])
def test_there_is_a_projection_from_march_alone(periods):
    assert projection_of({one: certified(one, 5) for one in periods}, 10) is None


@pytest.mark.django_db
def test_when_each_report_is_due():
    office = Office.of(approved_plan())
    office.start("q1", at=OCTOBER)
    due = expenditure_reports_due(office.plan)
    assert [(one.period, one.due_on, one.status) for one in due] == [
        ("q1", date(2026, 10, 20), "draft"),
        ("q2", date(2027, 1, 20), None),
        ("q3", date(2027, 4, 20), None),
        ("annual", office.plan.cycle.expenditure_report_on, None),
    ]
    first = due[0]
    assert [first.is_late_on(date(2026, 10, day)) for day in (20, 21)] == [False, True]
    assert [first.is_open_on(date(2026, 9, 30)), first.is_open_on(date(2026, 10, 1))] == [
        False,
        True,
    ]


@pytest.mark.django_db
def test_what_a_year_opens_with_is_an_estimate_until_the_annual_report_is_in():
    office = Office.of(approved_plan())
    district = office.plan.district_id
    assert carried_in_estimate(district, 2028) is None
    office.file({"111B": 300_000}, "q2")
    so_far = carried_in_estimate(district, 2028)
    assert so_far is not None
    assert (so_far.amount, so_far.is_estimate, so_far.is_projected) == (700_000, True, False)
    office.file({"111B": 600_000}, "q3")
    projected = carried_in_estimate(district, 2028)
    assert projected is not None
    assert (projected.amount, projected.is_projected) == (200_000, True)
    office.file({"111B": 850_000})
    settled = carried_in_estimate(district, 2028)
    assert settled is not None
    assert (settled.amount, settled.is_estimate) == (150_000, False)
    posted = FundingAdjustment.objects.get(district=district, kind="carry_forward")
    assert (posted.amount, posted.posted_at) == (150_000, AUGUST)
