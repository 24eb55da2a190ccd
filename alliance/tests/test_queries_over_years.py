"""However many years a district has behind it, each page asks the database as often."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from alliance import urls
from alliance.tests.addresses import patterns_below
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from plans.models import Plan
from progress.tests.filed import AUGUST, certified_report
from progress.tests.spending import Office
from reviews.tests.ledgers import a_history
from reviews.tests.years import amendment_2028

LAST, NOW = 2027, 2028  # the year that is reported on, and the one whose plan is reviewed
ADDRESSES = dict(patterns_below(get_resolver(urls)))
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
NAMED = {"slug": "ansonia", "number": 1, "key": "budget", "kind": "csv"}
NAMED |= {"name": "dollars"}
OF_PROGRESS = ("progress:report", "progress:write", "progress:close", "progress:certify")
OF_PROGRESS += ("progress:accept", "progress:return", "progress:correct", "progress:former")
OF_LAST = ("progress:", "plans:revision", "reviews:findings", "reviews:determine")
READERS = {
    *("progress:spending_of_all", "progress:spending", "progress:spending_report"),
    *("progress:spending_accept", "progress:spending_return", "progress:spending_correct"),
    *("progress:spending_sheet", "progress:reports", "progress:report"),
    *("progress:accept", "progress:return", "progress:correct"),
    *("plans:overview", "plans:read", "plans:version", "plans:revision"),
    *("plans:cycles", "plans:cycle", "plans:cycle_open"),
    *("reviews:queue", "reviews:plan", "reviews:determinations", "reviews:determine"),
    *("reviews:findings", "reviews:withhold", "reviews:ledger", "reviews:ledger_xlsx"),
    *("reviews:dashboard", "reviews:dashboard_list", "reviews:dashboard_file"),
    *("reviews:ledger_csv", "reviews:sight", "reviews:sight_district"),
    *("reviews:ledger_district", "reviews:ledger_district_xlsx", "reviews:ledger_district_csv"),
    *("districts:list", "districts:detail", "districts:figures", "home"),
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def ansonia():
    return DistrictFactory(name="Ansonia", slug="ansonia", designated=True)


@pytest.fixture
def people(ansonia):
    of_department = (Role.PROGRAM_MANAGER, Role.COMMISSIONER, Role.SYSADMIN)
    return [person(Role.PLAN_COORDINATOR, ansonia), *map(person, of_department)]


def reported(ansonia, years: range, *, seed: int) -> list[Plan]:
    """Approved plans, with what a district reports in each year."""
    plans = a_history(ansonia, years, seed=seed)
    for plan in plans:
        at = AUGUST.replace(year=plan.cycle_id)
        certified_report(plan, "end_of_year", at=at)
        Office.of(plan).file({}, at=at)
    return plans


def pages(client, people) -> dict[tuple[str, str], int]:
    """How often each page that opens to somebody asks, by its name and their first role."""
    asked = {}
    for user in people:
        client.force_login(user)
        for name, url in _urls():
            if client.get(url).status_code != 200:
                continue
            with CaptureQueriesContext(connection) as found:
                answer = client.get(url)
                b"".join(answer.streaming_content if answer.streaming else ())
            asked[name, user.memberships.get().role] = len(found)
    return asked


def _urls():
    for name, pattern in ADDRESSES.items():
        period = "end_of_year" if name in OF_PROGRESS else "annual"
        values = {**NAMED, "period": period, "fiscal_year": _year_of(name)}
        wanted = PARAMETER.findall(pattern)
        if set(wanted) <= set(values):
            yield name, reverse(name, kwargs={each: values[each] for each in wanted})


def _year_of(name: str) -> int:
    if name == "plans:cycle_open":
        return NOW + 1
    return LAST if name.startswith(OF_LAST) else NOW


def test_each_page_asks_as_often_for_one_year_of_history_as_for_five(client, ansonia, people):
    with time_machine.travel(AUGUST, tick=False):
        *_, last = reported(ansonia, range(LAST - 1, NOW), seed=1)
        amendment_2028(last)
        of_one = pages(client, people)

        reported(ansonia, range(LAST - 4, LAST - 1), seed=2)

        assert pages(client, people) == of_one
    assert READERS - {name for name, _ in of_one} == set()
