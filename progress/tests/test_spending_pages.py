"""The pages of an expenditure report, as its people use them."""

import io
import re
from http import HTTPStatus

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from districts.roles import Role
from districts.tests.factories import PASSWORD, person
from progress.models import CodeSpending, ExpenditureReport
from progress.tests.spending import AUGUST, Office, approved_plan, line

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_august():
    with time_machine.travel(AUGUST, tick=False):
        yield


@pytest.fixture
def office(client):
    office = Office.of(approved_plan())
    client.force_login(office.officer)
    return office


def url(office, name="report", period="annual", *more):
    plan = office.plan
    args = [plan.district.slug, plan.cycle_id, period, *more]
    return reverse(f"progress:spending_{name}", args=args)


def year_of(office):
    return reverse("progress:spending", args=[office.plan.district.slug, office.plan.cycle_id])


def fields_of(answer):
    """What the page’s one form would send as it stands."""
    page = BeautifulSoup(answer.content, "html.parser")
    form = next(
        form
        for form in page.find_all("form")
        if form.find("input", attrs={"name": True}) and form.select("[name$=-was]")
    )
    sent = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    sent |= {one["name"]: one.text.removeprefix("\n") for one in form.select("textarea[name]")}
    for one in form.select("select[name]"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        sent[one["name"]] = chosen["value"]
    return sent


def name_of(report, code, column):
    return f"code-{report.codes.get(object_code=code).pk}-{column}"


def test_a_report_is_started_written_closed_and_certified(client, office):
    answer = client.get(year_of(office))
    assert answer.text.count("Start<span") == 4
    assert client.post(url(office, "start")).url == url(office)
    report = ExpenditureReport.objects.get()
    sent = fields_of(client.get(url(office)))
    for code, spent in {"111B": "$800,000", "611": "50000"}.items():
        sent[name_of(report, code, "expended")] = spent
        sent[name_of(report, code, "obligated")] = "0"
    assert client.post(url(office), sent).status_code == HTTPStatus.FOUND
    assert client.get(url(office)).text.count("$850,000 spent of $1,000,000") == 1
    assert client.post(url(office, "close")).url == url(office)
    assert client.get(url(office, "certify")).status_code == HTTPStatus.FORBIDDEN
    client.force_login(office.superintendent)
    page = client.get(url(office, "certify"))
    assert "these amounts agree with the district’s ledger" in page.text
    key = BeautifulSoup(page.content, "html.parser").select_one("[name=key]")["value"]
    said = {"sha256": report.versions.get().sha256, "password": PASSWORD, "key": key}
    assert client.post(url(office, "certify"), said).url == url(office)
    report.refresh_from_db()
    assert report.status == "certified"
    assert "$150,000" in client.get(year_of(office)).text


def test_what_cannot_be_read_is_kept_as_typed_and_stops(client, office):
    client.post(url(office, "start"))
    report = ExpenditureReport.objects.get()
    sent = fields_of(client.get(url(office)))
    sent[name_of(report, "611", "expended")] = "14.6k"
    client.post(url(office), sent)
    page = client.get(url(office))
    assert 'value="14.6k"' in page.text
    answer = client.post(url(office, "close"))
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "“14.6k” is not an amount" in answer.text


def test_two_people_who_change_one_figure_are_asked(client, office):
    client.post(url(office, "start"))
    report = ExpenditureReport.objects.get()
    sent = fields_of(client.get(url(office)))
    name = name_of(report, "611", "expended")
    client.post(url(office), {**sent, name: "5"})
    answer = client.post(url(office), {**sent, name: "6", name_of(report, "111B", "expended"): "7"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "saved this while you were writing" in answer.text
    values = dict(report.codes.values_list("object_code", "expended"))
    assert values == {"611": 5, "111B": 7}


def test_an_object_code_that_is_not_in_the_plan_is_added(client, office):
    client.post(url(office, "start"))
    report = ExpenditureReport.objects.get()
    sent = fields_of(client.get(url(office)))
    sent |= {"new-0-expended": "40"}
    answer = client.post(url(office), sent)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose the object code" in answer.text
    client.post(url(office), sent | {"new-0-object_code": "510", "new-0-obligated": "0"})
    row = report.codes.get(object_code="510")
    assert (row.budgeted, row.expended) == (0, 40)
    assert "the plan has no line with this object code" in client.get(url(office)).text


def test_a_certified_report_gives_back_what_is_typed_into_it(client, office):
    report = office.start()
    sent = fields_of(client.get(url(office)))
    office.write(report, {})
    office.close(report)
    office.certify(report)
    sent[name_of(report, "611", "expended")] = "123456"
    answer = client.post(url(office), sent)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "123456" in answer.text


def workbook(client, office, **cells):
    raw = client.get(url(office, "sheet", "annual", "xlsx")).content
    book = load_workbook(io.BytesIO(raw))
    for at, value in cells.items():
        book.active[at] = value
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("ansonia.xlsx", out.getvalue())


def test_a_workbook_is_looked_at_and_then_brought_in(client, office):
    report = office.start()
    office.write(report, {"111B": 10, "611": 20})
    file = workbook(client, office, I2=11, I3="14.6k", H3=0, I4=32)
    answer = client.post(url(office, "bring_in"), {"file": file})
    assert answer.status_code == HTTPStatus.OK
    text = answer.text
    assert "“14.6k”" in text
    assert "Changed" in text
    assert "I4: the file’s total of “Spent to date” is $32, and its rows add up to $11." in text
    assert not CodeSpending.objects.filter(expended=11).exists()
    page = BeautifulSoup(answer.content, "html.parser")
    form = page.select_one("form.panel")
    sent = {one["name"]: one["value"] for one in form.select("input[name]")}
    assert client.post(form["action"], sent).status_code == HTTPStatus.FOUND
    assert dict(report.codes.values_list("object_code", "expended")) == {"111B": 11, "611": 20}


def test_a_file_does_not_write_over_what_a_colleague_saved_after_it_was_looked_at(client, office):
    report = office.start()
    office.write(report, {"111B": 10, "611": 20})
    answer = client.post(url(office, "bring_in"), {"file": workbook(client, office, I2=11)})
    form = BeautifulSoup(answer.content, "html.parser").select_one("form.panel")
    sent = {one["name"]: one["value"] for one in form.select("input[name]")}
    office.write(report, {"111B": 99, "611": 20})
    assert client.post(form["action"], sent).status_code == HTTPStatus.CONFLICT
    assert report.codes.get(object_code="111B").expended == 99


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"A2": "0150011"}, "This file says “0150011”"),
        ({"B3": "FY2026"}, "This file says “FY2026”"),
        ({"C2": "2027-03-31"}, "the report as of June 30, 2027"),
        ({"E1": "Code"}, "names no column “Object code”"),
    ],
)
def test_the_workbook_of_another_is_refused(client, office, cells, said):
    office.start()
    answer = client.post(url(office, "bring_in"), {"file": workbook(client, office, **cells)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.text


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04nonsense", b"\xff\xfe\x00", b'a,b\n"x'])
def test_a_file_that_is_no_table_is_refused(client, office, raw):
    office.start()
    file = SimpleUploadedFile("file.csv", raw)
    answer = client.post(url(office, "bring_in"), {"file": file})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_csv_says_the_same_as_the_report(client, office):
    report = office.start()
    office.write(report, {"111B": 10})
    raw = client.get(url(office, "sheet", "annual", "csv")).content
    answer = client.post(url(office, "bring_in"), {"file": SimpleUploadedFile("a.csv", raw)})
    assert "The file says just what is here." in answer.text


def test_the_department_reads_what_was_certified_and_judges_it(client, office):
    report = office.start()
    manager = person(Role.PROGRAM_MANAGER)
    client.force_login(manager)
    assert client.get(url(office)).status_code == HTTPStatus.NOT_FOUND
    office.write(report, {"111B": 10})
    office.close(report)
    office.certify(report)
    page = client.get(url(office))
    assert "Accept" in page.text
    key = BeautifulSoup(client.get(url(office, "return")).content, "html.parser")
    sent = {"key": key.select_one("[name=key]")["value"], "reason": "Name the vendor."}
    assert client.post(url(office, "return"), sent).status_code == HTTPStatus.FOUND
    report.refresh_from_db()
    assert report.status == "returned"
    assert "$10 spent" in client.get(url(office)).text


def test_a_correction_keeps_the_old_report_and_says_why(client, office):
    report = office.file({"111B": 10})
    key = BeautifulSoup(client.get(url(office, "correct")).content, "html.parser")
    sent = {"key": key.select_one("[name=key]")["value"], "reason": "An invoice came late."}
    client.post(url(office, "correct"), sent)
    page = client.get(url(office))
    assert "An invoice came late." in page.text
    plan = office.plan
    old = reverse("progress:spending_superseded", args=[plan.district.slug, 2027, report.pk])
    assert old in page.text
    assert "An invoice came late." in client.get(old).text


def test_a_field_for_each_line_opens_once_a_code_is_split_by_line(client, office):
    report = office.start()
    page = client.get(url(office))
    assert "line-" not in " ".join(fields_of(page))
    sent = fields_of(page) | {name_of(report, "111B", "split"): "by_line"}
    page = client.post(url(office), sent, follow=True)
    lines = [name for name in fields_of(page) if re.fullmatch(r"line-\d+-expended", name)]
    assert len(lines) == 2  # of 111B; 611 has one line, which nothing is split over
    assert "Split: foots" not in page.text  # nothing is said of it yet

    sent = fields_of(page) | {
        name_of(report, "111B", "expended"): "500,000",
        lines[0]: "400,000",
        lines[1]: "one",
    }
    page = client.post(url(office), sent, follow=True)
    assert "1 field could not be read and is kept as typed." in page.text
    page = client.post(url(office), fields_of(page) | {lines[1]: "100,000"}, follow=True)
    assert "Split: foots" in page.text
    said = report.codes.get(object_code="111B").lines.order_by("pk")
    assert [line.expended for line in said] == [400_000, 100_000]

    back = fields_of(page) | {name_of(report, "111B", "split"): "by_share"}
    page = client.post(url(office), back, follow=True)
    assert "line-" not in " ".join(fields_of(page))
    assert [line.expended for line in said.all()] == [400_000, 100_000]


def test_a_line_that_could_not_be_read_stays_in_sight_when_its_code_is_split_by_share(
    client, office
):
    report = office.start()
    page = client.post(
        url(office),
        fields_of(client.get(url(office))) | {name_of(report, "111B", "split"): "by_line"},
        follow=True,
    )
    line = next(name for name in fields_of(page) if re.fullmatch(r"line-\d+-expended", name))
    sent = {line: "about half", name_of(report, "111B", "split"): "by_share"}
    page = client.post(url(office), fields_of(page) | sent, follow=True)
    assert fields_of(page)[line] == "about half"


def test_a_line_that_two_people_changed_is_asked_about_though_its_code_is_split_by_share_now(
    client, office
):
    report = office.start()
    report.codes.filter(object_code="111B").update(split="by_line")
    opened = fields_of(client.get(url(office)))
    line = next(name for name in opened if re.fullmatch(r"line-\d+-expended", name))
    theirs = {line: "1,000", name_of(report, "111B", "split"): "by_share"}
    client.post(url(office), opened | theirs)

    answer = client.post(url(office), opened | {line: "2,000"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert fields_of(answer)[line] == "2,000"
    assert "1,000" in answer.text


def test_the_pages_ask_as_much_of_a_long_report(client, office, django_assert_num_queries):
    office.start()
    client.get(url(office))
    with django_assert_num_queries(QUERIES_OF_A_DRAFT):
        client.get(url(office))

    lines = [line(number, code, 1_000) for number, code in enumerate(["111B", "611"] * 40, start=1)]
    long = Office.of(approved_plan(*lines))
    report = long.start()
    report.codes.update(split="by_line")
    client.force_login(long.officer)
    client.get(url(long))
    with django_assert_num_queries(QUERIES_OF_A_DRAFT):
        page = client.get(url(long))
    assert len([name for name in fields_of(page) if name.startswith("line-")]) == 3 * len(lines)


def test_the_list_of_all_asks_as_much_of_three_districts(client, django_assert_num_queries):
    client.force_login(person(Role.PROGRAM_MANAGER))
    address = reverse("progress:spending_of_all", args=[2027])
    first = Office.of(approved_plan())
    first.file({"111B": 100_000}, "q2")
    client.get(address)
    with django_assert_num_queries(QUERIES_OF_ALL):
        page = client.get(address)
    assert "Behind" in page.text
    for _ in range(2):
        Office.of(approved_plan()).file({"111B": 900_000}, "q3")
    with django_assert_num_queries(QUERIES_OF_ALL):
        page = client.get(address)
    assert page.text.count("On pace") == 2
    client.force_login(first.officer)
    assert client.get(address).status_code == HTTPStatus.FORBIDDEN


QUERIES_OF_A_DRAFT = 10
QUERIES_OF_ALL = 9
