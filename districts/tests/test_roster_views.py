"""The roster's pages: who may open them, what they show, and what each act answers."""

from datetime import date, datetime, time

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.urls import reverse

from districts import services
from districts.calendar import EASTERN
from districts.models import Allocation, Designation, District, Figure
from districts.roles import Role
from districts.tests.factories import (
    AllocationFactory,
    DesignationFactory,
    DistrictFactory,
    person,
    restated,
    towns,
)

pytestmark = pytest.mark.django_db

DISTRICT = {
    "name": "Stonington",
    "edsight_code": "1370011",
    "town_code": "137",
    "reference_group": "D",
    "profile_source": "",
    "profile_on": "",
}
RUN = {
    "first_fiscal_year": "FY2028",
    "last_fiscal_year": "2032",
    "cohort": "FY2028",
    "basis": "Lowest index",
    "source": "Commissioner’s letter",
    "source_on": "2027-05-01",
}
MONEY = {"amount": "$1,204,000", "source": "Department list", "source_on": "2027-04-30"}


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response) -> dict:
    return dict(response.context["form"].errors)


# Who may ----------------------------------------------------------------------------------------

READ = ["districts:list", "districts:detail"]
CHANGE = [
    "districts:add",
    "districts:edit",
    "districts:retire",
    "districts:designation_add",
    "districts:designation_edit",
    "districts:allocation_add",
    "districts:allocation_set",
]


def address(name: str, district: District) -> str:
    if name in {"districts:list", "districts:add"}:
        return reverse(name)
    if name == "districts:designation_edit":
        return reverse(name, args=[district.slug, district.designations.get().pk])
    if name == "districts:allocation_set":
        return reverse(name, args=[district.slug, 2027, "final"])
    return reverse(name, args=[district.slug])


@pytest.fixture
def ansonia():
    return DistrictFactory(
        name="Ansonia", edsight_code="0020011", town_code=2, designated=True, funded=True
    )


@pytest.mark.parametrize("name", READ + CHANGE)
def test_an_admin_opens_every_page(client, admin, ansonia, name):
    client.force_login(admin)

    assert client.get(address(name, ansonia)).status_code == 200


@pytest.mark.parametrize(
    "role", ["reviewer", "fiscal_reviewer", "manager", "commissioner", "delegate", "auditor"]
)
def test_the_department_reads_and_changes_nothing(client, request, ansonia, role):
    client.force_login(request.getfixturevalue(role))

    assert [client.get(address(name, ansonia)).status_code for name in READ] == [200, 200]
    assert {client.get(address(name, ansonia)).status_code for name in CHANGE} == {403}
    assert {client.post(address(name, ansonia)).status_code for name in CHANGE} == {403}
    assert client.post(reverse("districts:restore", args=["ansonia"])).status_code == 403


@pytest.mark.parametrize("role", [Role.PLAN_COORDINATOR, Role.SUPERINTENDENT, Role.DISTRICT_ADMIN])
def test_a_district_neither_reads_nor_changes_the_roster(client, ansonia, role):
    client.force_login(person(role, ansonia))

    answers = {
        name: (
            client.get(address(name, ansonia)).status_code,
            client.post(address(name, ansonia)).status_code,
        )
        for name in CHANGE
    }

    assert client.get(reverse("districts:list")).status_code == 403
    assert client.get(ansonia.get_absolute_url()).status_code == 404
    assert answers == dict.fromkeys(CHANGE, (404, 404)) | {"districts:add": (403, 403)}


def test_strangers_are_asked_to_sign_in(client, ansonia):
    for name in READ + CHANGE:
        response = client.get(address(name, ansonia))
        assert response.url == f"{reverse('account_login')}?next={address(name, ansonia)}"


def test_restoring_is_never_done_by_following_a_link(client, admin, ansonia, noon):
    services.retire_district(district_id=ansonia.pk, by=admin, at=noon)
    client.force_login(admin)

    asked = client.get(reverse("districts:restore", args=["ansonia"]))

    ansonia.refresh_from_db()
    assert ("Restore Ansonia?" in asked.text, ansonia.retired_at) == (True, noon)


