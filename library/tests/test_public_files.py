"""What is taken along of a public plan, without what is removed: its PDF, and its data."""

import csv
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.urls import reverse
from pypdf import PdfReader

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage
from library.models import Why
from library.reading.columns import TABLES
from library.tests.checked import PUBLISHED, published, resubmit, submitted_plan
from library.tests.test_public_pages import address, read
from library.views.data import safe
from plans.models import Comment
from plans.services import make_pdf, pdfs
from reviews.models import Recommendation

pytestmark = pytest.mark.django_db
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)
MINES = Passage("Uneven early instruction", Why.SMALL_GROUP)
KINDS = ("csv", "json")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def asked(monkeypatch):
    """What the worker is asked to make."""
    names = []

    def wake(task, name, *, expires):
        names.append(name)
        return True

    monkeypatch.setattr(pdfs, "wake", wake)
    return names


def everything(client, plan):
    """All the data of a plan, and of all plans, as one text."""
    return "".join(
        client.get(one).text
        for table in TABLES
        for kind in KINDS
        for one in (
            address(plan, "plan_data", table=table, kind=kind),
            reverse("library:data", args=[table, kind]),
        )
    )


def text_of_pdf(client, plan, asked):
    client.get(address(plan, "pdf"))
    make_pdf(asked[-1])
    response = client.get(address(plan, "pdf_file"))
    made = BytesIO(b"".join(response.streaming_content))
    return "\n".join(page.extract_text() for page in PdfReader(made).pages)


def test_the_pdf_is_asked_for_by_its_page_once_and_downloaded(client, asked):
    plan = submitted_plan()
    published(plan)

    assert "is being made" in read(client, plan, "pdf")
    assert client.get(address(plan, "pdf_file")).url == address(plan, "pdf")
    assert "is being made" in read(client, plan, "pdf")
    assert len(asked) == 1
    make_pdf(asked[0])

    assert "The PDF is ready" in read(client, plan, "pdf")
    file = client.get(address(plan, "pdf_file"))
    assert b"".join(file.streaming_content).startswith(b"%PDF-")
    assert f"{plan.district.slug}-FY2027-plan-public.pdf" in file.headers["Content-Disposition"]


def test_the_pdf_has_nothing_that_was_removed_also_after_one_was_made(client, asked):
    plan = submitted_plan()
    published(plan)
    assert "Ana Ruiz" in text_of_pdf(client, plan, asked)

    published(plan, RUIZ, MINES)

    text = " ".join(text_of_pdf(client, plan, asked).split())
    assert "Ruiz" not in text
    assert "Uneven early" not in text
    assert "[removed: personal data]" in text
    assert "aruiz@" not in text
    assert plan.versions.get().closed_by.name not in text


def test_where_no_worker_answers_the_page_says_so(client, monkeypatch):
    plan = submitted_plan()
    published(plan)
    monkeypatch.setattr(pdfs, "wake", lambda *args, **options: False)

    assert "cannot be made just now" in read(client, plan, "pdf")


def test_the_data_has_nothing_that_was_removed_also_after_it_was_kept(client):
    plan = submitted_plan()
    resubmit(plan, "Ana Ruiz reads.")
    published(plan)
    before = everything(client, plan)
    line = plan.versions.get(number=2).document["lines"][0]["description"]
    assert line in before

    published(plan, Passage(line, Why.PERSONAL_DATA))

    after = everything(client, plan)
    assert line not in after
    assert "[removed: personal data]" in after


def test_nothing_of_the_reviews_is_in_the_data_or_the_pdf(client, asked):
    plan = submitted_plan(submitted=False, recommended=True)
    Recommendation.objects.filter(plan=plan).update(text="Sesquipedalian word.")
    Comment.objects.create(
        plan=plan,
        version=plan.versions.get(),
        section="budget",
        audience="internal",
        text="Sesquipedalian doubt.",
        key=uuid4(),
        written_at=PUBLISHED,
        written_by=person(Role.PROGRAM_REVIEWER),
    )
    published(plan)

    told = everything(client, plan) + text_of_pdf(client, plan, asked)

    assert "Sesquipedalian" not in told
    assert "ecommend" not in told


def test_the_data_of_all_is_of_public_plans_alone(client):
    public, other = submitted_plan(), submitted_plan()
    published(public)

    rows = client.get(reverse("library:data", args=["plans", "json"])).json()["rows"]

    assert [row["district"] for row in rows] == [public.district.name]
    assert other.district.edsight_code not in everything(client, public)


@pytest.mark.parametrize("table", TABLES)
def test_csv_and_json_say_the_same_under_the_names_of_the_dictionary(client, table):
    plan = submitted_plan()
    published(plan)
    names = [column.name for column in TABLES[table].all_columns]

    told = client.get(address(plan, "plan_data", table=table, kind="json")).json()["rows"]
    text = client.get(address(plan, "plan_data", table=table, kind="csv")).content.decode(
        "utf-8-sig"
    )
    head, *rows = csv.reader(StringIO(text))

    assert head == names
    assert [list(row) for row in told] == [names] * len(rows)
    assert rows == [["" if value is None else str(value) for value in row.values()] for row in told]
    page = client.get(reverse("library:dictionary")).text
    assert all(f'<th scope="row">{name}</th>' in page for name in names)


def test_the_sum_of_the_lines_is_that_of_the_signed_text(client):
    plan = submitted_plan()
    published(plan)

    rows = client.get(address(plan, "plan_data", table="lines", kind="json")).json()["rows"]

    lines = plan.versions.get().document["lines"]
    assert sum(row["amount"] for row in rows) == sum(line["amount"] for line in lines)


def test_a_word_that_a_spreadsheet_would_reckon_with_is_quoted():
    row = ("=1+1", "+2", " -3", "a-b", 5, None, "")

    assert safe(row) == ["'=1+1", "'+2", "' -3", "a-b", 5, None, ""]


@pytest.mark.parametrize("what", [("nothing", "csv"), ("lines", "xlsx")])
def test_no_other_table_or_kind_is_found(client, what):
    plan = submitted_plan()
    published(plan)

    assert client.get(reverse("library:data", args=what)).status_code == 404
    of_plan = address(plan, "plan_data", table=what[0], kind=what[1])
    assert client.get(of_plan).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("table", ["plans", "lines"])
def test_the_data_of_all_asks_so_many_queries(client, count, table, django_assert_max_num_queries):
    for _ in range(count):
        published(submitted_plan())

    with django_assert_max_num_queries(2):
        client.get(reverse("library:data", args=[table, "csv"]))
