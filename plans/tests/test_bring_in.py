"""Bringing lines into the budget, as its pages are sent by their buttons and by a script."""

from http import HTTPStatus

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.roles import Role
from districts.services.sheets import read_sheet
from districts.tests.factories import person
from plans import services
from plans.models import BudgetLine, Plan, Strategy
from plans.tests.factories import PlanFactory, closed_version

pytestmark = pytest.mark.django_db
SCRIPT = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def plan():
    plan = PlanFactory()
    Strategy.objects.create(plan=plan, position=1, title="Tutors", focus_area_numbers=[1])
    return plan


@pytest.fixture
def officer(plan, client):
    officer = person(Role.FISCAL_OFFICER, plan.district, name="Fay")
    client.force_login(officer)
    return officer


@pytest.fixture
def url(plan):
    return reverse("plans:lines_bring_in", args=[plan.district.slug, plan.cycle_id])


def lines(plan, *names):
    rows = BudgetLine.objects.filter(plan=plan).order_by("position", "pk")
    return list(rows.values_list(*(names or ("description",)), flat=len(names) < 2))


def look(client, url, text, **more):
    answer = client.post(url, {"text": text, "column": "description"}, **more)
    return BeautifulSoup(answer.text, "html.parser")


def sent_by(page):
    form = page.select_one("#preview-form")
    return {field["name"]: field["value"] for field in form.select("input[type=hidden]")}


def test_rows_are_shown_first_and_stored_once_however_often_it_is_said(plan, officer, client, url):
    page = look(client, url, "Books\t1\t1\t611\t\t\t\t500\nBuses\tTu\t1\t510\t\t\t\t900\n")

    assert lines(plan) == []
    assert "Row 2, Strategy: “Tu” is not a strategy of this plan" in page.text
    assert "Bring in 1 ready row" in " ".join(
        page.select_one("#preview-form .savebar button").text.split()
    )
    sent = sent_by(page)
    answer = client.post(url, sent)
    client.post(url, sent)

    assert answer.url == reverse("plans:lines", args=[plan.district.slug, plan.cycle_id])
    assert lines(plan, "description", "amount", "object_code_id") == [("Books", 500, "611")]
    client.post(url, sent | {"answer-2-strategy": "1 Tutors"})
    assert lines(plan) == ["Books", "Buses"]


def test_a_workbook_is_changed_in_a_spreadsheet_and_comes_back(plan, officer, client, url):
    for at, said in enumerate(("Books", "Buses"), start=1):
        BudgetLine.objects.create(plan=plan, position=at, description=said, amount=at)
    sheet = reverse("plans:budget_sheet", args=[plan.district.slug, plan.cycle_id])
    download = client.get(sheet)
    cells = read_sheet(download.content)
    rows = [[cell.text for cell in row] for row in (cells.header, *cells.rows)]
    place = rows[0].index("Amount")
    assert "budget.xlsx" in download["Content-Disposition"]
    rows[1][place], rows[2][place] = "12", "5.50"
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)

    file = SimpleUploadedFile("budget.csv", text.encode())
    page = BeautifulSoup(client.post(url, {"file": file}).text, "html.parser")

    said = " ".join(page.select_one("#preview-form").text.split())
    assert ("line 1: Amount, 1 → 12" in said, "Row 3, Amount: “5.50” has cents" in said) == (
        True,
        True,
    )
    assert "Row 4 says a total of $3, and the rows before it add up to $12." in page.text
    client.post(url, sent_by(page))
    assert lines(plan, "description", "amount") == [("Books", 12), ("Buses", 2)]


def test_what_a_colleague_changed_after_the_look_is_told_and_stands(plan, officer, client, url):
    row = BudgetLine.objects.create(plan=plan, position=1, description="Books", amount=5)
    page = look(client, url, f"Line key\tItem\tAmount\n{row.lineage}\tReaders\t7\n")
    services.save_row(
        plan_id=plan.pk,
        model=BudgetLine,
        row_id=row.pk,
        version=1,
        values={"amount": 9},
        as_typed={},
        by=person(Role.PLAN_COORDINATOR, plan.district, name="Cora"),
        at=plan.started_at,
    )

    told = client.post(url, sent_by(page), follow=True)

    assert lines(plan, "description", "amount") == [("Readers", 9)]
    assert "Line 1, amount: Cora changed it meanwhile" in told.text


def test_a_script_is_answered_with_parts_of_the_page(plan, officer, client, url):
    page = look(client, url, "Books\t1\n", **SCRIPT)
    done = client.post(url, sent_by(page), **SCRIPT)
    refused = client.post(url, {"text": " ", "column": "description"}, **SCRIPT)

    assert page.select_one("html") is None
    assert (done.status_code, done["Location"].endswith("/budget/lines/")) == (200, True)
    assert lines(plan) == ["Books"]
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Choose a file, or paste the rows." in refused.text


def test_a_signature_is_told_of_before_it_is_voided(plan, officer, client, url):
    sent = sent_by(look(client, url, "Books\t1\n"))
    plan.refresh_from_db()
    closed_version(plan, signed=True)

    told = client.post(url, sent)

    assert (told.status_code, lines(plan)) == (HTTPStatus.CONFLICT, [])
    client.post(url, sent_by(BeautifulSoup(told.text, "html.parser")))
    assert lines(plan) == ["Books"]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({}, "Choose a file, or paste the rows."),
        ({"text": "x\ty", "column": "id"}, "not one of the choices"),
        ({"table": "{}"}, "did not come back whole"),
        (
            {"table": '{"rows": [[1, ["x"]]], "columns": ["id"], "lineages": [], "was": {}}'},
            "whole",
        ),
        ({"text": "Amount\tAmount\tItem\n1\t2\tx"}, "is there twice"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04no")}, "cannot be read"),
        ({"file": SimpleUploadedFile("a.csv", b"a,b\n1,2")}, "does not name the columns"),
        ({"text": "x" * 1_000_001}, "more than can be pasted"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(plan, officer, client, url, sent, why):
    answer = client.post(url, {"column": "description"} | sent)

    assert (answer.status_code, why in answer.text) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert lines(plan) == []


@pytest.mark.parametrize("count", [1, 300])
def test_bringing_in_takes_as_many_queries_for_one_row_as_for_300(
    plan, officer, client, url, count, django_assert_num_queries
):
    text = "".join(f"Line {at}\t1\t1\t611\t\t\t\t{at}\n" for at in range(count))
    page = look(client, url, text)
    edition = Plan.objects.get(pk=plan.pk).edition

    # session, user, roles, the plan; begin, plan held, roles, lines, strategies, removed, new
    # lines, the closed version, edition, commit; the plan and its text anew for the answer
    with django_assert_num_queries(15):
        client.post(url, sent_by(page))

    assert (len(lines(plan)), Plan.objects.get(pk=plan.pk).edition) == (count, edition + 1)


def test_only_who_writes_the_plan_brings_anything_in(plan, url, client):
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))
    assert client.get(url).url.endswith("/read/")
    answer = client.post(url, {"text": "Books\t1", "column": "description"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
