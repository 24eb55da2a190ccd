"""The bench judges what it says, and its synthetic plans are plans."""

import pytest

from benchmarks.aims import SECTION
from benchmarks.browser import Cost
from benchmarks.example import (
    COMMENTS,
    LINE_AMOUNT,
    LINES,
    STATUSES,
    STRATEGIES,
    YEAR,
    make_examples,
)
from benchmarks.measuring import Measured, Unsteady, check_steady
from benchmarks.pages import Page, main_pages
from benchmarks.seeding import DISTRICTS, EARLIER_YEARS, add_earlier_years, grow, place_of
from benchmarks.verdict import Line, summary
from districts.models import District, User
from plans.documents import draft_document
from plans.models import Plan, PlanVersion
from plans.tests.documents import check
from plans.workflow import Status

GOOD = Measured(ratios=(4.0, 4.5, 5.0), milliseconds=9.0, cost=Cost(queries=5, rows=10, bytes=100))


def line(*sizes, is_list=False):
    page = Page("A page", SECTION, User(), "/page/", is_list=is_list)
    return Line(page, sizes)


def measured(*, times=4.5, queries=5, rows=10, bytes=100):  # noqa: A002
    return Measured(ratios=(times,), milliseconds=9.0, cost=Cost(queries, rows, bytes))


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        (measured(times=5.0), "within its aim"),
        (measured(times=5.1), "acceptable"),
        (measured(times=8.1), "NOT ACCEPTABLE: over × 8, time grows"),
        (measured(queries=9), "NOT ACCEPTABLE: over 8 queries, queries grow"),
        (measured(queries=6), "NOT ACCEPTABLE: queries grow"),
        (measured(times=6.0), "NOT ACCEPTABLE: time grows"),
        (measured(rows=12), "NOT ACCEPTABLE: rows grow"),
        (measured(bytes=112), "NOT ACCEPTABLE: bytes grow"),
    ],
)
def test_page_is_judged_by_its_aim_and_its_growth(last, verdict):
    assert line(GOOD, last).verdict == verdict


def test_a_list_grows_from_the_size_that_fills_its_page():
    sizes = [measured(rows=33), measured(rows=100), measured(rows=101)]

    assert line(*sizes, is_list=True).faults == []
    assert line(*sizes).faults == ["rows grow"]


def test_summary_says_how_many_are_within_acceptable_and_not():
    lines = [line(GOOD, GOOD), line(GOOD, measured(times=5.5)), line(GOOD, measured(rows=20))]

    assert summary(lines, worker_megabytes=80) == (
        "3 pages: 1 within their aim, 1 acceptable, 1 not acceptable; 80 MB a worker.",
        False,
    )
    assert summary(lines[:2], worker_megabytes=111)[1] is False
    assert summary(lines[:2], worker_megabytes=110)[1] is True


def test_a_run_in_which_the_empty_view_varies_judges_nothing():
    assert check_steady([2.0, 3.0]) == 1.5
    with pytest.raises(Unsteady, match=r"2\.0 to 3\.1 ms, 1\.55 times apart"):
        check_steady([2.0, 2.5, 3.1])


@pytest.mark.django_db
def test_every_copy_is_a_whole_plan_of_its_own():
    add_earlier_years()
    examples = make_examples()

    grow(examples, to=16)

    plans = list(Plan.objects.select_related("district").order_by("pk"))
    documents = [draft_document(plan.pk) for plan in plans]
    assert len(plans) == 16
    assert {plan.status for plan in plans[6:]} == {plan.status for plan in plans[:6]}
    assert {plan.cycle_id for plan in plans} == {YEAR}
    assert {(len(each.strategies), len(each.lines)) for each in documents} == {(STRATEGIES, LINES)}
    assert {each.budgeted for each in documents} == {LINES * LINE_AMOUNT}
    assert {len(each.targets) for each in documents[-1].strategies} == {2}
    assert check(documents[-1]) == check(documents[0])
    assert PlanVersion.objects.count() == sum(plan.status != "draft" for plan in plans)
    unread = {Status.DRAFT, Status.SUBMITTED}
    assert {(plan.status in unread, plan.comments.count()) for plan in plans} == {
        (True, 0),
        (False, COMMENTS),
    }
    assert len({plan.district_id for plan in plans}) == 16


def test_no_district_has_two_plans_of_a_year_and_those_measured_have_one():
    districts = [District(town_code=number) for number in range(1, DISTRICTS + 1)]

    places = [
        (district.town_code, year)
        for district, year in (place_of(number, districts) for number in range(3300))
    ]

    assert len(set(places)) == 3300
    assert {year for _, year in places} == set(range(YEAR - EARLIER_YEARS, YEAR + 1))
    assert {year for town, year in places if town <= len(STATUSES)} == {YEAR}


@pytest.mark.django_db
def test_every_page_that_is_measured_answers(client):
    for page in main_pages(make_examples()):
        if page.user:
            client.force_login(page.user)
        else:
            client.logout()
        assert client.get(page.path).status_code == 200, page.name
