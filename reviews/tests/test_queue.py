"""The queue: one row for each designated district, in a fixed number of queries."""

from datetime import date, datetime
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.calendar import EASTERN
from districts.models import Allocation
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.tests.factories import (
    AllocationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
    restated,
    towns,
)
from plans.models import Assignment, Cycle, Plan
from plans.tests.factories import (
    PlanFactory,
    RequiredChangeFactory,
    resubmit,
)
from reviews.models import Determination
from reviews.reports.cycles import cycles_in_play, usual_cycle
from reviews.reports.queue import read_queue
from reviews.reports.turns import Duties
from reviews.services import recommend
from reviews.tests.queue_page import lines_of, queue_page

pytestmark = pytest.mark.django_db

URL = reverse("reviews:queue")
JULY_21 = datetime(2026, 7, 21, 12, 0, tzinfo=EASTERN)


def queue_of(at, reader=None, **asked):
    who = {"reader_id": reader.pk, "duties": Duties.of(reader)} if reader else {"reader_id": 0}
    return read_queue(Cycle.objects.get(pk=2027), at=at, **who, **asked)


def district(name, **given):
    return DistrictFactory(name=name, designated=True, funded=True, **given)


def lines(at, reader=None, **asked):
    return lines_of(queue_page(reader or person(Role.AUDITOR), at, **asked))


def cells(at, **asked):
    return [
        (
            row.district,
            row.status,
            row.with_whom,
            row.received,
            row.waiting,
            row.due,
            row.is_overdue,
            bool(row.url),
        )
        for row in lines(at, **asked)
    ]


def test_queue_has_a_row_for_each_stage_and_what_is_owed_soonest_comes_first():
    district("Ansonia")
    for name, stage in {
        "Bloomfield": {},
        "Bristol": {"submitted": True},
        "Danbury": {"under_review": True},
        "Derby": {"returned": True},
        "Groton": {"recommended": True, "reviews": True},
        "Hamden": {"approved": True},
    }.items():
        PlanFactory(district=district(name), **stage)
    resubmit(PlanFactory(district=district("Hartford"), returned=True))

    june_30, july_29 = "Tue, June 30, 2026, 21 days late", "Wed, July 29, 2026"
    reviews, decisions = "Fri, July 31, 2026", "Tue, September 15, 2026"
    june_26 = "June 26, 2026"
    assert cells(JULY_21) == [
        ("Ansonia", "Not started", "District", "—", "—", june_30, True, False),
        ("Bloomfield", "Draft", "District", "—", "—", june_30, True, False),
        ("Derby", "With the district", "District", june_26, "—", july_29, False, True),
        ("Bristol", "New: assign", "Program manager", june_26, "25", reviews, False, True),
        ("Danbury", "Under review", "Both reviewers", june_26, "25", reviews, False, True),
        (
            "Hartford",
            "Back: answered",
            "Both reviewers",
            "July 17, 2026",
            "4",
            reviews,
            False,
            True,
        ),
        ("Groton", "Recommended", "Commissioner", june_26, "25", decisions, False, True),
        ("Hamden", "Approved", "—", june_26, "—", "—", False, True),
    ]


def test_queue_before_a_plan_is_due():
    PlanFactory(district=district("Bloomfield"))

    late_on_june_30 = datetime(2026, 6, 30, 23, 0, tzinfo=EASTERN)

    assert [(row.due, row.is_overdue, row.tone) for row in lines(late_on_june_30)] == [
        ("Tue, June 30, 2026", False, [])
    ]


def test_queue_owes_the_first_answer_that_is_still_open():
    plan = PlanFactory(district=district("Derby"), returned=True)
    RequiredChangeFactory(
        plan=plan, version=plan.versions.get(), number=2, due_on=date(2026, 7, 24)
    )

    assert [row.due for row in lines(JULY_21)] == ["Fri, July 24, 2026"]


