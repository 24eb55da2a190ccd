"""A plan on one sheet: the money by focus area, targets, strategies, and what is left out."""

import pytest
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.reading.summary import MOST, Dollars, TargetLine, summary_context
from plans.tests.documents import (
    a_line,
    a_strategy,
    a_target,
    change,
    complete_document,
    empty_document,
)
from plans.tests.factories import PlanFactory, closed_version, write_rows

DRAFT = "not handed in"


def lines_of(document, name):
    return summary_context(document)[name]


def test_money_is_told_by_focus_area_and_no_source_mixes_with_another():
    document = complete_document()
    told = {line.name: line for line in lines_of(document, "areas")}

    assert told["2 Reading, grades K–3"].dollars == Dollars(918_000, 0, 0)
    assert told["3 Additional learning time"].dollars == Dollars(0, 7_500, 0)
    assert lines_of(document, "has_others")
    assert sum(line.dollars.allocation for line in told.values()) == document.budgeted


def test_focus_areas_without_strategy_or_money_are_named():
    unserved = [line.name for line in lines_of(complete_document(strategies=()), "areas_unserved")]

    assert "7 Community and wraparound" in unserved
    assert "2 Reading, grades K–3" not in unserved  # it has lines


def test_an_amount_that_was_not_read_is_told():
    document = change(complete_document(), "lines", 0, amount=None, as_typed={"amount": "much"})

    (area,) = (line for line in lines_of(document, "areas") if line.name.startswith("2 "))
    assert area.dollars == Dollars(18_000, 0, 1)


def test_a_target_is_told_from_where_to_where():
    assert lines_of(complete_document(), "targets")[0] == TargetLine(
        number="1.1",
        what="Grade 3 reading",
        group="All students",
        baseline="46.1 (2024-25)",
        target="51 index points",
        due_on="June 30, 2027",
    )


def many(of=14):
    """So many strategies, each with more dollars than the one before; and as many targets."""
    strategies = tuple(a_strategy(30 + n, n, title=f"{n} {'word ' * 60}") for n in range(1, of))
    lines = tuple(
        a_line(50 + n, n, strategy=f"strategy-{30 + n}", amount=n * 1_000) for n in range(1, of)
    )
    targets = tuple(a_target(20 + n, f"1.{n}", measure="word " * 60) for n in range(1, of))
    document = complete_document(strategies=strategies, lines=lines)
    return change(document, "objectives", 0, targets=targets)


def test_what_has_no_room_is_counted_with_its_dollars():
    context = summary_context(many())

    assert [line.number for line in context["strategies"]] == list(range(6, 14))
    assert (context["strategies_more"], context["dollars_more"]) == (5, 15_000)
    assert len(context["targets"]) == MOST
    assert context["targets_more"] == len(many().targets) - MOST
    assert max(len(line.title) for line in context["strategies"]) <= 82


def url(name, plan, *more):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *more])


@pytest.fixture
def draft(db):
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.mark.django_db
def test_a_draft_says_that_it_is_one_and_a_version_does_not(client, draft):
    client.force_login(person(Role.DISTRICT_VIEWER, draft.district))
    closed_version(draft, many())

    page = client.get(url("summary", draft)).text
    version = client.get(url("version_summary", draft, 1)).text

    assert (DRAFT in page, "is-draft" in page) == (True, True)
    assert (DRAFT in version, "is-draft" in version) == (False, False)
    assert "5 more in the whole plan, with $15,000." in " ".join(version.split())
    assert draft.versions.get().sha256 in version


@pytest.mark.django_db
def test_an_empty_plan_has_its_page(client):
    plan = PlanFactory()
    client.force_login(person(Role.BOARD_CHAIR, plan.district))

    page = client.get(url("summary", plan)).text

    assert "No strategy yet." in page
    assert "No performance target yet." in page
    assert summary_context(empty_document())["areas"] == []


@pytest.mark.django_db
def test_the_department_reads_it_of_what_was_handed_in(client, draft, reviewer):
    closed_version(draft)
    client.force_login(reviewer)

    assert client.get(url("summary", draft)).status_code == 404
    assert client.get(url("version_summary", draft, 1)).status_code == 404
    filed = PlanFactory(submitted=True)
    assert "Version 1" in client.get(url("summary", filed)).text


@pytest.mark.django_db
@pytest.mark.parametrize("of", [2, 4])
def test_it_is_read_in_as_few_queries_as_the_text(client, django_assert_num_queries, of):
    plan = PlanFactory()
    closed_version(plan, many(of))
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))

    with django_assert_num_queries(5):  # session, user, roles, version, its text
        client.get(url("version_summary", plan, 1))
    with django_assert_num_queries(4):
        client.get(url("version_summary", plan, 1))