# The list ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_district_list_query_count_does_not_grow(client, reviewer, rows, django_assert_num_queries):
    for district in DistrictFactory.create_batch(rows, designated=True, funded=True):
        figure(district, "enrolment", "2025-26", 100)
    client.force_login(reviewer)

    # session, user, standing, years, sums of allocations, of figures, districts, what to look after
    with django_assert_num_queries(8):
        response = client.get(reverse("districts:list"), {"year": 2027})

    assert len(response.context["roster"].rows) == rows


def test_district_list_adds_up_every_page(client, admin, django_assert_num_queries):
    districts = towns(130)
    for district in (districts[0], districts[129]):
        AllocationFactory(district=district, stage="preliminary", amount=7)
        figure(district, "enrolment", "2025-26", 20)
    client.force_login(admin)

    with django_assert_num_queries(8):
        response = client.get(reverse("districts:list"), {"year": 2027, "q": "Town", "page": 2})

    roster = response.context["roster"]
    assert [row.name for row in roster.rows] == [f"Town {number:03}" for number in range(101, 131)]
    assert (roster.amount, roster.preliminary, roster.students) == (14, 2, 40)
    page = BeautifulSoup(response.text, "html.parser")
    assert page.select_one("tfoot th").text == "130 districts"
    links = page.find("nav", attrs={"aria-label": "Pages of districts"}).find_all("a")
    assert [(link.text, link["href"], link.get("aria-current")) for link in links] == [
        ("Previous", "?year=2027&q=Town&page=1", None),
        ("Page 1", "?year=2027&q=Town&page=1", None),
        ("Page 2", "?year=2027&q=Town&page=2", "page"),
    ]


def test_district_list_beyond_its_last_page_is_the_last(client, reviewer):
    towns(101)
    client.force_login(reviewer)

    roster = client.get(reverse("districts:list"), {"page": 9}).context["roster"]

    assert [row.name for row in roster.rows] == ["Town 101"]


def figure(district, measure, period, value):
    return Figure.objects.create(
        district=district,
        measure=measure,
        period=period,
        value=value,
        source=f"EdSight, {period}",
        source_on="2026-06-30",
    )


def test_district_list_shows_the_latest_figures_and_their_sums(client, reviewer, ansonia):
    derby = DistrictFactory(name="Derby", designated=True, designation__is_reform_district=True)
    AllocationFactory(district=derby, stage="preliminary", amount=5, is_assumption=True)
    for district, students in ((ansonia, 2390), (derby, 1200)):
        figure(district, "enrolment", "2024-25", 1)
        figure(district, "enrolment", "2025-26", students)
        figure(district, "schools", "2024-25", 4)
    client.force_login(reviewer)

    response = client.get(reverse("districts:list"), {"year": 2027})

    roster = response.context["roster"]
    assert [(row.name, row.amount, row.students, row.schools) for row in roster.rows] == [
        ("Ansonia", 1_000_000, 2390, 4),
        ("Derby", 5, 1200, 4),
    ]
    page = BeautifulSoup(response.text, "html.parser")
    assert [_cells(row, 0, 1, 5, 6) for row in page.select("tbody tr")] == [
        ["Ansonia", "$1,000,000", "2,390", "4"],
        ["Derby RD", "$5", "1,200", "4"],
    ]
    assert (roster.amount, roster.preliminary, roster.students, roster.schools) == (
        1_000_005,
        1,
        3590,
        8,
    )
    assert [(column, note.source) for column, note in response.context["notes"]] == [
        ("FY2027 allocation", "Department list"),
        ("Students enrolled", "EdSight, 2025-26"),
        ("Schools", "EdSight, 2024-25"),
    ]


def _cells(row, *places):
    cells = [" ".join(cell.text.split()) for cell in row.find_all(["th", "td"])]
    return [cells[place] for place in places]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 6, 30), ""),  # FY2026: the run of the test's district ends a year later
        (date(2026, 7, 1), "The designation of 1 district ends on June 30, 2027."),
        (date(2027, 6, 30), "The designation of 1 district ends on June 30, 2027."),
        (date(2027, 7, 1), ""),
    ],
)
def test_an_admin_is_warned_of_designations_that_end_within_twelve_months(
    client, admin, reviewer, ansonia, day, said
):
    renewed = DistrictFactory(name="Bristol")
    DesignationFactory(district=renewed, first_fiscal_year=2023, last_fiscal_year=2027)
    DesignationFactory(district=renewed, first_fiscal_year=2028, last_fiscal_year=2032)
    with time_machine.travel(datetime.combine(day, time(12), EASTERN)):
        client.force_login(admin)
        told = notes_of(client)
        client.force_login(reviewer)
        told_reviewer = notes_of(client)

    assert (said in told) if said else ("ends on" not in told)
    assert "ends on" not in told_reviewer