def test_queue_shows_the_last_day_of_answers_that_are_all_written():
    plan = PlanFactory(district=district("Derby"), returned=True)
    RequiredChangeFactory(plan=plan, version=plan.versions.get(), number=2, due_on=date(2026, 8, 3))
    plan.required_changes.update(answer="Done.", answered_at=JULY_21, answered_by=plan.started_by)

    assert [row.due for row in lines(JULY_21)] == ["Mon, August 3, 2026"]


def test_queue_names_the_reviewers_of_now():
    plan = PlanFactory(district=district("Derby"), under_review=True)
    program, fiscal = (
        plan.assignments.get(reviews_as=each).reviewer
        for each in (Assignment.As.PROGRAM, Assignment.As.FISCAL)
    )
    plan.assignments.filter(reviewer=fiscal).update(ended_at=JULY_21, ended_by=plan.started_by)

    (row,) = lines(JULY_21, program, tab="mine")
    assert (row.program, row.fiscal) == (program.name, "unassigned")
    assert queue_of(JULY_21, fiscal, tab="mine").rows == []


def test_queue_shows_the_final_allocation_where_there_is_one_and_the_flag():
    derby = district("Derby", allocation__amount=4_124_765)
    AllocationFactory(district=derby, stage=Allocation.Stage.PRELIMINARY, amount=1)
    restated(derby.designations.get(), is_reform_district=True)
    DistrictFactory(name="Groton", designated=True)

    assert [(row.district, row.allocation, row.is_reform) for row in lines(JULY_21)] == [
        ("Derby", "$4,124,765", True),
        ("Groton", "—", False),
    ]


def test_queue_shows_the_figure_a_decision_was_made_on(commissioner):
    plan = PlanFactory(district=district("Derby"), approved=True)
    Determination.objects.create(
        plan=plan,
        version=plan.versions.get(),
        implementation="first_plan",
        implementation_reasons="The first plan here.",
        performance="first_plan",
        performance_reasons="The first plan here.",
        amount=1_000_000,
        letter="As it left.",
        decided_at=JULY_21,
        decided_by=commissioner,
    )
    restated(plan.district.allocations.get(), amount=17_000_000)

    assert [row.allocation for row in lines(JULY_21)] == ["$1,000,000"]


def test_queue_leaves_out_districts_that_are_not_designated_or_are_retired(commissioner):
    DistrictFactory(name="Avon")
    retired = district("Derby")
    retired.retired_at, retired.retired_by = JULY_21, commissioner
    retired.save()

    assert queue_of(JULY_21).rows == []


@pytest.mark.parametrize(
    ("tab", "found"),
    [
        ("", ["Ansonia", "Bristol", "Danbury", "Derby", "Groton", "Hamden"]),
        ("mine", ["Danbury"]),
        ("to-assign", ["Bristol"]),
        ("under-review", ["Danbury"]),
        ("with-districts", ["Ansonia", "Derby"]),
        ("with-commissioner", ["Groton"]),
        ("decided", ["Hamden"]),
        ("no-such-tab", ["Ansonia", "Bristol", "Danbury", "Derby", "Groton", "Hamden"]),
    ],
)
def test_tab_holds_and_counts_its_stage(tab, found):
    district("Ansonia")
    PlanFactory(district=district("Bristol"), submitted=True)
    danbury = PlanFactory(district=district("Danbury"), under_review=True)
    PlanFactory(district=district("Derby"), returned=True)
    PlanFactory(district=district("Groton"), recommended=True, reviews=True)
    PlanFactory(district=district("Hamden"), approved=True)
    reader = danbury.assignments.first().reviewer

    queue = queue_of(JULY_21, reader, tab=tab)

    assert sorted(row.district for row in queue.rows) == found
    assert [*queue.counts.values()] == [6, 1, 1, 1, 2, 1, 1]
    page = queue_page(reader, JULY_21, tab=tab)
    [current] = page.select("ul.tabs a[aria-current=page]")
    assert f"tab={'' if tab == 'no-such-tab' else tab}&" in current["href"]
    assert [int(count.text) for count in page.select("main ul.tabs a .quiet")] == [
        6,
        1,
        1,
        1,
        2,
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("tab", "label", "found"),
    [
        ("not-begun", "Not begun", ["Ansonia"]),
        ("drafts", "Drafts", ["Bristol"]),
        ("returned", "Sent back", ["Derby"]),
        ("approved", "Approved", ["Hamden"]),
        ("withheld", "Withheld", []),
        ("withdrawn", "Withdrawn", []),
    ],
)
def test_part_of_a_stage_has_a_tab_while_it_is_asked_for(tab, label, found):
    district("Ansonia")
    PlanFactory(district=district("Bristol"))
    PlanFactory(district=district("Derby"), returned=True)
    PlanFactory(district=district("Hamden"), approved=True)
    auditor = person(Role.AUDITOR)

    queue = queue_of(JULY_21, auditor, tab=tab)

    assert [row.district for row in queue.rows] == found
    assert queue.tallies[tab].count == queue.page.paginator.count == len(found)
    [current] = queue_page(auditor, JULY_21, tab=tab).select("ul.tabs a[aria-current=page]")
    assert current.text.split()[:-1] == label.split()


