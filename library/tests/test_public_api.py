"""The public API: what it answers, to whom, how often, and that its own document says so."""

import json
from http import HTTPStatus
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from jsonschema import Draft202012Validator

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage, public_document
from library.models import Why
from library.reading.columns import TABLES
from library.reading.schema import plan_schema
from library.services import take_down
from library.tests.checked import PUBLISHED, decide, published, resubmit, submitted_plan
from plans.documents.stored import stored_document
from plans.tests.documents import complete_document
from plans.tests.factories import PlanFactory
from plans.tests.stored import STORED

pytestmark = pytest.mark.django_db
API = "/api/v1"
OF_A_PLAN = ("", "/document", "/targets", "/strategies", "/lines")
AS_TABLES = {"": "plans", "/targets": "targets", "/strategies": "strategies", "/lines": "lines"}
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)


def at(plan, what=""):
    return f"{API}/plans/{plan.district.slug}/{plan.cycle_id}{what}"


@pytest.mark.parametrize(("what", "table"), AS_TABLES.items())
def test_it_answers_what_the_files_hold(client, what, table):
    plan = submitted_plan(submitted=False, approved=True)
    decide(plan)
    published(plan)
    page = f"/plans/{plan.district.slug}/{plan.cycle_id}/public/data/{table}.json"

    told = client.get(at(plan, what)).json()

    rows = told if isinstance(told, list) else [told]
    assert rows == client.get(page).json()["rows"]
    assert list(rows[0]) == [column.name for column in TABLES[table].all_columns]


@pytest.mark.parametrize("what", OF_A_PLAN)
def test_of_what_is_not_public_it_tells_nothing(client, what):
    plan, drafted = submitted_plan(), PlanFactory()
    assert client.get(at(drafted, what)).status_code == HTTPStatus.NOT_FOUND
    assert client.get(at(plan, what)).status_code == HTTPStatus.NOT_FOUND
    resubmit(plan, "Ana Ruiz reads with ANA  RUIZ.")
    publication = published(plan, RUIZ)
    answer = client.get(at(plan, what))
    assert answer.status_code == HTTPStatus.OK
    assert "ruiz" not in answer.text.lower()
    assert "contact@" not in answer.text

    take_down(
        plan_id=plan.pk,
        publication=publication.pk,
        reason="It names a student.",
        key=uuid4(),
        by=person(Role.SYSADMIN),
        at=PUBLISHED,
    )

    of_before = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(at(plan, what), headers=of_before).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{API}/plans").json()["items"] == []


def test_the_list_is_read_in_pages_by_year_and_by_district(client, django_assert_num_queries):
    plans = [submitted_plan() for _ in range(3)]
    for plan in plans:
        published(plan)

    first = client.get(f"{API}/plans?limit=2&fiscal_year=2027").json()
    second = client.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()

    assert (first["count"], len(first["items"]), len(second["items"])) == (3, 2, 1)
    assert second["next"] is None
    named = {row["district"] for row in first["items"] + second["items"]}
    assert named == {plan.district.name for plan in plans}
    only = client.get(f"{API}/plans?district={plans[0].district.slug}").json()["items"]
    assert [row["district"] for row in only] == [plans[0].district.name]
    assert client.get(f"{API}/plans?fiscal_year=2026").json()["count"] == 0
    client.get(f"{API}/plans")
    with django_assert_num_queries(1):
        kept = client.get(f"{API}/plans")
    assert kept.json()["count"] == len(plans)
    assert kept.headers["Content-Type"] == "application/json; charset=utf-8"
    with django_assert_num_queries(3):
        client.get(f"{API}/plans?limit=1")


def test_what_has_not_changed_is_not_sent_again(client, django_assert_num_queries):
    plan = submitted_plan()
    published(plan)
    sent = client.get(at(plan, "/lines"))
    of_before = {"If-None-Match": sent.headers["ETag"]}

    with django_assert_num_queries(1):
        again = client.get(at(plan, "/lines"), headers=of_before)
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert sent.headers["Cache-Control"] == "public, max-age=300"

    published(plan, RUIZ)
    assert client.get(at(plan, "/lines"), headers=of_before).status_code == HTTPStatus.OK


def test_an_address_asks_so_often_and_is_told_when_it_asked_too_often(client, settings):
    settings.PUBLIC_API_A_MINUTE = 2
    asked = f"{API}/schema/plan"

    with time_machine.travel("2027-03-01 12:00:30Z", tick=False):
        met = [client.get(asked, REMOTE_ADDR="192.0.2.6") for _ in range(3)]
        other = client.get(asked, REMOTE_ADDR="192.0.2.7")
    with time_machine.travel("2027-03-01 12:01:00Z", tick=False):
        later = client.get(asked, REMOTE_ADDR="192.0.2.6")

    assert [each.status_code for each in met] == [200, 200, HTTPStatus.TOO_MANY_REQUESTS]
    assert met[-1].headers["Retry-After"] == "60"
    assert met[-1].json() == {"detail": "Too many requests: 2 a minute are answered."}
    assert (other.status_code, later.status_code) == (HTTPStatus.OK, HTTPStatus.OK)


@pytest.mark.parametrize(
    "asked",
    [
        "/plans?limit=0",
        "/plans?limit=101",
        "/plans?offset=-1",
        "/plans?fiscal_year=20.5",
        "/plans?district=%00",
        "/plans/ansonia/99999999999999999999",
        "/plans/An%27sonia/2027",
    ],
)
def test_what_cannot_be_asked_is_said(client, asked):
    answer = client.get(f"{API}{asked}")

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.json()["detail"][0]["msg"]


def validator(client):
    told = client.get(f"{API}/schema/plan").json()
    Draft202012Validator.check_schema(told)
    return Draft202012Validator(told)


def test_every_document_is_as_the_published_schema_says(client):
    """The public one, the complete one, and those signed under each schema there was."""
    plan = submitted_plan()
    published(plan)
    is_valid = validator(client)

    is_valid.validate(client.get(at(plan, "/document")).json())
    is_valid.validate(public_document(complete_document(), [RUIZ]).model_dump(mode="json"))
    for path in sorted(STORED.glob("plan-*.json")):
        signed = stored_document(SimpleNamespace(**json.loads(path.read_text())))
        is_valid.validate(signed.model_dump(mode="json"))


def test_a_document_of_another_shape_is_not_as_the_schema_says(client):
    document = complete_document().model_dump(mode="json")
    document["lines"][0]["amount"] = "many"

    assert list(validator(client).iter_errors(document))
    assert plan_schema("here")["$id"] == "here"