def notes_of(client):
    page = BeautifulSoup(client.get(reverse("districts:list")).text, "html.parser")
    return " ".join(" ".join(note.get_text().split()) for note in page.select(".note"))


def test_district_list_prefers_the_final_allocation(client, reviewer, ansonia):
    AllocationFactory(district=ansonia, stage="preliminary", amount=5)
    client.force_login(reviewer)

    response = client.get(reverse("districts:list"), {"year": 2027})

    (row,) = response.context["roster"].rows
    assert row.amount == 1_000_000
    assert "$1,000,000</td>" in response.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Ansonia", "Derby"]),
        ({"q": "ans"}, ["Ansonia"]),
        ({"q": "002"}, ["Ansonia"]),
        ({"q": "nowhere"}, []),
        ({"retired": "on"}, ["Ansonia", "Derby", "Gone"]),
        ({"year": "not a year"}, ["Ansonia", "Derby"]),
    ],
)
def test_district_list_is_searched(client, admin, ansonia, noon, query, found):
    DistrictFactory(name="Derby", edsight_code="0370011", town_code=37)
    DistrictFactory(name="Gone", retired_at=noon, retired_by=admin)
    client.force_login(admin)

    rows = client.get(reverse("districts:list"), query).context["roster"].rows

    assert [row.name for row in rows] == found


def test_district_list_shows_adding_only_to_admins(client, admin, reviewer, ansonia):
    shown = {}
    for user in (admin, reviewer):
        client.force_login(user)
        shown[user] = reverse("districts:add") in client.get(reverse("districts:list")).text

    assert shown == {admin: True, reviewer: False}


# A district -------------------------------------------------------------------------------------


def test_district_detail_shows_facts_money_figures_and_people(client, reviewer, ansonia):
    figure(ansonia, "enrolment", "2025-26", 2390)
    person(Role.SUPERINTENDENT, ansonia, name="Maria Lopez")
    client.force_login(reviewer)

    page = client.get(ansonia.get_absolute_url()).text

    for words in (
        "0020011",
        "FY2023 to FY2027",
        "$1,000,000",
        "2,390",
        "EdSight, 2025-26",
        "Maria Lopez",
    ):
        assert words in page
    assert reverse("districts:edit", args=["ansonia"]) not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_district_detail_query_count_does_not_grow(
    client, admin, ansonia, rows, django_assert_num_queries
):
    for number in range(rows):
        person(Role.PLAN_COORDINATOR, ansonia)
        AllocationFactory(district=ansonia, fiscal_year=2028 + number)
        figure(ansonia, "enrolment", f"202{number}-2{number + 1}", 1)
    client.force_login(admin)

    # session, user, standing, the district with its figures, its designations, allocations,
    # people, changes
    with django_assert_num_queries(8):
        client.get(ansonia.get_absolute_url())


def test_district_add_puts_it_on_the_roster(client, admin):
    client.force_login(admin)

    response = client.post(reverse("districts:add"), DISTRICT)

    district = District.objects.get()
    assert (district.name, district.slug, district.edsight_code, district.town_code) == (
        "Stonington",
        "stonington",
        "1370011",
        137,
    )
    assert (response.url, said(response)) == (
        "/districts/stonington/",
        ["Stonington is on the roster."],
    )


def test_district_add_sent_twice_adds_one(client, admin):
    client.force_login(admin)

    urls = [client.post(reverse("districts:add"), DISTRICT).url for _ in range(2)]

    assert (urls, District.objects.count()) == (["/districts/stonington/"] * 2, 1)


def test_district_add_says_everything_that_is_wrong_and_keeps_what_was_typed(client, admin):
    client.force_login(admin)

    response = client.post(
        reverse("districts:add"),
        DISTRICT | {"name": "", "edsight_code": "137011", "town_code": "170", "profile_on": "soon"},
    )

    assert response.status_code == 422
    assert errors(response) == {
        "name": ["This is empty. Fill it in."],
        "edsight_code": ["An EdSight code has seven digits, such as 0020011."],
        "town_code": ["Town numbers go from 1 to 169."],
        "profile_on": ["This is not a date. Write it as 06/30/2027."],
    }
    assert 'value="137011"' in response.text
    assert 'value="170"' in response.text


