"""The list of certified reports that wait for the Department."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import DistrictFactory, MembershipFactory, person
from plans.tests.factories import PlanFactory
from progress.tests.factories import ExpenditureReportFactory, ProgressReportFactory
from progress.workflow import ReportStatus

pytestmark = pytest.mark.django_db


def a_plan(name: str):
    return PlanFactory(
        approved=True, district=DistrictFactory(name=name, designated=True, funded=True)
    )


def lines(client, user) -> list[tuple[str, str]]:
    client.force_login(user)
    page = BeautifulSoup(client.get(reverse("progress:reports_to_accept")).text, "html.parser")
    return [
        (" ".join(line.a.get_text().split()), line.select_one(".state").get_text(strip=True))
        for line in page.select("main .rows li")
    ]


@pytest.fixture
def two_reports(db):
    derby, ansonia = a_plan("Derby"), a_plan("Ansonia")
    ProgressReportFactory(plan=derby)
    ExpenditureReportFactory(plan=ansonia)
    return derby, ansonia


def test_both_kinds_stand_there_until_they_are_accepted(client, two_reports, manager):
    derby, _ = two_reports
    ExpenditureReportFactory(plan=derby, accepted=True)
    ProgressReportFactory(plan=derby, period="mid_year", status=ReportStatus.RETURNED)

    assert sorted(lines(client, manager)) == [
        ("Ansonia, FY2027: annual expenditure report", "Yours to accept or return"),
        ("Derby, FY2027: end of year progress report", "Yours to accept or return"),
    ]


def test_ones_own_come_first(client, two_reports):
    _, ansonia = two_reports
    reviewer = ansonia.assignments.current().first().reviewer

    assert lines(client, reviewer) == [
        ("Ansonia, FY2027: annual expenditure report", "Yours to accept or return"),
        ("Derby, FY2027: end of year progress report", "With its reviewers"),
    ]


def test_nobody_of_the_district_has_its_report_to_accept(client, two_reports):
    """R37: whatever else they are."""
    derby, _ = two_reports
    manager = person(Role.PROGRAM_MANAGER)
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=derby.district)

    assert lines(client, manager)[1] == (
        "Derby, FY2027: end of year progress report",
        "With its reviewers",
    )


def test_it_asks_as_often_for_many_as_for_one(client, manager):
    client.force_login(manager)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("progress:reports_to_accept"))
        return len(found)

    ProgressReportFactory(plan=a_plan("Ansonia"))
    client.get(reverse("progress:reports_to_accept"))
    of_one = asked()
    for name in ("Bristol", "Derby", "Windham"):
        ProgressReportFactory(plan=a_plan(name))

    assert asked() == of_one
