"""Who opens the ledger, what it costs, and what its files hold."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, MembershipFactory, person
from plans.tests.documents import a_target, change, complete_document
from reviews.reports.ledger import read_ledger
from reviews.tests.ledgers import a_history, approve, come_to, publish, spend

pytestmark = pytest.mark.django_db

PAGES = ("reviews:ledger", "reviews:ledger_xlsx", "reviews:ledger_csv")
OF_DISTRICT = ("reviews:ledger_district", "reviews:ledger_district_xlsx")
OF_DISTRICT += ("reviews:ledger_district_csv",)
DANGEROUS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", " =1")


@pytest.fixture
def ansonia():
    return DistrictFactory(name="Ansonia", slug="ansonia", designated=True)


def addresses(district):
    yield from (reverse(name) for name in PAGES)
    yield from (reverse(name, args=[district.slug]) for name in OF_DISTRICT)


def queries_of(client, address):
    client.get(address)  # statements are written the first time
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_queries_are_the_same_for_one_and_five_years(client, ansonia):
    client.force_login(person(Role.AUDITOR))
    a_history(ansonia, range(2028, 2029), seed=1)
    of_one = {each: queries_of(client, each) for each in addresses(ansonia)}

    a_history(ansonia, range(2024, 2028), seed=2)

    assert {each: queries_of(client, each) for each in addresses(ansonia)} == of_one
    assert max(of_one.values()) <= 13


def test_queries_are_the_same_for_one_and_three_districts(client, ansonia):
    client.force_login(person(Role.AUDITOR))
    a_history(ansonia, range(2027, 2028), seed=1)
    of_one = {each: queries_of(client, each) for each in addresses(ansonia)}

    for seed in (2, 3):
        a_history(DistrictFactory(designated=True), range(2027, 2028), seed=seed)

    assert {each: queries_of(client, each) for each in addresses(ansonia)} == of_one


def test_a_district_opens_its_own_ledger_alone(client, ansonia):
    elsewhere = DistrictFactory(designated=True)
    client.force_login(person(Role.DISTRICT_VIEWER, ansonia))

    own = [client.get(reverse(name, args=[ansonia.slug])).status_code for name in OF_DISTRICT]
    others = [client.get(reverse(name, args=[elsewhere.slug])).status_code for name in OF_DISTRICT]
    sums = [client.get(reverse(name)).status_code for name in PAGES]

    assert (own, others, sums) == ([200] * 3, [404] * 3, [302, 403, 403])
    assert client.get(reverse("reviews:ledger"))["Location"] == own_ledger(ansonia)


def own_ledger(district):
    return reverse("reviews:ledger_district", args=[district.slug])


def test_who_is_of_two_districts_goes_from_one_to_the_other(client, ansonia):
    bristol = DistrictFactory(name="Bristol", slug="bristol", designated=True)
    both = person(Role.DISTRICT_VIEWER, ansonia)
    MembershipFactory(user=both, role=Role.DISTRICT_VIEWER, district=bristol)
    client.force_login(both)

    page = client.get(reverse("reviews:ledger"), follow=True)

    assert page.context["district"] == ansonia
    assert f'href="{own_ledger(bristol)}"' in page.text


def test_an_empty_ledger_says_what_will_be_there(client, ansonia):
    client.force_login(person(Role.AUDITOR))

    page = client.get(reverse("reviews:ledger_district", args=[ansonia.slug]))

    assert "No money yet" in page.text
    assert "No targets yet" in page.text


def test_what_it_cannot_say_is_on_every_page(client, ansonia):
    client.force_login(person(Role.AUDITOR))
    for name in (reverse("reviews:ledger"), reverse("reviews:ledger_district", args=["ansonia"])):
        page = client.get(name).text
        assert "A figure beside another is no cause." in page
        assert "it is no finding that all was in accordance" in page


def test_an_unknown_year_shows_all_of_them(client, ansonia):
    approve(ansonia, 2027)
    client.force_login(person(Role.AUDITOR))
    address = reverse("reviews:ledger_district", args=["ansonia"])

    for asked in ("2019", "none", "²"):
        assert client.get(address, {"fy": asked}).context["chosen"] is None
    assert client.get(address, {"fy": "2027"}).context["chosen"] == 2027


def test_spending_that_is_not_reported_says_so(client, ansonia):
    AllocationFactory(district=ansonia)
    approve(ansonia, 2027)
    client.force_login(person(Role.AUDITOR))

    page = client.get(reverse("reviews:ledger_district", args=["ansonia"]))

    assert "not yet reported" in page.text
    assert "No spending was reported." in page.text


# Files -------------------------------------------------------------------------------------------


def workbook_of(client, address):
    answer = client.get(address)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer["Content-Disposition"].startswith("attachment")
    return openpyxl.load_workbook(BytesIO(answer.content))


def table_of(sheet):
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def csv_of(client, address):
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


@pytest.fixture
def districts(ansonia):
    bristol = DistrictFactory(name="Bristol", slug="bristol", designated=True)
    for seed, district in enumerate((ansonia, bristol)):
        a_history(district, range(2025, 2029), seed=seed)
    return [ansonia, bristol]


def test_the_workbook_holds_every_row_of_the_ledger(client, districts):
    client.force_login(person(Role.AUDITOR))
    ledger = read_ledger(districts, last=2028)

    book = workbook_of(client, reverse("reviews:ledger_xlsx"))

    assert book.sheetnames == [
        *("Notes", "Districts and years", "Focus areas", "Object codes", "Targets"),
        "Published figures",
    ]
    rows = table_of(book["Districts and years"])
    named = {district.pk: district.name for district in districts}
    assert [
        (row["District"], row["Fiscal year"], row["Budgeted"], row["Spent"]) for row in rows
    ] == [
        (named[year.district_id], year.fiscal_year, year.budgeted, year.expended)
        for year in ledger.years
    ]
    for name in ("Focus areas", "Object codes"):
        for column, field in (("Budgeted", "budgeted"), ("Spent", "expended")):
            in_sheet = sum(row[column] or 0 for row in table_of(book[name]))
            assert in_sheet == sum(getattr(year, field) or 0 for year in ledger.years)
    assert len(table_of(book["Targets"])) == len(ledger.targets)
    assert len(table_of(book["Published figures"])) == 2 * 4 * 2
    notes = " ".join(str(cell) for row in book["Notes"].iter_rows(values_only=True) for cell in row)
    assert "A figure beside another is no cause." in notes
    assert "How sure" in notes


def test_the_long_table_holds_the_same_figures(client, districts):
    client.force_login(person(Role.AUDITOR))
    ledger = read_ledger(districts, last=2028)

    rows = csv_of(client, reverse("reviews:ledger_csv"))

    def total(table, figure):
        chosen = [row for row in rows if (row["Table"], row["Figure"]) == (table, figure)]
        return sum(int(row["Value"]) for row in chosen)

    for table in ("Districts and years", "Focus areas", "Object codes"):
        assert total(table, "Budgeted") == sum(year.budgeted or 0 for year in ledger.years)
        assert total(table, "Spent") == sum(year.expended or 0 for year in ledger.years)
    assert total("Districts and years", "Targets met") == sum(year.met for year in ledger.years)
    assert all(row["Source"] and row["How sure"] for row in rows if row["Table"] != "Targets")
    published = [row for row in rows if row["Table"] == "Published figures"]
    assert len(published) == 2 * 4 * 2


def test_a_districts_files_hold_no_other_district(client, districts):
    client.force_login(person(Role.DISTRICT_VIEWER, districts[0]))

    book = workbook_of(client, reverse("reviews:ledger_district_xlsx", args=["ansonia"]))
    rows = csv_of(client, reverse("reviews:ledger_district_csv", args=["ansonia"]))

    assert {row["District"] for row in rows} == {"Ansonia"}
    for sheet in book.worksheets[1:]:
        assert {row["District"] for row in table_of(sheet)} == {"Ansonia"}


@pytest.mark.parametrize("words", DANGEROUS)
def test_no_word_of_a_district_is_a_formula(client, ansonia, words):
    target = a_target(21, "1.1", measure=words, student_group="", unit=words)
    document = change(complete_document(), "objectives", 0, statement=words, targets=(target,))
    plan = approve(ansonia, 2027, document)
    come_to(plan, "target-21", "51.00", source=words, measured_in=words)
    client.force_login(person(Role.AUDITOR))

    book = workbook_of(client, reverse("reviews:ledger_xlsx"))
    answer = client.get(reverse("reviews:ledger_csv")).content.decode("utf-8-sig")

    (row,) = [row for row in table_of(book["Targets"]) if row["Target"] == "1.1"]
    assert [row[name] for name in ("Measure", "Objective", "Unit", "Source of the actual")] == [
        words
    ] * 4
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    assert kinds <= {"s", "n", "inlineStr"}
    for line in csv.reader(StringIO(answer)):
        assert not [cell for cell in line if cell.lstrip()[:1] in tuple("=+@") and cell]
    assert f"'{words}" in answer


def test_a_sheet_takes_characters_that_xml_does_not(client, ansonia):
    spend(approve(ansonia, 2027), "line-41", 1)
    publish(ansonia, 2026, "chronic_absenteeism", "12.5")
    plan = approve(ansonia, 2026)
    come_to(plan, "target-21", "51.00", source='<&>"\x0b\ufffe 😀 “”')
    client.force_login(person(Role.AUDITOR))

    book = workbook_of(client, reverse("reviews:ledger_xlsx"))

    sources = {row["Source of the actual"] for row in table_of(book["Targets"])}
    assert '<&>" 😀 “”' in sources
