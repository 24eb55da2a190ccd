"""The budget as a grid, as its page is sent by its button and by a script."""

from http import HTTPStatus
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.documents.kinds import KINDS
from plans.forms.budget_sheet import ORDER
from plans.models import HISTORY, BudgetLine, Carried, FocusArea, Plan, Strategy
from plans.models.history import NOT_CHOSEN
from plans.tests.factories import PlanFactory, closed_version
from plans.views.grid_rows import A_PAGE, BLANK

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def url(plan):
    return reverse("plans:lines", args=[plan.district.slug, plan.cycle_id])


@pytest.fixture
def officer(plan, client):
    officer = person(Role.FISCAL_OFFICER, plan.district, name="Fay")
    client.force_login(officer)
    return officer


@pytest.fixture
def strategy(plan):
    return Strategy.objects.create(plan=plan, position=1, title="Tutors", focus_area_numbers=[1])


def written(plan, *descriptions, **values):
    start = BudgetLine.objects.filter(plan=plan).count()
    return [
        BudgetLine.objects.create(plan=plan, position=at, description=said, **values)
        for at, said in enumerate(descriptions, start=start + 1)
    ]


def fields_of(page, form="#grid"):
    """What a browser without scripts would send by the Save button."""
    form = BeautifulSoup(page.text, "html.parser").select_one(form)
    sent = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            sent[field["name"]] = chosen["value"]
        elif field.name == "textarea":
            sent[field["name"]] = field.text.removeprefix("\n")
        elif field.get("type") != "checkbox" or field.has_attr("checked"):
            sent[field["name"]] = field.get("value", "on")
    return sent


def blank_in(sent):
    """The prefix of the first line that waits to be written."""
    return next(name for name, value in sent.items() if value == "0" and "-version" in name)[:-8]


def of(line):
    return f"line-{line.lineage}"


def lines(plan, *names):
    rows = BudgetLine.objects.filter(plan=plan).order_by("position", "pk")
    return list(rows.values_list(*(names or ("description",)), flat=len(names) < 2))


def test_a_page_sent_as_it_came_changes_nothing(plan, url, officer, client):
    written(plan, "A", "B", quantity="2.50", amount=1_204_000, narrative="For\nall.")
    edition = Plan.objects.get(pk=plan.pk).edition

    answer = client.post(url, fields_of(client.get(url)))

    assert (answer.status_code, answer.url) == (302, f"{url}#grid-saved")
    assert lines(plan, "description", "version") == [("A", 1), ("B", 1)]
    assert Plan.objects.get(pk=plan.pk).edition == edition


def test_one_form_adds_and_changes_lines(plan, url, officer, client, strategy):
    (a,) = written(plan, "A")
    sent = fields_of(client.get(url))
    new = blank_in(sent)
    sent |= {
        f"{of(a)}-amount": "$1,500",
        f"{new}-description": "Books",
        f"{new}-strategy": strategy.pk,
        f"{new}-focus_area": "1",
        f"{new}-object_code": "611",
        f"{new}-quantity": "30",
        f"{new}-unit_cost": "19.50",
        f"{new}-amount": "585",
        f"{new}-narrative": "Readers.",
    }
    client.post(url, sent)
    client.post(url, sent)

    names = ("description", "strategy_id", "object_code_id", "amount", "narrative")
    assert lines(plan, *names) == [
        ("A", None, None, 1500, ""),
        ("Books", strategy.pk, "611", 585, "Readers."),
    ]


def test_what_cannot_be_read_is_kept_and_marked(plan, url, officer, client):
    (a,) = written(plan, "A")
    sent = fields_of(client.get(url)) | {f"{of(a)}-amount": "1.204.000"}

    answer = client.post(url, sent)
    page = BeautifulSoup(client.get(answer.url).text, "html.parser")

    assert answer.url == f"{url}#to-fix"
    assert lines(plan, "amount", "as_typed") == [(None, {"amount": "1.204.000"})]
    cell = page.select_one(f"#id_{of(a)}-amount")
    assert (cell["value"], cell["aria-invalid"]) == ("1.204.000", "true")
    assert "Line 1: amount" in page.select_one("#to-fix").text


def test_lines_are_moved_copied_and_removed_by_buttons(plan, url, officer, client):
    a, b, c = written(plan, "A", "B", "C")
    client.post(url, fields_of(client.get(url)) | {"up": c.lineage})
    assert lines(plan) == ["A", "C", "B"]
    client.post(url, fields_of(client.get(url)) | {"down": a.lineage})
    assert lines(plan) == ["C", "A", "B"]
    copy = fields_of(client.get(url)) | {"copy": f"{a.lineage} {uuid4()}"}
    client.post(url, copy)
    client.post(url, copy)
    assert lines(plan) == ["C", "A", "A", "B"]
    client.post(url, fields_of(client.get(url)) | {"remove": b.lineage})

    assert lines(plan) == ["C", "A", "A"]
    assert plan.removals.get().title == "B"