def test_district_add_of_one_that_is_there_says_which(client, admin, ansonia):
    client.force_login(admin)

    response = client.post(
        reverse("districts:add"),
        DISTRICT | {"name": "ansonia", "edsight_code": "0020011", "town_code": "2"},
    )

    assert errors(response) == {
        "name": ["Ansonia is on the roster already, with code 0020011."],
        "edsight_code": ["Ansonia has the code 0020011."],
        "town_code": ["Ansonia has the town number 2."],
    }
    assert District.objects.count() == 1


def edition_on(client, url) -> str:
    return client.get(url).context["form"]["seen"].value()


def test_district_edit_saves_and_keeps_the_address(client, admin, ansonia):
    client.force_login(admin)
    url = reverse("districts:edit", args=["ansonia"])

    response = client.post(url, DISTRICT | {"seen": edition_on(client, url)})

    ansonia.refresh_from_db()
    assert (ansonia.name, ansonia.slug, ansonia.reference_group) == ("Stonington", "ansonia", "D")
    assert response.url == "/districts/ansonia/"


def test_district_edit_shows_what_another_admin_saved_meanwhile_and_loses_neither(
    client, admin, ansonia
):
    client.force_login(admin)
    url = reverse("districts:edit", args=["ansonia"])
    seen = edition_on(client, url)
    District.objects.update(name="Ansonia City", town_code=2)

    refused = client.post(url, DISTRICT | {"seen": seen})
    ansonia.refresh_from_db()
    name_between = ansonia.name
    client.post(url, DISTRICT | {"seen": refused.context["form"]["seen"].value()})

    ansonia.refresh_from_db()
    assert (refused.status_code, name_between, ansonia.name) == (409, "Ansonia City", "Stonington")
    assert refused.context["kept"] == [
        ("District", "Ansonia City"),
        ("EdSight code", "0020011"),
        ("Town number", "2"),
        ("District Reference Group (optional)", "—"),
    ]
    assert 'value="Stonington"' in refused.text
    assert refused.text.count("Someone changed this after you opened it.") == 1


def test_district_edit_sent_twice_is_one_act(client, admin, ansonia):
    client.force_login(admin)
    url = reverse("districts:edit", args=["ansonia"])
    form = DISTRICT | {"seen": edition_on(client, url)}

    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]


def test_district_retire_asks_first_and_then_takes_it_off_the_lists(client, admin, ansonia):
    client.force_login(admin)
    url = reverse("districts:retire", args=["ansonia"])

    asked = client.get(url)
    still_there = District.objects.active().exists()
    response = client.post(url)

    ansonia.refresh_from_db()
    assert ("Retire Ansonia?" in asked.text, still_there) == (True, True)
    assert (ansonia.retired_by, District.objects.active().exists()) == (admin, False)
    assert said(response) == ["Ansonia is retired. It can be restored from its page."]
    assert "Restore Ansonia" in client.get(response.url).text


def test_district_restore_puts_it_back(client, admin, ansonia, noon):
    services.retire_district(district_id=ansonia.pk, by=admin, at=noon)
    client.force_login(admin)

    response = client.post(reverse("districts:restore", args=["ansonia"]))

    ansonia.refresh_from_db()
    assert (ansonia.retired_at, ansonia.retired_by) == (None, None)
    assert said(response) == ["Ansonia is on the roster again."]


# Designations and allocations -------------------------------------------------------------------


