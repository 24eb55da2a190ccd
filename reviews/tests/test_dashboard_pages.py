"""The dashboard, its lists, their files and views: who opens them, and where each figure leads."""

import csv
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import ConflictFactory, DistrictFactory, person
from plans.models import Assurance, Cycle, ReminderRule
from plans.tests.factories import PlanFactory
from reviews.models import SavedView

pytestmark = pytest.mark.django_db
LISTS = ("plans", "late", "dollars", "quiet")


@pytest.fixture
def manager():
    return person(Role.PROGRAM_MANAGER)


@pytest.fixture
def year():
    for name, made in {
        "Ansonia": None,
        "=Bristol": {},
        "Danbury": {"submitted": True},
        "Derby": {"returned": True},
        "Hamden": {"recommended": True, "reviews": True},
        "Hartford": {"approved": True},
        "Norwalk": {"approved": True},
    }.items():
        district = DistrictFactory(name=name, slug=name.lower().strip("="), designated=True)
        if made is not None:
            PlanFactory(district=district, **made)


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def listed(client, name, **asked) -> BeautifulSoup:
    asked = {"fy": 2027} | asked
    return soup(client.get(reverse("reviews:dashboard_list", args=[name]), asked))


def figure(text: str) -> int:
    return int("".join(each for each in text if each.isdecimal()) or 0)


def names(page) -> list[str]:
    return [" ".join(each.text.split()) for each in page.select(".stacks tbody th")]


def test_each_figure_leads_to_as_many_rows_as_it_says(client, manager, year, time_machine):
    time_machine.move_to("2026-12-01T17:00:00Z", tick=False)
    client.force_login(manager)
    page = soup(client.get(reverse("reviews:dashboard"), {"fy": 2027}))

    told = {}  # by address, the number beside the link
    for place in page.select("section[aria-labelledby=h-where] tbody tr"):
        told[place.a["href"]] = figure(place.td.text)
    for side in page.select("section[aria-labelledby=h-times] tbody tr"):
        told[side.a["href"]] = figure(side.td.text)
    for part in page.select("section[aria-label^='Dollars by'] tbody tr"):
        told[part.a["href"]] = figure(part.td.text)
    for link in page.select("#h-late + span a"):
        told[link["href"]] = figure(link.text)
    for fig in page.select(".fig"):
        if any(word in fig.a.text for word in ("late", "quiet")):
            told[fig.a["href"]] = figure(fig.b.text)

    assert len(told) == 25
    assert sum(told.values()) > 30
    for address, number in told.items():
        rows = names(soup(client.get(address)))
        assert len(rows) == number, address


def test_dollars_behind_a_figure_add_up_to_it(client, manager, year):
    client.force_login(manager)
    page = soup(client.get(reverse("reviews:dashboard"), {"fy": 2027}))
    rows = page.select("section[aria-label='Dollars by focus area'] tbody tr")

    assert len(rows) > 1
    for row in rows:
        part = soup(client.get(row.a["href"]))
        amounts = [figure(each.text) for each in part.select("tbody [data-label='US dollars']")]
        total = part.select_one("tfoot [data-label='US dollars']")
        shown = figure(row.select_one("[data-label='US dollars']").text)
        assert sum(amounts) == figure(total.text) == shown > 0


@pytest.mark.parametrize(
    ("sort", "first"), [("name", "=Bristol"), ("-name", "Norwalk"), ("-rounds", "Derby")]
)
def test_list_is_sorted_as_its_address_says(client, manager, year, sort, first):
    client.force_login(manager)
    page = listed(client, "plans", sort=sort)

    assert names(page)[0] == first
    [heading] = page.select("thead th[aria-sort]")
    [again] = parse_qs(urlsplit(heading.a["href"]).query)["sort"]
    assert again == (sort.removeprefix("-") if sort.startswith("-") else f"-{sort}")
    assert listed(client, "plans", sort="no-such-column").select("thead th[aria-sort]") == []


def test_list_is_filtered_as_its_address_says(client, manager, year):
    client.force_login(manager)

    assert names(listed(client, "plans", side="decided")) == ["Hartford", "Norwalk"]
    assert names(listed(client, "plans", returned="1")) == ["Derby"]
    assert len(names(listed(client, "plans", side="nobody"))) == 6
    assert names(listed(client, "quiet", days="0")) == ["=Bristol", "Ansonia", "Derby"]
    assert names(listed(client, "quiet", days="x" * 50)) == names(listed(client, "quiet"))
    page = listed(client, "late", what="\0plans")
    assert page.select_one("option[selected]")["value"] == "plans"


@pytest.mark.parametrize("name", LISTS)
def test_files_hold_the_rows_of_the_page_and_no_formula(client, manager, year, name):
    client.force_login(manager)
    page = names(listed(client, name))
    files = {
        kind: client.get(reverse("reviews:dashboard_file", args=[name, kind]), {"fy": 2027})
        for kind in ("csv", "xlsx")
    }

    [_, *rows] = csv.reader(StringIO(files["csv"].content.decode("utf-8-sig")))
    assert [row[0].removeprefix("'") for row in rows] == page
    sheet = openpyxl.load_workbook(BytesIO(files["xlsx"].content)).active
    cells = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in cells] == page
    assert {cell.data_type for row in cells for cell in row} <= {"s", "inlineStr", "n"}
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert client.get(reverse("reviews:dashboard_file", args=[name, "exe"])).status_code == 404