def test_a_line_of_last_years_plan_is_retired_with_a_reason(plan, url, officer, client):
    a, b = written(plan, "A", "B")
    Carried.objects.create(plan=plan, kind="line", lineage=a.lineage)
    sent = fields_of(client.get(url)) | {"remove": a.lineage, f"{of(b)}-amount": "7"}

    refused = client.post(url, sent)

    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Line 1, reason: This was in last year’s plan. Say why it is retired." in refused.text
    assert lines(plan, "description", "amount") == [("A", None), ("B", None)]
    again = fields_of(refused) | {"remove": a.lineage, f"{of(a)}-reason": "Ended."}
    client.post(url, again)
    assert lines(plan, "description", "amount") == [("B", 7)]  # what was typed came back with it


def colleague_saves(plan, row, **values):
    services.save_row(
        plan_id=plan.pk,
        model=BudgetLine,
        row_id=row.pk,
        version=row.version,
        values=values,
        as_typed={},
        by=person(Role.PLAN_COORDINATOR, plan.district, name="Cora"),
        at=plan.started_at,
    )


def test_a_cell_that_both_changed_is_asked_about(plan, url, officer, client):
    a, b = written(plan, "A", "B")
    sent = fields_of(client.get(url))
    colleague_saves(plan, a, description="Theirs", amount=5)
    sent |= {f"{of(a)}-description": "Mine", f"{of(a)}-narrative": "Why", f"{of(b)}-amount": "9"}

    asked = client.post(url, sent)

    assert asked.status_code == HTTPStatus.CONFLICT
    page = BeautifulSoup(asked.text, "html.parser")
    panel = page.select_one(f"#{of(a)}-conflict").text
    assert ("Cora" in panel, "Line 1: what it pays for" in panel) == (True, True)
    names = ("description", "amount", "narrative")
    assert lines(plan, *names) == [("Theirs", 5, "Why"), ("B", 9, "")]
    keep = page.select_one(f"#{of(a)}-conflict button[name=mine]")
    client.post(url, fields_of(asked) | {"mine": keep["value"]})
    assert lines(plan) == ["Mine", "B"]


def test_what_was_left_for_a_colleagues_words_stays_in_the_lines_history(
    plan, url, officer, client
):
    (a,) = written(plan, "A")
    sent = fields_of(client.get(url)) | {f"{of(a)}-description": "Mine"}
    colleague_saves(plan, a, description="Theirs")
    asked = client.post(url, sent)
    page = BeautifulSoup(asked.text, "html.parser")
    button = page.select_one(f"#{of(a)}-conflict button[name=theirs]")

    client.post(url, fields_of(asked) | {"theirs": button["value"]})

    left = HISTORY[BudgetLine].objects.filter(pgh_obj_id=a.pk, pgh_label=NOT_CHOSEN)
    assert lines(plan) == ["Theirs"]
    assert [each.description for each in left] == ["Mine"]


def test_a_line_that_somebody_removed_comes_back_with_what_was_typed(plan, url, officer, client):
    (a,) = written(plan, "A", narrative="Kept")
    sent = fields_of(client.get(url)) | {f"{of(a)}-amount": "12"}
    cora = person(Role.PLAN_COORDINATOR, plan.district)
    act = {"by": cora, "at": plan.started_at}
    services.remove_row(plan_id=plan.pk, model=BudgetLine, row_id=a.pk, **act)

    told = client.post(url, sent)

    assert (told.status_code, lines(plan)) == (HTTPStatus.CONFLICT, [])
    page = BeautifulSoup(told.text, "html.parser")
    assert page.select_one(f"#id_{of(a)}-amount")["value"] == "12"
    back = page.select_one(f"#{of(a)}-conflict button[name=back]")
    client.post(url, fields_of(told) | {"back": back["value"]})
    assert lines(plan, "description", "amount", "narrative") == [("A", 12, "Kept")]


def test_a_script_sends_one_line_and_is_told_what_it_is_filled_from(plan, url, officer, client):
    a, _ = written(plan, "A", "B")
    sent = {
        name: value
        for name, value in fields_of(client.get(url)).items()
        if name.startswith((of(a), "order", "csrf"))
    } | {f"{of(a)}-amount": "4"}

    answer = client.post(url, sent, headers={"HX-Request": "true"})

    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, answer.headers["X-Saved"]) == (200, "in part")
    assert page.select_one(f"#{of(a)}-version")["value"] == "2"
    assert "Saved" in page.select_one("#grid-saved").text
    assert lines(plan, "description", "amount") == [("A", 4), ("B", None)]


def test_a_new_line_of_a_script_is_one_line_and_gets_its_own_page(plan, url, officer, client):
    prefix = f"line-{uuid4()}"
    sent = {f"{prefix}-was": "", f"{prefix}-version": "0", f"{prefix}-description": "Tut"}
    sent |= {"order": prefix[5:], "order-was": ""}
    first = client.post(url, sent, headers={"HX-Request": "true"})
    sent |= {f"{prefix}-description": "Tutors"}
    client.post(url, sent, headers={"HX-Request": "true"})

    row = BudgetLine.objects.get(plan=plan)
    assert (row.description, str(row.lineage)) == ("Tutors", prefix[5:])
    page = BeautifulSoup(first.text, "html.parser")
    assert page.select_one(f"#{prefix}-own a")["href"].endswith(f"/edit/line/{row.pk}/")
    assert page.select_one("#order-was")["value"] == prefix[5:]


