"""A report of a large plan: written page by page, each with a bounded number of fields."""

import re
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from districts.roles import Role
from districts.tests.factories import person
from progress.documents import MilestoneResult, ProgressDocument, StrategyResult, TargetActual
from progress.reading.pages import MOST, pages_of
from progress.tests.filed import MARCH, PERIOD, a_report
from progress.tests.long import MILESTONES, STRATEGIES, TARGETS, a_plan, address, sent_of

QUERIES = 8  # session, user, roles, report, its three tables, published figures


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(MARCH, tick=False):
        yield


@pytest.fixture
def report(db):
    return a_report(a_plan())


@pytest.fixture
def writer(client, report):
    coordinator = person(Role.PLAN_COORDINATOR, report.plan.district)
    client.force_login(coordinator)
    return client


def test_each_page_has_some_of_the_rows_and_all_have_each_once(writer, report):
    first = writer.get(address(report))
    tabs = BeautifulSoup(first.content, "html.parser").select("ul.tabs a")
    assert tabs[0].text.strip() == "Strategies 1 to 4"
    assert tabs[-1].text.strip().endswith(f" to 1.{TARGETS}")
    assert [tab.get("aria-current") for tab in tabs] == ["page", *[None] * (len(tabs) - 1)]

    shown = []
    for number in range(1, len(tabs) + 1):
        page = BeautifulSoup(writer.get(address(report, number)).content, "html.parser")
        rows = [one["name"].removesuffix("-was") for one in page.select("[name$=-was]")]
        assert len(rows) <= MOST
        shown += rows
    tables = ("strategyprogress_set", "milestoneprogress_set", "targetresult_set")
    assert len(shown) == len(set(shown)) == STRATEGIES * (1 + MILESTONES) + TARGETS
    assert len(shown) == sum(getattr(report, table).count() for table in tables)


def test_a_page_that_is_saved_stays_or_leads_to_the_next_and_changes_no_other(writer, report):
    second = writer.get(address(report, 2))
    strategy = second.context["strategies"][0]
    sent = sent_of(second) | {f"{strategy.anchor}-sentence": "It runs."}

    stays = writer.post(address(report, 2), sent)
    assert stays.status_code == HTTPStatus.FOUND
    assert stays.url == address(report, 2)
    again = sent_of(writer.get(stays.url)) | {f"{strategy.anchor}-sentence": "It runs well."}
    goes_on = writer.post(address(report, 2), again | {"next": ""})
    assert goes_on.url == address(report, 3)

    rows = report.strategyprogress_set
    assert rows.get(pk=strategy.part.id).sentence == "It runs well."
    assert not rows.exclude(pk=strategy.part.id).exclude(sentence="").exists()
    assert not rows.exclude(pk=strategy.part.id).filter(version__gt=1).exists()


def test_what_cannot_be_read_keeps_one_on_its_page(writer, report):
    page = writer.get(address(report, 2))
    milestone = page.context["strategies"][0].milestones[0]
    sent = sent_of(page) | {f"{milestone.anchor}-done_on": "next spring", "next": ""}
    answer = writer.post(address(report, 2), sent, follow=True)
    assert answer.context["here"].number == 2
    assert "1 field cannot be read yet" in answer.text
    assert "next spring" in answer.text


@pytest.mark.parametrize("from_page", ["progress:write", "progress:report", "progress:close"])
def test_what_is_missing_leads_to_the_page_where_it_is_written(writer, report, from_page):
    args = [report.plan.district.slug, report.plan.cycle_id, report.period]
    page = BeautifulSoup(writer.get(reverse(from_page, args=args)).content, "html.parser")
    links = [a["href"] for a in page.select("a[href*='#strategy-'], a[href*='#target-']")]
    assert len(links) > STRATEGIES
    if from_page == "progress:write":
        assert links[0].startswith("#strategy-")
    for href in {links[0], links[len(links) // 2], links[-1]}:
        there = writer.get(urljoin(address(report), href))
        named = urlsplit(href).fragment
        assert BeautifulSoup(there.content, "html.parser").find(id=named) is not None


@pytest.mark.parametrize("said", ["0", "99", "x", "-1", "1" * 50, "²"])
def test_a_page_that_is_not_there_is_the_nearest(writer, report, said):
    args = [report.plan.district.slug, report.plan.cycle_id, report.period]
    page = writer.get(reverse("progress:write", args=args), {"page": said})
    assert page.status_code == HTTPStatus.OK
    assert page.context["here"].number in {1, len(page.context["pages"])}


def test_each_page_asks_as_much_as_that_of_a_short_report(
    writer, report, client, django_assert_max_num_queries
):
    for number in range(1, len(writer.get(address(report)).context["pages"]) + 1):
        with django_assert_max_num_queries(QUERIES):
            writer.get(address(report, number))
    short = a_report(a_plan(1, 1))
    client.force_login(person(Role.PLAN_COORDINATOR, short.plan.district))
    client.get(address(short))
    with django_assert_max_num_queries(QUERIES):
        page = client.get(address(short))
    assert not re.search('class="tabs"', page.text)


def test_a_colleague_who_wrote_the_same_is_shown_on_that_page(writer, report):
    page = writer.get(address(report, 2))
    strategy = page.context["strategies"][0]
    name = f"{strategy.anchor}-sentence"
    writer.post(address(report, 2), sent_of(page) | {name: "Theirs."})
    answer = writer.post(address(report, 2), sent_of(page) | {name: "Mine."})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.context["here"].number == 2
    assert "Theirs." in answer.text
    assert "Mine." in answer.text


def test_a_page_that_was_opened_when_it_had_every_row_shows_what_a_colleague_wrote(writer, report):
    page = writer.get(address(report, 3))
    strategy = page.context["strategies"][0]
    name = f"{strategy.anchor}-sentence"
    writer.post(address(report, 3), sent_of(page) | {name: "Theirs."})
    args = [report.plan.district.slug, report.plan.cycle_id, report.period]
    answer = writer.post(reverse("progress:write", args=args), sent_of(page) | {name: "Mine."})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.context["here"].number == 3
    assert "Mine." in answer.text


@pytest.mark.parametrize(("targets", "pages"), [(0, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_ten_targets_are_a_page(targets, pages):
    assert len(pages_of(document_of([], targets))) == pages


@given(milestones=st.lists(st.integers(0, 2 * MOST), max_size=30), targets=st.integers(0, 60))
def test_pages_hold_every_row_once_in_order(milestones, targets):
    document = document_of(milestones, targets)

    pages = pages_of(document)

    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    assert tuple(each for page in pages for each in page.strategies) == document.strategies
    assert tuple(each for page in pages for each in page.targets) == document.targets
    for page in pages:
        assert len(page.rows) <= MOST or (len(page.strategies) == 1 and not page.targets)


def document_of(milestones, targets) -> ProgressDocument:
    """Of strategies with so many milestones each, and of so many targets."""
    numbers = iter(range(1, 10_000))
    return ProgressDocument(
        fiscal_year=2027,
        period=PERIOD.MID_YEAR,
        district="Derby",
        district_code="0370011",
        due_on=MARCH.date(),
        plan_version=1,
        strategies=tuple(
            StrategyResult(
                id=next(numbers),
                number=number,
                milestones=tuple(
                    MilestoneResult(id=next(numbers), number=place) for place in range(1, count + 1)
                ),
            )
            for number, count in enumerate(milestones, start=1)
        ),
        targets=tuple(
            TargetActual(id=next(numbers), number=f"1.{place}") for place in range(targets)
        ),
    )