def test_waiting_for_me_holds_what_each_person_does_next_and_nothing_else(commissioner):
    """By the roles of the Department, in turn, as a plan goes on; never who has done their part."""
    plan = PlanFactory(district=district("Derby"), under_review=True)
    PlanFactory(district=district("Hamden"), returned=True)
    PlanFactory(district=district("Bristol"), submitted=True)
    manager, auditor = person(Role.PROGRAM_MANAGER), person(Role.AUDITOR)
    program, fiscal = (
        plan.assignments.get(reviews_as=each).reviewer
        for each in (Assignment.As.PROGRAM, Assignment.As.FISCAL)
    )

    def waits():
        return [
            [row.district for row in lines(JULY_21, reader, tab="mine")]
            for reader in (manager, program, fiscal, commissioner, auditor)
        ]

    assert waits() == [["Bristol"], ["Derby"], ["Derby"], [], []]
    recommend_as(program, plan)
    assert waits() == [["Bristol"], [], ["Derby"], [], []]
    recommend_as(fiscal, plan)
    assert waits() == [["Bristol"], [], [], ["Derby"], []]
    assert [row.with_whom for row in lines(JULY_21, commissioner, tab="mine")] == ["You"]

    MembershipFactory(user=program, role=Role.COMMISSIONER, district=None)
    assert lines(JULY_21, program, tab="mine") == []  # who reviewed a plan does not decide it


def recommend_as(reviewer, plan):
    recommend(plan_id=plan.pk, version=1, text="Sound.", key=uuid4(), by=reviewer, at=JULY_21)


def test_on_one_day_what_is_owed_by_the_reader_comes_first():
    for name in ("Ansonia", "Bristol", "Derby"):
        plan = PlanFactory(district=district(name), under_review=True)
    reviewer = plan.assignments.first().reviewer

    assert [row.district for row in lines(JULY_21, reviewer)] == ["Derby", "Ansonia", "Bristol"]