def test_a_script_is_told_of_a_signature_before_it_is_voided(plan, url, officer, client):
    (a,) = written(plan, "A")
    sent = fields_of(client.get(url)) | {f"{of(a)}-amount": "4"}
    plan.refresh_from_db()
    closed_version(plan, signed=True)

    answer = client.post(url, sent, headers={"HX-Request": "true"})
    again = client.post(url, sent)

    assert (answer.status_code, again.status_code) == (409, 409)
    assert "voids" in answer.text
    assert fields_of(again)[f"{of(a)}-amount"] == "4"
    assert lines(plan, "amount") == [None]
    client.post(url, fields_of(again))
    assert lines(plan, "amount") == [4]


def test_sums_stand_by_source_and_by_what_a_line_names(plan, url, officer, client, strategy):
    area = FocusArea.objects.get(number=1)
    common = {"strategy": strategy, "focus_area": area}
    written(plan, "A", object_code_id="111B", amount=100, **common)
    written(plan, "B", object_code_id="560", amount=20, **common)
    written(plan, "C", object_code_id="560", amount=3, funding_source="carry_forward")

    page = BeautifulSoup(client.get(url).text, "html.parser")

    def dollars(by, key, source="allocation"):
        named = f'[data-sum="{by}"][data-key="{key}"][data-source="{source}"]'
        return page.select_one(f"#grid-sums {named}")["data-dollars"]

    assert [
        dollars("total", ""),
        dollars("strategy", strategy.pk),
        dollars("focus_area", 1),
        dollars("object_code", "111B"),
        dollars("group", "Salaries"),
        dollars("group", "Tuition"),
        dollars("group", "Purchased services"),
        dollars("group", "Tuition", "carry_forward"),
        dollars("strategy", "", "carry_forward"),
    ] == ["120", "120", "120", "100", "100", "20", "0", "3", "3"]


@pytest.mark.parametrize("count", [1, 90])
def test_the_page_takes_as_many_queries_however_many_lines(
    plan, url, officer, client, count, django_assert_num_queries
):
    written(plan, *(str(number) for number in range(count)))
    client.get(url)
    written(plan, "Another")  # what was kept of the text is of before

    with django_assert_num_queries(5):  # session, user, roles, the plan, its text
        page = client.get(url)

    shown = min(count + 1, A_PAGE) + (BLANK if count < A_PAGE else 0)
    assert len(BeautifulSoup(page.text, "html.parser").select("tbody [data-line]")) == shown


def test_the_whole_page_is_less_than_a_form_may_have(plan, url, officer, client, settings):
    written(plan, *(str(number) for number in range(A_PAGE)))
    sent = fields_of(client.get(url))

    assert len(sent) < 0.8 * settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    sent |= {f"line-{lineage}-amount": "1" for lineage in lines(plan, "lineage")}
    client.post(url, sent)
    assert lines(plan, "amount") == [1] * A_PAGE


def test_lines_of_other_pages_stay_where_they_are(plan, url, officer, client):
    rows = written(plan, *(str(number) for number in range(A_PAGE + 3)))
    second = fields_of(client.get(f"{url}?page=2"))
    answer = client.post(f"{url}?page=2", second | {"up": rows[-1].lineage})

    assert answer.url == f"{url}?page=2#grid-saved"
    assert lines(plan)[-3:] == [str(A_PAGE), str(A_PAGE + 2), str(A_PAGE + 1)]


@pytest.mark.parametrize("role", [Role.DISTRICT_VIEWER, Role.SUPERINTENDENT])
def test_who_does_not_write_reads(plan, url, client, role):
    client.force_login(person(role, plan.district))
    assert client.get(url).url.endswith("/read/")
    assert client.post(url, {}).status_code == HTTPStatus.FORBIDDEN


def test_a_script_removes_a_line_that_it_has_just_saved(plan, url, officer, client):
    (a,) = written(plan, "A", quantity=4, unit_cost=100, amount=400, narrative="Why")
    script = {"headers": {"HX-Request": "true"}}
    sent = fields_of(client.get(url)) | {f"{of(a)}-quantity": "3", f"{of(a)}-amount": "300"}
    page = BeautifulSoup(client.post(url, sent, **script).text, "html.parser")
    was = {name: page.select_one(f"#{of(a)}-{name}")["value"] for name in ("was", "version")}

    sent = {f"{of(a)}-{name}": value for name, value in was.items()} | {"remove": a.lineage}
    answer = client.post(url, sent, **script)

    assert (answer.status_code, lines(plan)) == (200, [])


def test_every_field_of_a_line_is_in_the_grid_and_in_the_workbook(plan, url, officer, client):
    (a,) = written(plan, "A")
    page = BeautifulSoup(client.get(url).text, "html.parser")

    written_by_hand = {field.name for field in KINDS["line"].written}
    in_grid = {cell["data-cell"] for cell in page.select(f"[name^={of(a)}-][data-cell]")}
    assert (in_grid, {*ORDER}) == (written_by_hand, written_by_hand)