def test_files_of_the_queue_hold_every_row_of_its_tab(client, manager, year):
    client.force_login(manager)
    url = reverse("reviews:queue_file", args=["csv"])

    def rows(**asked):
        answer = client.get(url, {"fy": 2027} | asked)
        return [row[0] for row in csv.reader(StringIO(answer.content.decode("utf-8-sig")))][1:]

    assert len(rows()) == 7
    assert "'=Bristol" in rows()
    assert rows(tab="decided") == ["Hartford", "Norwalk"]
    assert rows(q="ans") == ["Ansonia"]
    assert rows(sort="name") == sorted(rows())


def test_queue_of_two_pages_has_both_in_its_file(client, manager):
    for number in range(101):
        DistrictFactory(name=f"Town {number:03}", designated=True)
    client.force_login(manager)

    answer = client.get(reverse("reviews:queue_file", args=["csv"]), {"fy": 2027, "sort": "name"})

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 102
    assert lines[-1].startswith("Town 100")


def test_view_is_a_name_for_an_address_and_a_persons_own(client, manager, year):
    client.force_login(manager)
    save = reverse("reviews:views", args=["plans"])
    said = {"name": " With  us ", "query": "fy=2027&side=state&sort=-here"}

    answer = client.post(save, said, follow=True)
    assert "saved as “With us”" in answer.text
    assert answer.redirect_chain[-1][0].endswith("?fy=2027&side=state&sort=-here")
    client.post(save, said | {"query": "fy=2027&side=district"})
    [view] = SavedView.objects.all()  # the same name again: one view, which shows that from now on
    mine = soup(client.get(save, {"fy": 2027, "side": "state"}))
    assert mine.select_one("input[name=query]")["value"] == "fy=2027&side=state"
    link = mine.find("a", string="With us")
    assert names(soup(client.get(link["href"]))) == ["=Bristol", "Derby"]

    client.force_login(person(Role.AUDITOR))
    assert "With us" not in client.get(save).text
    assert client.post(reverse("reviews:view_drop", args=[view.pk])).status_code == 404

    client.force_login(manager)
    assert "removed" in client.post(reverse("reviews:view_drop", args=[view.pk]), follow=True).text
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " \0 "}, "The view has no name."),
        ({"name": "x" * 61}, "longer than 60 characters"),
        ({"name": "Long", "query": "q=" + "x" * 600}, "too long to be kept"),
    ],
)
def test_view_that_cannot_be_kept_says_why(client, manager, said, sentence):
    client.force_login(manager)
    answer = client.post(reverse("reviews:views", args=["queue"]), said, follow=True)

    assert sentence in answer.text
    assert SavedView.objects.count() == 0


def test_views_of_one_list_are_at_most_twenty(client, manager, noon):
    views = [
        SavedView(person=manager, list="queue", name=str(number), query="", saved_at=noon)
        for number in range(SavedView.MOST)
    ]
    SavedView.objects.bulk_create(views)
    client.force_login(manager)
    save = reverse("reviews:views", args=["queue"])

    assert "Remove one first" in client.post(save, {"name": "another"}, follow=True).text
    assert "saved as" in client.post(save, {"name": "7", "query": "tab=mine"}, follow=True).text
    assert (
        "saved as"
        in client.post(
            reverse("reviews:views", args=["late"]), {"name": "another"}, follow=True
        ).text
    )


def test_who_is_kept_from_a_district_sees_its_plan_with_the_department_only(client, year):
    reader = person(Role.PROGRAM_REVIEWER)
    client.force_login(reader)
    assert "Recommended" in listed(client, "plans").text

    hamden = PlanFactory._meta.model.objects.get(district__slug="hamden").district
    ConflictFactory(person=reader, district=hamden)

    page = listed(client, "plans")
    [row] = [each for each in page.select("tbody tr") if "Hamden" in each.text]
    assert "With the Department" in row.text
    assert row.a is None
    assert "Recommended" not in page.text


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_as_often_for_one_district_as_for_many(
    client, manager, name, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(manager)
    PlanFactory(approved=True, district=DistrictFactory(designated=True))
    with django_assert_max_num_queries(10) as one:
        listed(client, name)
    for _ in range(2):
        PlanFactory(approved=True, district=DistrictFactory(designated=True))
        PlanFactory(returned=True, district=DistrictFactory(designated=True))
    with django_assert_num_queries(len(one)):
        listed(client, name)


def test_dashboard_asks_a_fixed_number_of_times(client, manager, year, django_assert_num_queries):
    client.force_login(manager)
    for queries in (12, 11):  # one for the dollars of texts that were not asked for before
        with django_assert_num_queries(queries):
            client.get(reverse("reviews:dashboard"), {"fy": 2027})


def test_dashboard_without_any_cycle_says_so(client, manager):
    for model in (Assurance, ReminderRule, Cycle):
        model.objects.all().delete()
    client.force_login(manager)

    assert "No cycle is set up" in client.get(reverse("reviews:dashboard")).text
    assert client.get(reverse("reviews:dashboard_list", args=["late"])).status_code == 404
    assert client.get(reverse("reviews:queue_file", args=["csv"])).status_code == 404


def test_there_is_no_other_list(client, manager):
    client.force_login(manager)
    assert client.get(reverse("reviews:dashboard_list", args=["secrets"])).status_code == 404
    assert client.post(reverse("reviews:views", args=["secrets"])).status_code == 404
