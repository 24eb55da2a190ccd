"""The front door, true to the database."""

from datetime import date, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.calendar import EASTERN
from districts.models import Figure
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person, restated
from plans.models import Cycle

pytestmark = pytest.mark.django_db

DEMO_DAY = datetime(2026, 11, 23, 12, 0, tzinfo=EASTERN)


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.text, "html.parser")


def a_cycle(fiscal_year: int) -> Cycle:
    start, end = fiscal_year - 1, fiscal_year
    values = {
        "guidance_on": date(start, 3, 15),
        "opens_on": date(start, 4, 1),
        "plan_due_on": date(start, 6, 30),
        "reviews_complete_on": date(start, 7, 31),
        "decisions_on": date(start, 9, 15),
        "mid_year_report_on": date(end, 2, 28),
        "last_revision_on": date(end, 4, 30),
        "end_of_year_report_on": date(end, 8, 15),
        "expenditure_report_on": date(end, 8, 31),
    }
    return Cycle.objects.update_or_create(fiscal_year=fiscal_year, defaults=values)[0]


def figures(page) -> list[str]:
    return [fig.get_text(" ", strip=True) for fig in page.select(".fig")]


@time_machine.travel(DEMO_DAY, tick=False)
def test_welcome_adds_up_only_who_is_designated_this_year(client):
    for amount in (1_000_000, 204_000):
        district = DistrictFactory(designated=True, funded=True, allocation__amount=amount)
        AllocationFactory(district=district, stage="preliminary", amount=1)
        for period, students in [("2024-25", 1), ("2025-26", 6_229)]:
            Figure.objects.create(
                district=district,
                measure="enrolment",
                period=period,
                value=students,
                source="EdSight",
                source_on=date(2026, 10, 1),
            )
    DistrictFactory(funded=True)  # never designated
    DistrictFactory(designated=True, designation__last_fiscal_year=2026, funded=True)  # ended

    page = page_of(client.get("/"))

    assert figures(page) == [
        "2 districts in the program, fiscal year 2027",
        "$1,204,000 set aside for fiscal year 2027 · Department list of April 1, 2026",
        "12,458 students enrolled, 2025–26 · source of October 1, 2026",
    ]


@time_machine.travel(DEMO_DAY, tick=False)
def test_welcome_says_when_money_is_preliminary_or_assumed(client):
    district = DistrictFactory(designated=True)
    allocation = AllocationFactory(district=district, stage="preliminary", amount=5)

    preliminary = figures(page_of(client.get("/")))[1]
    restated(allocation, is_assumption=True)
    assumed = figures(page_of(client.get("/")))[1]

    assert (
        preliminary
        == "$5 set aside for fiscal year 2027, preliminary · Department list of April 1, 2026"
    )
    assert (
        assumed == "$5 set aside for fiscal year 2027, preliminary · assumed for this demonstration"
    )


@time_machine.travel(DEMO_DAY, tick=False)
def test_welcome_shows_this_years_dates_and_next_years(client):
    a_cycle(2027)
    a_cycle(2028)
    a_cycle(2029)

    page = page_of(client.get("/"))

    headings = [heading.text for heading in page.select("main .stack h2")]
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select("tbody tr")
    ]
    assert headings[:2] == ["Dates of the FY2027 plans", "Dates of the FY2028 plans"]
    assert len(rows) == 20  # ten for each year, the one that § 10-262x sets among them
    assert rows[5:8] == [
        ["Decisions", "Tuesday, September 15, 2026", "Past", "Commissioner"],
        ["Mid-year progress report", "Sunday, February 28, 2027", "Later", "Districts"],
        ["Last plan revision", "Friday, April 30, 2027", "Later", "Districts"],
    ]
    estimates = "Estimates to towns (§ 10-262x)"
    assert [row[1:3] for row in rows if row[0] == estimates] == [
        ["Wednesday, December 31, 2025", "Past"],
        ["Thursday, December 31, 2026", "Next 38 days left"],
    ]


@time_machine.travel(datetime(2040, 1, 1, tzinfo=EASTERN), tick=False)
def test_welcome_without_any_data_says_so(client):
    page = page_of(client.get("/"))

    assert figures(page) == []
    assert page.select_one(".none-yet b").text == "No dates are set yet"


@pytest.mark.parametrize("rows", [1, 3])
@time_machine.travel(DEMO_DAY, tick=False)
def test_welcome_query_count_does_not_grow(client, rows, django_assert_num_queries):
    DistrictFactory.create_batch(rows, designated=True, funded=True)

    with django_assert_num_queries(5):  # districts, money, students, schools, cycles
        response = client.get("/")

    assert response.context["districts"] == rows


def test_welcome_of_someone_signed_in_leads_to_their_work(client):
    client.force_login(person(Role.PLAN_COORDINATOR))

    page = page_of(client.get("/"))

    assert page.select("input[type=password]") == []
    assert page.select_one("aside .btn")["href"] == reverse("home")