def test_sums_by_stage_are_of_all_that_is_searched_and_not_of_one_page_or_tab():
    for name, amount, stage in [
        ("Ansonia", 1_000, {}),
        ("Bristol", 20_000, {"submitted": True}),
        ("Danbury", 300_000, {"under_review": True}),
        ("East Hartford", 4_000_000, {"under_review": True}),
        ("Groton", 50_000_000, {"approved": True}),
    ]:
        PlanFactory(district=district(name, allocation__amount=amount), **stage)

    def sums(reader=None, **asked):
        page = queue_page(reader or person(Role.AUDITOR), JULY_21, **asked)
        [table] = page.select("table:has(caption:-soup-contains('by stage'))")
        return [[cell.text for cell in row.select("th, td")] for row in table.select("tr")][1:]

    assert sums(tab="decided") == [
        ["To assign", "1", "$20,000"],
        ["Under review", "2", "$4,300,000"],
        ["With districts", "1", "$1,000"],
        ["With the Commissioner", "0", "$0"],
        ["Decided", "1", "$50,000,000"],
        ["All", "5", "$54,321,000"],
        ["Of these, waiting for me", "0", "$0"],
    ]
    assert sums(q="hart")[-2] == ["All that were found", "1", "$4,000,000"]
    assert sums(person(Role.PROGRAM_MANAGER))[-1] == ["Of these, waiting for me", "1", "$20,000"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hart", ["East Hartford", "Hartford"]),
        (" HARTFORD ", ["East Hartford", "Hartford"]),
        ("härt", ["East Hartford", "Hartford"]),
        ("ha\u0301rt", ["East Hartford", "Hartford"]),
    ],
)
def test_search_finds_a_part_of_a_name(words, found):
    for name in ("Hartford", "East Hartford", "Derby"):
        district(name)

    assert [row.district for row in queue_of(JULY_21, words=words).rows] == found


def test_search_finds_the_start_of_a_code():
    derby = district("Derby", edsight_code="0370011")
    district("Hartford", edsight_code="0640011")

    assert [row.district for row in queue_of(JULY_21, words="0370").rows] == [derby.name]


# Which year ------------------------------------------------------------------------------------


def test_usual_cycle_is_the_latest_with_a_plan_handed_in(noon):
    PlanFactory(submitted=True)
    PlanFactory(cycle=Cycle.objects.get(pk=2028))

    assert usual_cycle(cycles_in_play(), at=noon).pk == 2027


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 1, 5), 2027), (date(2026, 4, 1), 2027), (date(2027, 5, 1), 2028)]
)
def test_usual_cycle_without_plans_is_the_latest_open_one(day, year):
    at = datetime(day.year, day.month, day.day, 12, 0, tzinfo=EASTERN)

    assert usual_cycle(cycles_in_play(), at=at).pk == year


# Pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "first", "last", "number"),
    [
        ("", "Town 002", "Town 101", 1),
        ("2", "Town 102", "Town 001", 2),
        ("99", "Town 102", "Town 001", 2),
        ("0", "Town 102", "Town 001", 2),
        ("next", "Town 002", "Town 101", 1),
    ],
)
def test_queue_shows_a_hundred_on_a_page_in_the_order_of_all(page, first, last, number):
    PlanFactory(district=towns(130)[0], submitted=True)
    before_any_plan_is_due = datetime(2026, 6, 29, 12, 0, tzinfo=EASTERN)

    queue = queue_of(before_any_plan_is_due, page=page)

    assert (queue.rows[0].district, queue.rows[-1].district) == (first, last)
    assert (queue.page.number, queue.page.paginator.num_pages) == (number, 2)
    assert [*queue.counts.values()] == [130, 0, 1, 0, 129, 0, 0]


def test_queue_counts_what_is_searched_and_offers_to_assign_all():
    first, second, *_ = towns(130)
    for district in (first, second):
        PlanFactory(district=district, submitted=True)

    queue = queue_of(JULY_21, words="Town 001", page="2")

    assert [row.district for row in queue.rows] == ["Town 001"]
    assert [*queue.counts.values()] == [1, 0, 1, 0, 0, 0, 0]
    assert queue.to_assign == 2


def test_queue_links_to_its_other_pages_with_tab_and_search(client, manager):
    towns(130)
    client.force_login(manager)

    asked = {"fy": 2027, "tab": "with-districts", "q": "Town"}
    page = BeautifulSoup(client.get(URL, asked | {"page": 2}).text, "html.parser")

    links = page.find("nav", attrs={"aria-label": "Pages of the queue"}).find_all("a")
    address = "?fy=2027&tab=with-districts&q=Town&page="
    assert [(link.text, link["href"], link.get("aria-current")) for link in links] == [
        ("Previous", f"{address}1", None),
        ("Page 1", f"{address}1", None),
        ("Page 2", f"{address}2", "page"),
    ]