def test_designation_add_gives_the_district_a_run(client, admin, ansonia):
    client.force_login(admin)

    response = client.post(reverse("districts:designation_add", args=["ansonia"]), RUN)

    assert said(response) == ["Ansonia is designated for FY2028 to FY2032."]
    assert Designation.objects.covering(2030).get().district == ansonia


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (
            {"first_fiscal_year": "FY2027", "cohort": "2013"},
            "first_fiscal_year",
            "The district is already designated for FY2023 to FY2027. Choose years outside that"
            " run, or change that run.",
        ),
        (
            {"last_fiscal_year": "2027"},
            "last_fiscal_year",
            "FY2027 is before FY2028, the first year.",
        ),
        (
            {"cohort": "FY2029"},
            "cohort",
            "FY2029 is after FY2028. Write the year in which the district was first designated; it"
            " cannot be later than this run.",
        ),
        (
            {"last_fiscal_year": "32"},
            "last_fiscal_year",
            "“32” is not a fiscal year. Write the year it ends in, FY2013 or later, such as"
            " FY2027.",
        ),
    ],
)
def test_designation_add_refuses_in_a_sentence(client, admin, ansonia, typed, field, sentence):
    client.force_login(admin)

    response = client.post(reverse("districts:designation_add", args=["ansonia"]), RUN | typed)

    assert errors(response) == {field: [sentence]}
    assert ansonia.designations.count() == 1


def test_designation_edit_ends_a_run_earlier(client, admin, ansonia):
    run = ansonia.designations.get()
    client.force_login(admin)
    url = reverse("districts:designation_edit", args=["ansonia", run.pk])
    form = client.get(url).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"last_fiscal_year": "2026"}

    response = client.post(url, typed)

    run.refresh_from_db()
    now = ansonia.designations.get()
    assert (run.last_fiscal_year, run.superseded_in) == (2027, now.stated_in)
    assert (now.last_fiscal_year, said(response)) == (
        2026,
        ["Ansonia is designated for FY2023 to FY2026."],
    )


def test_designation_of_another_district_is_not_found_here(client, admin, ansonia):
    elsewhere = DesignationFactory()
    client.force_login(admin)

    assert (
        client.get(
            reverse("districts:designation_edit", args=["ansonia", elsewhere.pk])
        ).status_code
        == 404
    )


def test_allocation_add_reads_money_as_people_write_it(client, admin, ansonia):
    client.force_login(admin)

    response = client.post(
        reverse("districts:allocation_add", args=["ansonia"]),
        MONEY | {"fiscal_year": "2028", "stage": "preliminary"},
    )

    assert said(response) == ["The preliminary allocation for FY2028 is $1,204,000."]
    assert Allocation.objects.get(fiscal_year=2028).amount == 1_204_000


def test_allocation_add_of_one_that_is_there_shows_it_and_asks_again(client, admin, ansonia):
    client.force_login(admin)
    url = reverse("districts:allocation_add", args=["ansonia"])
    typed = MONEY | {"fiscal_year": "2027", "stage": "final"}

    refused = client.post(url, typed)
    amount_between = ansonia.allocations.get().amount
    client.post(url, typed | {"seen": refused.context["form"]["seen"].value()})

    assert (refused.status_code, amount_between, ansonia.allocations.get().amount) == (
        409,
        1_000_000,
        1_204_000,
    )
    assert errors(refused) == {
        "__all__": [
            "This is there already. What you wrote is still here, and what is kept now is beside"
            " it. Save again to replace it with yours."
        ]
    }
    assert refused.context["kept"] == [
        ("Amount", "1,000,000"),
        ("Date of the source", "April 1, 2026"),
    ]


def test_allocation_set_changes_the_amount_and_is_no_assumption_any_more(client, admin, ansonia):
    restated(Allocation.objects.get(), is_assumption=True)
    client.force_login(admin)
    url = reverse("districts:allocation_set", args=["ansonia", 2027, "final"])

    response = client.post(url, MONEY | {"seen": edition_on(client, url), "amount": "0"})

    held = ansonia.allocations.get()
    assert (held.amount, held.is_assumption) == (0, False)
    assert said(response) == ["The final allocation for FY2027 is $0."]


def test_allocation_set_of_a_year_without_one_is_not_found(client, admin, ansonia):
    client.force_login(admin)

    for stage in ("preliminary", "guessed"):
        url = reverse("districts:allocation_set", args=["ansonia", 2027, stage])
        assert client.get(url).status_code == 404


def test_a_retired_district_is_not_changed(client, admin, ansonia, noon):
    services.retire_district(district_id=ansonia.pk, by=admin, at=noon)
    client.force_login(admin)

    response = client.post(reverse("districts:designation_add", args=["ansonia"]), RUN)

    assert errors(response) == {"__all__": ["Ansonia is retired. Restore it before you change it."]}
