"""A file of allocations alone: district, year, amount; and what the roster's record says of it."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from alliance.tests.demo import load_roster
from districts import services
from districts.models import Allocation, District, RosterChange
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person
from notices.models import Notice
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db
URL = reverse("districts:file")
HEADER = "edsight_district_code,fiscal_year,amount"


@pytest.fixture
def ansonia():
    return DistrictFactory(name="Ansonia", slug="ansonia", edsight_code="0020011", funded=True)


@pytest.fixture
def derby():
    return DistrictFactory(name="Derby", slug="derby", edsight_code="0370011")


def upload(client, *lines, **more):
    file = SimpleUploadedFile("allocations.csv", "\n".join(lines).encode())
    return client.post(URL, {"file": file, "list_date": "2027-04-30"} | more, follow=True)


def confirm(client, by):
    client.force_login(by)
    change = RosterChange.objects.waiting().get()
    return client.post(reverse("districts:change_confirm", args=[change.pk]), follow=True)


def test_code_year_and_amount_are_enough_for_thirty_three_allocations(client, admin, manager):
    load_roster()
    codes = District.objects.values_list("edsight_code", flat=True)
    client.force_login(admin)

    shown = upload(client, HEADER, *(f'{code},FY2028,"$1,000,000"' for code in codes))
    assert not Allocation.objects.filter(fiscal_year=2028).exists()
    confirm(client, manager)

    made = Allocation.objects.filter(fiscal_year=2028, stage="final")
    assert (made.count(), made.aggregate(all=Sum("amount"))["all"]) == (33, 33_000_000)
    assert "$33,000,000" in shown.text
    assert "Ansonia (0020011): FY2028 final allocation $1,000,000, new" in shown.text


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("district,fiscal_year,amount", "ansonia,2028,1204000"),
        ("Amount;Fiscal year;District name", "$1,204,000;FY 2028;Ansonia"),
        (
            "edsight_code\tdistrict\tfiscal_year\tallocation",
            "0020011\tAnsonia Schools\tFY2028\t1204000",
        ),
    ],
    ids=["by name", "semicolons, other order and words", "tabs, code and longer name"],
)
def test_columns_and_districts_are_read_as_people_write_them(client, admin, ansonia, header, row):
    client.force_login(admin)

    upload(client, header, row)

    change = RosterChange.objects.get(proposed_by=admin)
    assert change.summary == ["Ansonia (0020011): FY2028 final allocation $1,204,000, new"]
    assert change.asked["fiscal_year"] == 2028


def test_a_preliminary_amount_stands_beside_the_final_one(client, admin, manager, ansonia):
    client.force_login(admin)

    upload(client, f"{HEADER},stage", "0020011,2027,5,Preliminary")
    confirm(client, manager)

    held = ansonia.allocations.filter(fiscal_year=2027).values_list("stage", "amount")
    assert set(held) == {("final", 1_000_000), ("preliminary", 5)}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            [HEADER, "0020011,2028,1", "0370011,2028,2", "0020011,2028,3"],
            "Line 4, column edsight_district_code: Ansonia’s final allocation for FY2028 is on line"
            " 2 too. Expected one row for each district and year.",
        ),
        (
            [f"{HEADER},district", "0020011,2028,1,", ",2028,2,Ansonia"],
            "Line 3, column edsight_district_code: empty. Expected seven digits.",
        ),
        (
            ["district,fiscal_year,amount", "Ansonia,2028,1", "ANSONIA,2028,2"],
            "Line 3, column district: Ansonia’s final allocation for FY2028 is on line 2 too.",
        ),
        ([HEADER, "9990011,2028,1"], "“9990011” is no district of the roster. Expected a code"),
        (["district,fiscal_year,amount", "Bridport,2028,1"], "“Bridport” is no district of"),
        ([f"{HEADER},district", "0020011,2028,1,Derby"], "“Derby” beside the code of Ansonia."),
        ([HEADER, "0020011,2028,1", "0370011,2029,2"], "FY2029. Expected FY2028, as on line 2"),
        (["edsight_code,amount", "0020011,1"], "column fiscal_year: missing"),
        (["fiscal_year,amount", "2028,1"], "missing. Expected this column, or district, once"),
        ([HEADER, "0020011,27-28,1"], "Expected a fiscal year, named by the year it ends in"),
        ([HEADER, "0020011,2028,"], "column amount: empty. Expected whole US dollars"),
        ([HEADER, "0020011,2028,1.204.000"], "money that reads in one way only"),
        ([HEADER], "no rows. Expected one row for each district"),
        ([HEADER + ",amount", "0020011,2028,1,2"], "column amount: it is there 2 times"),
        ([HEADER, "0020011,2028"], "2 cells. Expected 3, one for each column"),
    ],
)
def test_what_cannot_be_meant_is_named_with_its_line(client, admin, ansonia, derby, lines, said):
    client.force_login(admin)

    page = upload(client, *lines, reason="Typed once.")

    assert (page.status_code, RosterChange.objects.filter(proposed_by=admin).count()) == (422, 0)
    assert said in page.text
    assert "Typed once." in page.text


def test_the_year_chosen_on_the_page_and_in_the_file_are_one(client, admin, ansonia):
    client.force_login(admin)

    page = upload(client, HEADER, "0020011,2028,1", fiscal_year="2029")

    assert "FY2028. Expected FY2029, the year chosen on the page: one year in a file" in page.text


def test_a_whole_roster_asks_for_its_year(client, admin):
    client.force_login(admin)

    page = upload(client, "district,town_code", "Ansonia,2")

    assert "Write the year whose allocations the file has." in page.text


def test_a_year_on_record_needs_a_reason_and_tells_the_district(client, admin, manager, ansonia):
    PlanFactory(district=ansonia, approved=True)
    superintendent = person(Role.SUPERINTENDENT, ansonia)
    client.force_login(admin)

    refused = upload(client, HEADER, "0020011,2027,7")
    upload(client, HEADER, "0020011,2027,7", reason="A corrected list.")
    confirm(client, manager)

    assert "Ansonia’s plan for FY2027, approved" in refused.text
    letter = Notice.objects.get(kind="roster_changed", to=superintendent).body
    assert "FY2027 final allocation: $1,000,000 → $7" in letter


def test_retired_districts_of_a_file_are_named_and_left_out_of_the_sums(
    client, admin, ansonia, derby
):
    AllocationFactory(district=derby, fiscal_year=2027, amount=500)
    services.retire_district(district_id=derby.pk, by=admin, at=timezone.now())
    client.force_login(admin)

    page = upload(client, HEADER, "0020011,2027,2000000", "0370011,2027,900")

    change = RosterChange.objects.waiting().get()
    assert (change.totals["before"], change.totals["after"]) == (1_000_000, 2_000_000)
    assert change.totals["retired"] == ["Derby (FY2027 allocation $500 → $900)"]
    assert "Derby (FY2027 allocation $500 → $900). Brought up to date, and not in the" in page.text


# The record -------------------------------------------------------------------------------------


def test_lines_of_a_file_stay_with_their_district_whatever_its_code_is_later(
    client, admin, manager, ansonia, derby
):
    client.force_login(admin)
    upload(client, HEADER, "0020011,2028,1", "0370011,2028,2")
    confirm(client, manager)

    District.objects.filter(pk=ansonia.pk).update(edsight_code="0029999")
    District.objects.filter(pk=derby.pk).update(edsight_code="0020011")

    assert "FY2028 final allocation $1, new" in client.get("/districts/ansonia/").text
    of_derby = client.get("/districts/derby/").text
    assert "FY2028 final allocation $2, new" in of_derby
    assert "FY2028 final allocation $1, new" not in of_derby


def test_lines_kept_before_lines_went_by_district_are_given_to_theirs(admin, ansonia, derby):
    change = RosterChange.objects.create(
        kind="file",
        asked={},
        summary=["Ansonia (0020011): one", "Derby (0370011): two", "Zoar: new on the roster"],
        districts_in_file=[ansonia.pk, derby.pk],
        needs_second=False,
        run_as="somebody",
        asked_at=timezone.now(),
    )

    connection.check_constraints()  # those of the row above: a migration finds it long settled
    with connection.schema_editor() as editor:
        import_module("districts.migrations.0006_lines_of_a_file").by_district(apps, editor)

    change.refresh_from_db()
    assert change.lines_of == {
        str(ansonia.pk): ["Ansonia (0020011): one"],
        str(derby.pk): ["Derby (0370011): two"],
    }


def test_a_file_whose_district_is_called_otherwise_by_now_is_refused_in_words(
    client, admin, manager, ansonia
):
    client.force_login(admin)
    upload(client, "district,fiscal_year,amount", "Ansonia,2028,1")
    District.objects.filter(pk=ansonia.pk).update(name="Ansonia City")

    page = confirm(client, manager)

    assert (page.status_code, RosterChange.objects.waiting().count()) == (409, 1)
    assert "The roster has changed since this file was compared with it." in page.text


def test_a_change_that_waits_is_on_the_page_of_its_district_and_of_its_cycle(
    client, admin, reviewer, ansonia, derby
):
    client.force_login(admin)
    upload(client, HEADER, "0020011,2028,1")
    change = RosterChange.objects.waiting().get()
    client.force_login(reviewer)

    of_district = client.get("/districts/ansonia/").text
    elsewhere = client.get("/districts/derby/").text

    assert "1 change of this district waits for a second person" in of_district
    assert f"asked by {admin.name}" in of_district
    assert "waits for a second person" not in elsewhere
    cycles = [client.get(reverse("plans:cycle", args=[year])).text for year in (2027, 2028)]
    assert [change.get_absolute_url() in page for page in cycles] == [False, True]


def test_a_change_that_waits_is_there_however_many_came_after(client, admin, ansonia):
    PlanFactory(district=ansonia, approved=True)
    grounds = services.Grounds("They left.")
    services.retire_district(district_id=ansonia.pk, grounds=grounds, by=admin, at=timezone.now())
    for _ in range(60):
        RosterChange.objects.create(
            kind="allocation",
            district=ansonia,
            asked={},
            summary=["A change"],
            needs_second=False,
            proposed_by=admin,
            asked_at=timezone.now(),
        )
    client.force_login(admin)

    assert "On the roster → retired" in client.get("/districts/ansonia/").text


def test_asking_again_for_what_waits_is_said(client, admin, ansonia):
    PlanFactory(district=ansonia, approved=True)
    url = reverse("districts:retire", args=["ansonia"])
    client.force_login(admin)

    first = client.post(url, {"reason": "They left."}, follow=True)
    again = client.post(url, {"reason": "They left."}, follow=True)
    client.force_login(person(Role.SYSADMIN))
    another = client.post(url, {"reason": "They left."}, follow=True)

    assert "You asked for this already" not in first.text
    assert "You asked for this already" in again.text
    assert f"{admin.name} asked for the same" in another.text
    assert RosterChange.objects.waiting().count() == 1


def test_taking_back_and_refusing_are_said_in_words_of_their_own(client, admin, manager, ansonia):
    client.force_login(admin)
    upload(client, HEADER, "0020011,2028,1")
    change = RosterChange.objects.waiting().get()
    url = reverse("districts:change_refuse", args=[change.pk])

    own, empty = client.get(change.get_absolute_url()).text, client.post(url).text
    client.force_login(manager)
    others = client.get(change.get_absolute_url()).text
    client.force_login(admin)
    client.post(url, {"refusal": "Another year’s list."})
    client.force_login(manager)
    late = client.post(reverse("districts:change_confirm", args=[change.pk])).text

    assert all("Why you take it back" in page for page in (own, empty))
    assert all("refused" not in page for page in (own, empty))
    assert "Why it is refused" in others
    assert "This was taken back meanwhile." in late
    letter = Notice.objects.get(kind="roster_proposed", to=manager)
    assert letter.outcome == f"Taken back by {admin.name}."


# Files to start from ----------------------------------------------------------------------------


def test_the_upload_page_names_its_columns_and_gives_files_to_start_from(client, admin):
    load_roster()
    client.force_login(admin)

    page = client.get(URL).text

    for column in ("edsight_district_code", "fiscal_year", "amount", "designated_in_33_list"):
        assert column in page
    year = date.today().year  # noqa: DTZ011 - whichever fiscal year it is
    assert any(
        reverse("districts:file_allocations", args=[each]) in page for each in (year + 1, year + 2)
    )


def test_a_file_from_a_list_of_which_no_day_is_known_asks_for_it(client, admin, ansonia):
    """No day is made up that a figure would carry for ever."""
    client.force_login(admin)
    lines = ("edsight_district_code,fiscal_year,amount", "0020011,FY2028,7300685")

    page = upload(client, *lines, list_date="")

    assert "Write the date of the list that FY2028 is from." in page.text
    assert not RosterChange.objects.exists()


@pytest.mark.parametrize("kind", ["allocations", "roster"])
def test_a_file_given_out_is_read_back_and_changes_nothing(client, admin, kind):
    load_roster()
    client.force_login(admin)

    given = client.get(reverse(f"districts:file_{kind}", args=[2027]))
    raw = given.content
    page = client.post(
        URL, {"file": SimpleUploadedFile("given.csv", raw), "fiscal_year": "2027"}, follow=True
    )

    assert f'filename="{kind}-FY2027.csv"' in given["Content-Disposition"]
    assert len(raw.splitlines()) == 34
    assert "There is nothing to confirm." in page.text


def test_the_file_of_a_new_year_has_every_district_and_no_amount(client, admin, ansonia, derby):
    services.retire_district(district_id=derby.pk, by=admin, at=timezone.now())
    client.force_login(admin)

    given = client.get(reverse("districts:file_allocations", args=[2028])).content.decode(
        "utf-8-sig"
    )

    assert given.splitlines() == [
        "edsight_district_code,district,fiscal_year,amount,stage",
        "0020011,Ansonia,FY2028,,final",
    ]