def test_queue_of_two_pages_takes_the_queries_of_one(client, manager, django_assert_num_queries):
    towns(130)
    client.force_login(manager)

    with django_assert_num_queries(8):
        response = client.get(URL, {"fy": 2027, "page": 2})

    assert len(response.context["queue"].rows) == 30


# The page --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_query_count_does_not_grow(client, manager, rows, django_assert_num_queries):
    for _ in range(rows):
        plan = PlanFactory(returned=True)
        resubmit(plan)
        DistrictFactory(designated=True)
    client.force_login(manager)

    # session, user, standing, cycles, counts, districts, reviewers, letters, what waits for them
    with django_assert_num_queries(8):
        response = client.get(URL)

    assert len(response.context["queue"].rows) == rows * 2


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
def test_queue_is_open_to_the_department(client, role):
    client.force_login(person(role))

    assert client.get(URL).status_code == 200


@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_queue_does_not_exist_for_districts(client, role):
    client.force_login(person(role))

    assert client.get(URL).status_code == 404


def test_queue_asks_strangers_to_sign_in(client):
    assert client.get(URL).url == f"{reverse('account_login')}?next={URL}"


def test_queue_is_not_posted_to(client, manager):
    client.force_login(manager)

    assert client.post(URL).status_code == 405


@pytest.mark.parametrize("year", ["1999", "next", "²"])
def test_queue_of_a_year_without_a_cycle_is_not_found(client, manager, year):
    client.force_login(manager)

    assert client.get(URL, {"fy": year}).status_code == 404


def test_queue_of_the_other_year(client, manager):
    DistrictFactory(name="Derby", designated=True, designation__last_fiscal_year=2032)
    client.force_login(manager)

    response = client.get(URL, {"fy": "2028"})

    assert "Review queue, FY2028" in response.text
    assert [row.district for row in response.context["queue"].rows] == ["Derby"]


def test_queue_links_to_what_was_handed_in_and_to_nothing_else(client, auditor):
    plan = PlanFactory(district=district("Bristol"), submitted=True)
    PlanFactory(district=district("Derby"))
    client.force_login(auditor)

    page = BeautifulSoup(client.get(URL).text, "html.parser")

    assert [link["href"] for link in page.select(".stacks tbody th a")] == [
        reverse("reviews:plan", args=[plan.district.slug, 2027])
    ]
    assert {th.text.strip() for th in page.select(".stacks tbody th")} == {"Derby", "Bristol"}


@pytest.mark.parametrize(("role", "offered"), [(Role.PROGRAM_MANAGER, True), (Role.AUDITOR, False)])
def test_queue_offers_to_assign_only_to_whom_it_is(client, role, offered):
    PlanFactory(submitted=True)
    client.force_login(person(role))

    assert ("Assign reviewers (1)" in client.get(URL).text) is offered


def test_queue_says_what_to_do_where_nothing_matches(client, manager):
    client.force_login(manager)

    assert "No district matches" in client.get(URL, {"q": "zzz"}).text
    assert "Nothing waits for you" in client.get(URL, {"tab": "mine"}).text
    assert "Nothing here now" in client.get(URL, {"tab": "decided"}).text


def test_queue_without_any_cycle_says_so(client, manager):
    Plan.objects.all().delete()
    for related in Cycle._meta.related_objects:
        related.related_model.objects.all().delete()
    Cycle.objects.all().delete()
    client.force_login(manager)

    assert "No cycle is set up" in client.get(URL).text


@time_machine.travel(datetime(2026, 7, 21, 12, 0, tzinfo=EASTERN))
def test_queue_says_until_when_reviews_are_due(client, manager):
    client.force_login(manager)

    assert (
        "Friday, July 31, 2026, 11:59 pm Eastern Time</strong> · 10 days left"
        in client.get(URL).text
    )
